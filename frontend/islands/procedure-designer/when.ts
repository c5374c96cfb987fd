/**
 * <yk-when for="…" vocabulary="…">: when a question is asked, in sentences; empty means always.
 *
 * The hidden input keeps the condition as JSON and announces each change; the server says it in Japanese.
 */
import {
  type Clause,
  documentOf,
  type Fact,
  freshLeaf,
  type Group,
  groupOf,
  isGroup,
  type Join,
  type Leaf,
  type Vocabulary,
  withOperator,
} from "../condition-builder/model";
import { element, select, valueInputs } from "../condition-builder/values";

const JOIN_WORDS: [Join, string][] = [
  ["all_of", "次のすべてにあてはまるとき"],
  ["any_of", "次のどれかにあてはまるとき"],
  ["none_of", "次のどれにもあてはまらないとき"],
];
const DEEPEST = 3;

class When extends HTMLElement {
  #root: Group = { join: "all_of", clauses: [] };
  #words: Vocabulary = { facts: [], grades: [], operators: {} };
  #input: HTMLInputElement | null = null;

  connectedCallback(): void {
    const input = document.getElementById(this.getAttribute("for") ?? "");
    const words = document.getElementById(this.getAttribute("vocabulary") ?? "");
    if (!(input instanceof HTMLInputElement) || !words) return;
    this.#input = input;
    this.#words = JSON.parse(words.textContent ?? "{}") as Vocabulary;
    this.#root = groupOf(input.value ? JSON.parse(input.value) : null);
    this.#draw();
  }

  #draw(): void {
    this.replaceChildren(this.#group(this.#root, null, 1));
  }

  #said = (): void => {
    if (!this.#input) return;
    const some = this.#root.clauses.length > 0;
    this.#input.value = some ? JSON.stringify(documentOf(this.#root)) : "";
    this.#input.dispatchEvent(new Event("change", { bubbles: true }));
  };

  #group(group: Group, parent: Group | null, depth: number): HTMLElement {
    const box = element("div", "yk-when__group");
    box.setAttribute("role", "group");
    box.setAttribute("aria-label", depth === 1 ? "条件" : "条件のまとまり");
    if (group.clauses.length > 1 || parent || group.join !== "all_of") {
      const head = element("div", "yk-when__row");
      head.append(
        select("まとめ方", JOIN_WORDS, group.join, (join) => {
          group.join = join as Join;
          this.#said();
        }),
      );
      if (parent) head.append(this.#remove(parent, group, "このまとまりを消す"));
      box.append(head);
    }
    const list = element("ul", "yk-when__list");
    for (const clause of group.clauses) {
      const row = element("li", "yk-when__row");
      row.append(...this.#clause(clause, group, depth));
      list.append(row);
    }
    if (group.clauses.length) box.append(list);
    box.append(this.#adders(group, depth));
    return box;
  }

  #clause(clause: Clause, parent: Group, depth: number): Node[] {
    if (isGroup(clause)) return [this.#group(clause, parent, depth + 1)];
    const known = this.#words.facts;
    const fact = known.find((one) => one.key === clause.fact);
    const options = known.map((one): [string, string] => [one.key, one.label]);
    if (!fact) options.unshift([clause.fact, "（ここでは使えない項目）"]);
    const which = select("何が", options, clause.fact, (key) => {
      const other = known.find((one) => one.key === key);
      if (other) this.#replace(parent, clause, freshLeaf(other));
    });
    const remove = this.#remove(parent, clause, "この条件を消す");
    if (!fact) return [which, remove];
    return [which, this.#operator(clause, fact, parent), ...this.#value(clause, fact), remove];
  }

  #operator(clause: Leaf, fact: Fact, parent: Group): Node {
    const operators = fact.operators.map((key): [string, string] => [
      key,
      this.#words.operators[key] ?? key,
    ]);
    return select("どうであるとき", operators, clause.operator, (operator) => {
      this.#replace(parent, clause, withOperator(clause, operator, fact));
    });
  }

  #value(clause: Leaf, fact: Fact): Node[] {
    const inputs = valueInputs(clause, fact, this.#words.grades, this.#said);
    for (const input of inputs) {
      // Only what is told through `said` is a change: the parts of a value have no name of their own.
      input.addEventListener("change", (event) => event.stopPropagation());
      input.addEventListener("input", (event) => event.stopPropagation());
    }
    return inputs;
  }

  #replace(parent: Group, old: Clause, fresh: Clause): void {
    const all = [...this.querySelectorAll("select")];
    const before = all.indexOf(document.activeElement as HTMLSelectElement);
    parent.clauses[parent.clauses.indexOf(old)] = fresh;
    this.#draw();
    this.querySelectorAll("select")[before]?.focus();
    this.#said();
  }

  #remove(parent: Group, clause: Clause, label: string): HTMLButtonElement {
    const made = this.#button("消す", "quiet", () => {
      parent.clauses = parent.clauses.filter((one) => one !== clause);
      this.#draw();
      this.querySelector<HTMLElement>("[data-add]")?.focus();
      this.#said();
    });
    made.setAttribute("aria-label", label);
    return made;
  }

  #adders(group: Group, depth: number): HTMLElement {
    const row = element("div", "yk-when__row");
    const first = this.#words.facts[0];
    if (!first) {
      row.append(element("p", "yk-field__hint", "条件に使える質問が、まだ前にありません。"));
      return row;
    }
    const words = group.clauses.length ? "条件を足す" : "条件をつける";
    const add = this.#button(words, "outline", () => this.#add(group, freshLeaf(this.#nearest())));
    add.dataset["add"] = "";
    row.append(add);
    if (depth < DEEPEST && group.clauses.length) {
      row.append(
        this.#button("まとまりを足す", "quiet", () =>
          this.#add(group, { join: "any_of", clauses: [freshLeaf(this.#nearest())] }),
        ),
      );
    }
    return row;
  }

  /** The question asked last before this one is what a clerk most often means. */
  #nearest(): Fact {
    const answers = this.#words.facts.filter((fact) => fact.key.startsWith("answer."));
    return (answers.at(-1) ?? this.#words.facts[0]) as Fact;
  }

  #add(group: Group, clause: Clause): void {
    group.clauses.push(clause);
    this.#draw();
    const selects = this.querySelectorAll<HTMLElement>(".yk-when__list > li:last-child select");
    selects[0]?.focus();
    this.#said();
  }

  #button(words: string, look: string, press: () => void): HTMLButtonElement {
    const made = element("button", "yk-button", words);
    made.type = "button";
    made.dataset["look"] = look;
    made.dataset["size"] = "s";
    made.addEventListener("click", press);
    return made;
  }
}

customElements.define("yk-when", When);

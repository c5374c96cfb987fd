/**
 * <yk-condition-builder for="id_condition" vocabulary="condition-vocabulary" more="/…/">: a condition in sentences.
 *
 * The hidden input keeps the condition as JSON and announces each change, so that whoever listens can count.
 * The vocabulary is the JSON that yakuba.segments.builder writes; `more` is where the rest of it is fetched when
 * somebody first looks for a fact.
 */
import {
  type Clause,
  documentOf,
  type Fact,
  factOf,
  freshLeaf,
  type Group,
  groupOf,
  isGroup,
  type Join,
  type Leaf,
  type Vocabulary,
  withOperator,
} from "./model";
import { picker } from "./picker";
import { element, select, valueInputs } from "./values";
import "./index.css";

const JOIN_WORDS: [Join, string][] = [
  ["all_of", "次のすべてにあてはまる人"],
  ["any_of", "次のどれかにあてはまる人"],
  ["none_of", "次のどれにもあてはまらない人"],
];
const DEEPEST = 4; // the server takes more; nobody reads more

class ConditionBuilder extends HTMLElement {
  #root: Group = { join: "all_of", clauses: [] };
  #words: Vocabulary = { facts: [], grades: [], operators: {} };
  #input: HTMLInputElement | null = null;
  #more: Promise<void> | null = null;

  connectedCallback(): void {
    if (this.#input) return;
    const input = document.getElementById(this.getAttribute("for") ?? "");
    const words = document.getElementById(this.getAttribute("vocabulary") ?? "");
    if (!(input instanceof HTMLInputElement) || !words) return;
    this.#input = input;
    this.#words = JSON.parse(words.textContent ?? "{}") as Vocabulary;
    this.#root = groupOf(parsed(input.value));
    this.#draw();
  }

  #draw(focus?: (builder: HTMLElement) => HTMLElement | null | undefined): void {
    this.replaceChildren(this.#group(this.#root, null, 1));
    if (focus) focus(this)?.focus();
  }

  /** Write the condition down and say so; nothing is drawn anew, so the caret stays where it is. */
  #said = (): void => {
    if (!this.#input) return;
    this.#input.value = JSON.stringify(documentOf(this.#root));
    this.#input.dispatchEvent(new Event("change", { bubbles: true }));
  };

  #group(group: Group, parent: Group | null, depth: number): HTMLElement {
    const box = element("fieldset", "yk-builder__group");
    box.append(element("legend", "yk-hidden", depth === 1 ? "送る相手の条件" : "条件のまとまり"));
    const head = element("div", "yk-builder__head");
    head.append(
      select("まとめ方", JOIN_WORDS, group.join, (join) => {
        group.join = join as Join;
        this.#said();
      }),
    );
    if (parent) head.append(this.#remove(parent, group, "このまとまりを消す"));
    const list = element("ol", "yk-builder__list");
    for (const clause of group.clauses) {
      const row = element("li", "yk-builder__row");
      row.append(...this.#clause(clause, group, depth));
      list.append(row);
    }
    if (!group.clauses.length && depth === 1) {
      list.append(
        element("li", "yk-builder__none", "条件はまだありません。いまは友だち全員です。"),
      );
    }
    box.append(head, list, this.#adders(group, depth));
    return box;
  }

  #clause(clause: Clause, parent: Group, depth: number): Node[] {
    if (isGroup(clause)) return [this.#group(clause, parent, depth + 1)];
    const fact = this.#fact(clause.fact);
    if (!fact) {
      const gone = element("span", "yk-builder__gone", "使えなくなった項目です。消してください。");
      return [gone, this.#remove(parent, clause, "この条件を消す")];
    }
    const operators = this.#operators(clause, fact);
    return [
      picker(
        () => this.#words.facts,
        fact,
        () => this.#fetchMore(),
        (key) => {
          const other = this.#fact(key);
          if (other) this.#replace(parent, clause, freshLeaf(other), "項目");
        },
      ),
      ...this.#version(clause, fact),
      select(`${fact.label}の比べ方`, operators, clause.operator, (operator) => {
        this.#replace(
          parent,
          clause,
          { ...withOperator(clause, operator, fact), fact: clause.fact },
          `${fact.label}の比べ方`,
        );
      }),
      ...valueInputs(clause, fact, this.#words.grades, this.#said),
      this.#remove(parent, clause, `${fact.label}の条件を消す`),
    ];
  }

  #operators(leaf: Leaf, fact: Fact): [string, string][] {
    const known = fact.operators.includes(leaf.operator)
      ? fact.operators
      : [leaf.operator, ...fact.operators];
    return known.map((key) => [key, this.#words.operators[key] ?? key]);
  }

  /** Which version's answers count: all of them unless one is chosen. */
  #version(leaf: Leaf, fact: Fact): Node[] {
    if (!fact.versions?.length) return [];
    const all: [string, string][] = [[fact.key, "どの版の回答でも"], ...fact.versions];
    return [
      select("回答の版", all, leaf.fact, (key) => {
        leaf.fact = key;
        this.#said();
      }),
    ];
  }

  #fact(key: string): Fact | undefined {
    return factOf(this.#words.facts, key);
  }

  /** Fetch the facts that are many, once; an open list then shows them. Without the line it goes on with what it has. */
  #fetchMore(): void {
    const address = this.getAttribute("more");
    if (!address || this.#more) return;
    this.#more = fetch(address, { headers: { Accept: "application/json" } })
      .then(async (answer) => {
        if (!answer.ok) throw new Error(String(answer.status));
        this.#words = (await answer.json()) as Vocabulary;
        for (const one of this.querySelectorAll(".yk-picker"))
          one.dispatchEvent(new CustomEvent("yk-more"));
      })
      .catch(() => {
        this.#more = null; // the next opening tries again
      });
  }

  #replace(parent: Group, old: Clause, fresh: Clause, label: string): void {
    const at = parent.clauses.indexOf(old);
    parent.clauses[at] = fresh;
    const before = chooserIn(this).indexOf(document.activeElement as HTMLElement);
    this.#said();
    // The same chooser is drawn again in the same place among all of them.
    this.#draw((builder) => {
      const all = chooserIn(builder);
      return all[before] ?? all.find((one) => one.getAttribute("aria-label") === label);
    });
  }

  #remove(parent: Group, clause: Clause, label: string): HTMLButtonElement {
    const made = this.#button("消す", "quiet", () => {
      parent.clauses = parent.clauses.filter((one) => one !== clause);
      this.#said();
      this.#draw((builder) => builder.querySelector<HTMLElement>("[data-add]"));
    });
    made.setAttribute("aria-label", label);
    made.classList.add("yk-builder__remove");
    return made;
  }

  #adders(group: Group, depth: number): HTMLElement {
    const row = element("div", "yk-builder__adders");
    const first = this.#words.facts[0];
    const add = this.#button("＋ 条件を加える", "outline", () => {
      if (!first) return;
      const fresh = freshLeaf(first);
      this.#add(group, fresh);
    });
    add.dataset["add"] = "";
    row.append(add);
    if (depth < DEEPEST) {
      row.append(
        this.#button("＋ まとまりを加える", "quiet", () => {
          if (first) this.#add(group, { join: "any_of", clauses: [freshLeaf(first)] });
        }),
      );
    }
    return row;
  }

  #add(group: Group, clause: Clause): void {
    group.clauses.push(clause);
    this.#said();
    const place = this.#placeOf(group);
    this.#draw((builder) => {
      const boxes = builder.querySelectorAll(".yk-builder__group");
      const rows = boxes[place]?.querySelectorAll(":scope > ol > li");
      const row = rows?.[rows.length - 1];
      return row ? chooserIn(row).find((one) => one.matches("[role=combobox]")) : null;
    });
    // What the new sentence is about is still to be chosen, so the list is open already.
    if (document.activeElement?.matches("[role=combobox]"))
      (document.activeElement as HTMLElement).click();
  }

  /** Return the number of `group` among all groups, outer before inner, as they are drawn. */
  #placeOf(group: Group): number {
    const all: Group[] = [];
    const walk = (one: Group): void => {
      all.push(one);
      for (const inner of one.clauses) if (isGroup(inner)) walk(inner);
    };
    walk(this.#root);
    return all.indexOf(group);
  }

  #button(words: string, look: string, press: () => void): HTMLButtonElement {
    const made = element("button", "yk-button", words);
    made.type = "button";
    made.dataset["look"] = look;
    made.addEventListener("click", press);
    return made;
  }
}

const chooserIn = (place: Element): HTMLElement[] => [
  ...place.querySelectorAll<HTMLElement>("select, [role=combobox]"),
];

function parsed(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    return null; // the server has said that it cannot read it
  }
}

customElements.define("yk-condition-builder", ConditionBuilder);

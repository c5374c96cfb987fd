/**
 * A fact to be found among hundreds: a text field with a list that opens under it, by groups (ARIA combobox).
 */
import type { Fact } from "./model";
import { element } from "./values";

let lists = 0;
const MOST = 150; // of those that fit; whoever types one more word sees the others

const plain = (words: string): string => words.normalize("NFKC").toLowerCase().replace(/\s+/g, "");

/** Whether `fact` is meant by what was typed: every word of it, in any order, in its name or its group. */
export function means(fact: Fact, typed: string): boolean {
  const name = plain(`${fact.group ?? ""}${fact.label}`);
  return typed
    .normalize("NFKC")
    .split(/\s+/)
    .every((word) => name.includes(plain(word)));
}

/** `facts` is asked anew each time the list opens: the rest of them may have come meanwhile. */
export function picker(
  facts: () => Fact[],
  chosen: Fact,
  opened: () => void,
  changed: (key: string) => void,
): HTMLElement {
  lists += 1;
  const box = element("span", "yk-picker");
  const input = element("input", "yk-input yk-picker__input");
  const list = element("div", "yk-picker__list");
  input.value = chosen.label;
  input.autocomplete = "off";
  input.spellcheck = false;
  list.id = `yk-picker-${lists}`;
  list.hidden = true;
  for (const [name, value] of [
    ["role", "combobox"],
    ["aria-label", "項目"],
    ["aria-autocomplete", "list"],
    ["aria-expanded", "false"],
    ["aria-controls", list.id],
  ] as const)
    input.setAttribute(name, value);
  list.setAttribute("role", "listbox");
  list.setAttribute("aria-label", "項目の一覧");

  let at = -1;
  const options = (): HTMLElement[] => [...list.querySelectorAll<HTMLElement>("[data-key]")];
  const go = (to: number): void => {
    const all = options();
    all[at]?.removeAttribute("data-active");
    at = all.length ? (to + all.length) % all.length : -1;
    const now = all[at];
    now?.setAttribute("data-active", "");
    now?.scrollIntoView({ block: "nearest" });
    if (now) input.setAttribute("aria-activedescendant", now.id);
    else input.removeAttribute("aria-activedescendant");
  };
  const draw = (typed: string): void => {
    list.replaceChildren(...groups(facts(), typed, chosen, list.id));
    at = -1;
    const all = options();
    go(
      Math.max(
        0,
        all.findIndex((one) => typed === "" && one.dataset["key"] === chosen.key),
      ),
    );
  };
  const open = (): void => {
    if (!list.hidden) return;
    list.hidden = false;
    input.setAttribute("aria-expanded", "true");
    draw("");
    opened();
  };
  const close = (): void => {
    list.hidden = true;
    input.setAttribute("aria-expanded", "false");
    input.removeAttribute("aria-activedescendant");
    input.value = chosen.label;
  };
  const take = (option: HTMLElement | undefined): void => {
    const key = option?.dataset["key"];
    close();
    if (key && key !== chosen.key) changed(key);
  };

  input.addEventListener("click", () => {
    open();
    input.select();
  });
  input.addEventListener("input", (event) => {
    event.stopPropagation(); // what is typed here is no condition yet, so nothing is counted
    open();
    draw(input.value);
  });
  input.addEventListener("change", (event) => event.stopPropagation());
  input.addEventListener("keydown", (event) => {
    if (event.isComposing) return;
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      if (list.hidden) {
        open();
        input.select();
      } else go(at + (event.key === "ArrowDown" ? 1 : -1));
    } else if (event.key === "Enter") {
      event.preventDefault(); // never sends the form
      if (!list.hidden) take(options()[at]);
      else open();
    } else if (event.key === "Escape" && !list.hidden) {
      event.preventDefault();
      event.stopPropagation();
      close();
      input.select();
    }
  });
  input.addEventListener("blur", close);
  list.addEventListener("mousedown", (event) => event.preventDefault()); // the field keeps the focus
  list.addEventListener("click", (event) =>
    take((event.target as HTMLElement).closest<HTMLElement>("[role=option]") ?? undefined),
  );
  box.addEventListener("yk-more", () => {
    if (!list.hidden) draw(input.value === chosen.label ? "" : input.value);
  });
  box.append(input, list);
  return box;
}

function groups(facts: Fact[], typed: string, chosen: Fact, id: string): HTMLElement[] {
  const found = facts.filter((fact) => means(fact, typed));
  const drawn: HTMLElement[] = [];
  let group: HTMLElement | null = null;
  let name: string | undefined;
  for (const [number, fact] of found.slice(0, MOST).entries()) {
    if (!group || fact.group !== name) {
      name = fact.group;
      group = element("div", "yk-picker__group");
      group.setAttribute("role", "group");
      if (name) {
        const title = element("div", "yk-picker__title", name);
        title.id = `${id}-g${number}`;
        group.setAttribute("aria-labelledby", title.id);
        group.append(title);
      }
      drawn.push(group);
    }
    const option = element("div", "yk-picker__option", fact.label);
    option.id = `${id}-${number}`;
    option.setAttribute("role", "option");
    option.setAttribute("aria-selected", String(fact.key === chosen.key));
    option.dataset["key"] = fact.key;
    group.append(option);
  }
  if (!found.length) drawn.push(remark("あてはまる項目はありません。"));
  if (found.length > MOST)
    drawn.push(remark(`ほかに${found.length - MOST}件。言葉を足してください。`));
  return drawn;
}

/** A line of the list that cannot be chosen; a listbox holds nothing but options. */
function remark(words: string): HTMLElement {
  const made = element("div", "yk-picker__none", words);
  made.setAttribute("role", "option");
  made.setAttribute("aria-disabled", "true");
  made.setAttribute("aria-selected", "false");
  return made;
}

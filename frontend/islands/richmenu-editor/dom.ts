/** Making elements, and what all parts of the editor are given. */
import type { Board, Cell, Height, History, Limits, Menu, Tab } from "./model";

export interface Icon {
  key: string;
  label: string;
  lines: string;
  fills: string;
}
export interface Theme {
  key: string;
  label: string;
  ground: string;
  paper: string;
  ink: string;
  icon: string;
}
export interface Choice {
  key: string;
  label: string;
}
export interface Procedure {
  slug: string;
  title: string;
  status: string;
  said: string;
}
export interface Vocabulary {
  icons: Icon[];
  themes: Theme[];
  boards: Record<Height, Board[]>;
  actions: Choice[];
  modes: Choice[];
  procedures: Procedure[];
  limits: Limits;
}

/** What a part of the editor may ask of the whole. */
export interface Editor {
  readonly words: Vocabulary;
  readonly history: History;
  readonly tab: Tab;
  readonly cell: Cell | undefined;
  readonly chosen: number[];
  readonly upload: string;
  /** Take the next state; `of` is the field that is typed in, so that nothing is drawn under the caret. */
  change(menu: Menu, words: string, of?: string): void;
  changeTab(tab: Tab, words: string, of?: string): void;
  changeCell(cell: Cell, words: string, of?: string): void;
  /** `focus` says where the keyboard goes; without it the board has chosen and keeps it. */
  choose(numbers: number[], focus?: "board" | "panel" | "none"): void;
  openTab(key: string): void;
  say(sentence: string): void;
  token(): string;
}

type Child = Node | string | false | undefined;

export function h<Name extends keyof HTMLElementTagNameMap>(
  name: Name,
  attributes: Record<string, string | boolean> = {},
  ...children: Child[]
): HTMLElementTagNameMap[Name] {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (value === false) continue;
    made.setAttribute(key, value === true ? "" : value);
  }
  made.append(...children.filter((child) => child !== false && child !== undefined));
  return made;
}

export function button(
  words: string | Node,
  press: () => void,
  attributes: Record<string, string | boolean> = {},
): HTMLButtonElement {
  const made = h(
    "button",
    { type: "button", class: "yk-button", "data-look": "quiet", ...attributes },
    words,
  );
  made.addEventListener("click", press);
  return made;
}

const SVG = "http://www.w3.org/2000/svg";

/** One of our icons, from the same lines as the picture that LINE gets. */
export function drawing(icon: Icon | undefined): SVGElement {
  const made = document.createElementNS(SVG, "svg");
  made.setAttribute("viewBox", "0 0 24 24");
  made.setAttribute("class", "yk-menu-icon");
  made.setAttribute("aria-hidden", "true");
  for (const [path, part] of [
    [icon?.lines, "lines"],
    [icon?.fills, "fills"],
  ]) {
    if (!path) continue;
    const line = document.createElementNS(SVG, "path");
    line.setAttribute("d", path);
    line.setAttribute("class", `yk-menu-icon__${part}`);
    made.append(line);
  }
  return made;
}

let made = 0;

/** A question with its label and hint, wired together. */
export function field(
  label: string,
  control: HTMLElement,
  hint: string | HTMLElement = "",
  attributes: Record<string, string> = {},
): HTMLElement {
  control.id ||= `menu-field-${++made}`;
  const words = h("label", { class: "yk-field__label", for: control.id }, label);
  const box = h("div", { class: "yk-field yk-menu-field", ...attributes }, words, control);
  if (hint) {
    const said = typeof hint === "string" ? h("p", { class: "yk-field__hint" }, hint) : hint;
    said.id ||= `${control.id}-hint`;
    control.setAttribute("aria-describedby", said.id);
    box.append(said);
  }
  return box;
}

export function input(
  value: string,
  typed: (value: string) => void,
  attributes: Record<string, string> = {},
): HTMLInputElement {
  const made = h("input", { class: "yk-input", type: "text", autocomplete: "off", ...attributes });
  made.value = value;
  made.addEventListener("input", () => typed(made.value));
  return made;
}

export function select(
  options: [value: string, words: string][],
  chosen: string,
  changed: (value: string) => void,
): HTMLSelectElement {
  const made = h("select", { class: "yk-select" });
  for (const [value, words] of options)
    made.append(new Option(words, value, false, value === chosen));
  made.addEventListener("change", () => changed(made.value));
  return made;
}

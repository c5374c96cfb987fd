/** The board: cells over the picture, chosen with the mouse or with arrows, joined and split. */
import { button, drawing, type Editor, h } from "./dom";
import { between, type Cell, isDrawn, join, neighbour, place, split, type Way } from "./model";

const WAYS: Record<string, Way> = {
  ArrowLeft: "left",
  ArrowRight: "right",
  ArrowUp: "up",
  ArrowDown: "down",
};

export class BoardView {
  readonly element = h("div", { class: "yk-board" });
  readonly #cells = h("div", { class: "yk-board__cells", role: "group" });
  readonly #picture = h("img", { class: "yk-board__picture", alt: "", hidden: true });
  readonly #joins: HTMLButtonElement;
  readonly #across: HTMLButtonElement;
  readonly #down: HTMLButtonElement;
  #from = 0; // where choosing began
  #to = 0; // and where it is now
  #isDragging = false;

  constructor(readonly editor: Editor) {
    this.#joins = button("まとめる", () => this.join(), {
      "data-look": "outline",
      "data-size": "s",
    });
    this.#across = button("左右に分ける", () => this.split(true), {
      "data-look": "outline",
      "data-size": "s",
    });
    this.#down = button("上下に分ける", () => this.split(false), {
      "data-look": "outline",
      "data-size": "s",
    });
    const stage = h("div", { class: "yk-board__stage" }, this.#picture, this.#cells);
    const tools = h(
      "div",
      { class: "yk-board__tools", role: "toolbar", "aria-label": "区画を変える" },
      this.#joins,
      this.#across,
      this.#down,
    );
    const keys = h(
      "details",
      { class: "yk-board__keys" },
      h("summary", {}, "キーボードでの使い方"),
      h(
        "ul",
        {},
        h("li", {}, "矢印：となりの区画へ　／　Enter：中身を書く"),
        h("li", {}, "Shift＋矢印：広げて選ぶ　／　J：まとめる"),
        h("li", {}, "L：左右に分ける　／　T：上下に分ける　／　Esc：区画にもどる"),
        h("li", {}, "Ctrl＋Z：もどす　／　Ctrl＋Y：やりなおす"),
      ),
    );
    this.element.append(stage, tools, keys);
    this.#cells.addEventListener("keydown", (event) => this.#pressed(event));
    this.#cells.addEventListener("focusin", (event) => this.#reached(event));
    this.#cells.addEventListener("pointerdown", (event) => this.#began(event));
    this.#cells.addEventListener("pointermove", (event) => this.#moved(event));
    const stop = (): void => {
      this.#isDragging = false;
    };
    this.#cells.addEventListener("pointerup", stop);
    this.#cells.addEventListener("pointercancel", stop);
  }

  draw(face: string): void {
    const { tab, history, words } = this.editor;
    const colours = isDrawn(tab)
      ? (words.themes.find((one) => one.key === tab.picture.drawn.theme) ?? words.themes[0])
      : undefined;
    const stage = this.#cells.parentElement as HTMLElement;
    stage.dataset["height"] = tab.height;
    stage.dataset["drawn"] = String(isDrawn(tab));
    for (const name of ["ground", "paper", "ink", "icon"] as const)
      stage.style.setProperty(`--menu-${name}`, colours?.[name] ?? "");
    this.#picture.hidden = isDrawn(tab) || !face;
    if (face && !isDrawn(tab)) this.#picture.src = face;
    const had = this.#cells.contains(document.activeElement);
    const strip = isDrawn(tab) && history.menu.tabs.length > 1 ? [this.#strip()] : [];
    this.#cells.setAttribute("aria-label", `「${tab.name || tab.key}」の区画`);
    this.#cells.replaceChildren(
      ...strip,
      ...tab.cells.map((cell, number) => this.#cell(cell, number)),
    );
    this.#mark();
    if (had) this.focus();
  }

  focus(): void {
    this.#buttons()[this.#to]?.focus();
  }

  /** The numbers chosen were changed by somebody else. */
  follow(numbers: number[]): void {
    this.#from = numbers[0] ?? 0;
    this.#to = this.#from;
    this.#mark();
  }

  join(): void {
    const changed = join(this.editor.tab, this.editor.chosen);
    const count = this.editor.chosen.length;
    if (changed) this.#became(changed, `区画を${count}つまとめました`);
    else this.editor.say("まとめる区画を2つ以上選んでください。");
  }

  split(across: boolean): void {
    const { cell, chosen, tab, words } = this.editor;
    if (!cell) {
      this.editor.say("分ける区画を1つだけ選んでください。");
      return;
    }
    const changed = split(tab, chosen[0] ?? 0, across, words.limits);
    if (changed)
      this.#became(changed, across ? "区画を左右に分けました" : "区画を上下に分けました");
    else this.editor.say("これ以上は分けられません。区画は20までです。");
  }

  #became(changed: { tab: Editor["tab"]; chosen: number }, words: string): void {
    const hadFocus = this.element.contains(document.activeElement);
    this.editor.changeTab(changed.tab, words);
    this.editor.choose([changed.chosen], hadFocus ? "board" : "none");
    this.editor.say(`${words}。`);
  }

  #strip(): HTMLElement {
    const { tab, history } = this.editor;
    const names = history.menu.tabs.map((one) =>
      h(
        "span",
        { class: "yk-board__strip-tab", "data-open": one.key === tab.key },
        one.name || one.key,
      ),
    );
    return h("div", { class: "yk-board__strip", "aria-hidden": "true" }, ...names);
  }

  #cell(cell: Cell, number: number): HTMLElement {
    const { words, tab, history } = this.editor;
    const what = words.actions.find((one) => one.key === cell.action?.do)?.label ?? "何もしない";
    const icon = words.icons.find((one) => one.key === cell.icon);
    const made = h(
      "button",
      {
        type: "button",
        class: "yk-board__cell",
        "data-number": String(number),
        "data-idle": cell.action === null,
      },
      h("span", { class: "yk-board__number" }, String(number + 1)),
      h("span", { class: "yk-hidden" }, "番目の区画"),
    );
    if (isDrawn(tab)) {
      const shape = cell.at[2] / tab.grid[0] / (cell.at[3] / tab.grid[1]);
      const isWide = shape * (tab.height === "half" ? 2 : 1) > 1.4;
      const inside = h("span", { class: "yk-board__inside", "data-wide": isWide });
      if (icon) inside.append(drawing(icon));
      inside.append(
        h(
          "span",
          { class: "yk-board__title", "data-none": !cell.title },
          cell.title || "見出しなし",
        ),
      );
      made.append(inside);
    }
    const rest = isDrawn(tab) ? what : `${cell.title || "見出しなし"} ${what}`;
    made.append(h("span", { class: "yk-hidden" }, ` ${rest}`));
    const [left, top, width, height] = place(history.menu, tab, cell.at, words.limits);
    Object.assign(made.style, {
      left: `${left}%`,
      top: `${top}%`,
      width: `${width}%`,
      height: `${height}%`,
    });
    return made;
  }

  #buttons(): HTMLButtonElement[] {
    return [...this.#cells.querySelectorAll<HTMLButtonElement>(".yk-board__cell")];
  }

  #mark(): void {
    const chosen = new Set(this.editor.chosen);
    for (const [number, one] of this.#buttons().entries()) {
      one.setAttribute("aria-pressed", String(chosen.has(number)));
      one.tabIndex = number === this.#to ? 0 : -1;
    }
    this.#joins.disabled = chosen.size < 2;
    this.#across.disabled = this.#down.disabled = chosen.size !== 1;
  }

  #choose(from: number, to: number, focus = true): void {
    this.#from = from;
    this.#to = to;
    this.editor.choose(between(this.editor.tab.cells, from, to));
    this.#mark();
    if (focus) this.focus();
  }

  #numberAt(event: PointerEvent): number | undefined {
    const under = document.elementFromPoint(event.clientX, event.clientY);
    const cell = under?.closest<HTMLElement>(".yk-board__cell");
    return cell && this.#cells.contains(cell) ? Number(cell.dataset["number"]) : undefined;
  }

  #began(event: PointerEvent): void {
    const number = this.#numberAt(event);
    if (number === undefined || event.button !== 0) return;
    event.preventDefault();
    this.#isDragging = true;
    this.#choose(event.shiftKey ? this.#from : number, number);
  }

  /** Whoever comes to a cell by another way than ours has chosen it. */
  #reached(event: FocusEvent): void {
    const number = this.#buttons().indexOf(event.target as HTMLButtonElement);
    if (number >= 0 && number !== this.#to) this.#choose(number, number, false);
  }

  #moved(event: PointerEvent): void {
    if (!this.#isDragging) return;
    const number = this.#numberAt(event);
    if (number !== undefined && number !== this.#to) this.#choose(this.#from, number);
  }

  #pressed(event: KeyboardEvent): void {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const way = WAYS[event.key];
    if (way) {
      const next = neighbour(this.editor.tab.cells, this.#to, way);
      this.#choose(event.shiftKey ? this.#from : next, next);
    } else if (event.key === "Enter" || event.key === " ") {
      this.editor.choose([this.#to], "panel");
    } else if (event.key.toLowerCase() === "j") this.join();
    else if (event.key.toLowerCase() === "l") this.split(true);
    else if (event.key.toLowerCase() === "t") this.split(false);
    else return;
    event.preventDefault();
  }
}

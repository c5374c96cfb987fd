/** The phone: the picture that LINE will get, its areas to press, the bar below, the tabs. */
import { type Editor, h } from "./dom";
import { type Action, type Cell, isDrawn, type Menu, place, type Tab } from "./model";

export class Phone {
  readonly element = h("section", { class: "yk-menu-phone", "aria-label": "電話での見え方" });
  readonly #talk = h("div", {
    class: "yk-menu-phone__talk",
    role: "log",
    "aria-label": "押したときに起きること",
    tabindex: "0",
  });
  readonly #picture = h("img", { class: "yk-menu-phone__picture", alt: "" });
  readonly #areas = h("div", { class: "yk-menu-phone__areas" });
  readonly #menu = h("div", { class: "yk-menu-phone__menu" }, this.#picture, this.#areas);
  readonly #bar = h("button", {
    type: "button",
    class: "yk-menu-phone__bar",
    "aria-expanded": "true",
  });
  #open = ""; // the key of the tab that the phone shows

  constructor(
    readonly editor: Editor,
    town: string,
  ) {
    const body = h(
      "div",
      { class: "yk-menu-phone__body" },
      h("p", { class: "yk-menu-phone__name" }, town || "町"),
      this.#talk,
      this.#menu,
      this.#bar,
    );
    this.element.append(
      body,
      h(
        "p",
        { class: "yk-menu-phone__note" },
        "住民の電話と同じ絵です。押すと、何が起きるかが上に出ます。",
      ),
    );
    this.#bar.addEventListener("click", () => {
      this.#menu.hidden = !this.#menu.hidden;
      this.#bar.setAttribute("aria-expanded", String(!this.#menu.hidden));
    });
  }

  /** Show the tab that is being edited. */
  show(key: string): void {
    this.#open = key;
  }

  draw(face: (key: string) => string): void {
    const { menu } = this.editor.history;
    const tab = menu.tabs.find((one) => one.key === this.#open) ?? menu.tabs[0];
    if (!tab) return;
    this.#open = tab.key;
    const wanted = face(tab.key);
    if (!wanted) this.#picture.removeAttribute("src");
    else if (this.#picture.getAttribute("src") !== wanted) this.#picture.src = wanted;
    this.#menu.dataset["height"] = tab.height;
    this.#bar.textContent = `${menu.chat_bar || "　"} ▾`;
    this.#areas.replaceChildren(
      ...this.#strip(menu, tab, face),
      ...tab.cells.map((cell) => this.#area(menu, tab, cell, face)),
    );
  }

  #strip(menu: Menu, tab: Tab, face: (key: string) => string): HTMLElement[] {
    if (!isDrawn(tab) || menu.tabs.length < 2) return [];
    const { limits } = this.editor.words;
    return menu.tabs.map((one, number) => {
      const made = h("button", {
        type: "button",
        class: "yk-menu-phone__area",
        "aria-label": `タブ「${one.name}」`,
      });
      const width = 100 / menu.tabs.length;
      const height = (100 * limits.strip) / limits.heights[tab.height];
      Object.assign(made.style, {
        left: `${number * width}%`,
        top: "0",
        width: `${width}%`,
        height: `${height}%`,
      });
      made.addEventListener("click", () => this.#switch(one.key, face));
      return made;
    });
  }

  #area(menu: Menu, tab: Tab, cell: Cell, face: (key: string) => string): HTMLElement {
    const spoken = cell.label || cell.title || "名前のない区画";
    const made = h("button", {
      type: "button",
      class: "yk-menu-phone__area",
      "aria-label": spoken,
    });
    const [left, top, width, height] = place(menu, tab, cell.at, this.editor.words.limits);
    Object.assign(made.style, {
      left: `${left}%`,
      top: `${top}%`,
      width: `${width}%`,
      height: `${height}%`,
    });
    made.addEventListener("click", () => {
      if (cell.action?.do === "tab" && cell.action["key"]) this.#switch(cell.action["key"], face);
      else this.#say(spoken, cell.action);
    });
    return made;
  }

  #switch(key: string, face: (key: string) => string): void {
    this.#open = key;
    this.draw(face);
    this.#areas.querySelector<HTMLElement>("button")?.focus();
  }

  #say(spoken: string, action: Action | null): void {
    const bubble = (words: string, whose: string): HTMLElement =>
      h("p", { class: "yk-menu-phone__bubble", "data-whose": whose }, words);
    const lines = [bubble(`「${spoken}」を押す`, "hand")];
    if (action?.do === "text" && action["text"]) lines.push(bubble(action["text"], "town"));
    else lines.push(bubble(this.#what(action), "happens"));
    this.#talk.replaceChildren(...lines);
    this.#talk.scrollTop = this.#talk.scrollHeight;
  }

  #what(action: Action | null): string {
    const { procedures, modes } = this.editor.words;
    const title = (slug: string | undefined): string =>
      procedures.find((one) => one.slug === slug)?.title ?? "";
    switch (action?.do) {
      case "procedure":
        return title(action["slug"])
          ? `手続「${title(action["slug"])}」が始まります`
          : "始める手続が選ばれていません";
      case "page":
        return action["path"]
          ? `町のページ（${action["path"]}）が開きます`
          : "マイページが開きます";
      case "link":
        return action["url"] ? `${action["url"]} が開きます` : "アドレスがまだありません";
      case "telephone":
        return action["number"]
          ? `${action["number"]} に電話をかけます`
          : "電話番号がまだありません";
      case "date": {
        const mode = modes.find((one) => one.key === action["mode"])?.label ?? "日にち";
        return `${mode}を選ぶカレンダーが出ます${title(action["procedure"]) && `。そのあと「${title(action["procedure"])}」が始まります`}`;
      }
      case "tab":
        return "移る先のタブが選ばれていません";
      case "text":
        return "トークに出す文章がまだありません";
      default:
        return "何も起きません";
    }
  }
}

/** The area that is chosen: what stands on it, what it does, what a screen reader says. */
import { drawing, type Editor, field, h, input, select } from "./dom";
import { type Action, type Cell, isDrawn, LONGEST_LABEL, letters, suggestedLabel } from "./model";

const FRESH: Record<string, Action> = {
  procedure: { do: "procedure", slug: "" },
  page: { do: "page", path: "" },
  link: { do: "link", url: "" },
  telephone: { do: "telephone", number: "" },
  text: { do: "text", text: "" },
  tab: { do: "tab", key: "" },
  date: { do: "date", mode: "date" },
};

export class Panel {
  readonly element = h("section", { class: "yk-menu-panel", "aria-label": "選んだ区画" });

  constructor(readonly editor: Editor) {
    this.element.addEventListener("keydown", (event) => {
      if (event.key !== "Escape" || event.defaultPrevented) return;
      this.editor.choose(this.editor.chosen, "board");
    });
  }

  draw(): void {
    const { cell, chosen } = this.editor;
    if (!cell) {
      const words =
        chosen.length > 1
          ? `区画を${chosen.length}つ選んでいます。「まとめる」で1つの区画になります。`
          : "左の区画を選ぶと、ここで中身を書けます。";
      this.element.replaceChildren(h("p", { class: "yk-menu-panel__none" }, words));
      return;
    }
    const number = (chosen[0] ?? 0) + 1;
    const heading = h(
      "h2",
      { class: "yk-menu-panel__title", tabindex: "-1" },
      `${number}番目の区画`,
    );
    this.element.replaceChildren(heading, ...this.#parts(cell));
  }

  focus(): void {
    (this.element.querySelector<HTMLElement>("input") ?? this.element.querySelector("h2"))?.focus();
  }

  #parts(cell: Cell): HTMLElement[] {
    if (!isDrawn(this.editor.tab)) {
      const title = this.#title(
        cell,
        "区画の名前",
        "絵の上には出ません。直すところの案内で使います。",
      );
      return [title, this.#action(cell), this.#label(cell)];
    }
    const note = input(cell.note, (value) => this.#put({ note: value }, "note", "添え書き"), {
      maxlength: "60",
    });
    return [
      this.#title(cell, "見出し", ""),
      this.#icons(cell),
      this.#action(cell),
      field("添え書き", note, "小さな字で下に出ます。なくてもよいです。"),
      this.#label(cell),
    ];
  }

  #title(cell: Cell, label: string, hint: string): HTMLElement {
    const typed = (value: string): void => {
      const before = this.editor.cell;
      const follows = !before?.label || before.label === suggestedLabel(before.title);
      const spoken = follows ? { label: suggestedLabel(value) } : {};
      this.#put({ title: value, ...spoken }, "title", "見出し");
      const shown = this.element.querySelector<HTMLInputElement>("[data-label]");
      if (follows && shown) {
        shown.value = suggestedLabel(value);
        shown.dispatchEvent(new Event("recount"));
      }
    };
    return field(label, input(cell.title, typed, { maxlength: "40" }), hint);
  }

  #icons(cell: Cell): HTMLElement {
    const now = this.editor.words.icons.find((one) => one.key === cell.icon);
    const grid = h("div", { class: "yk-menu-icons", role: "radiogroup", "aria-label": "絵" });
    const choices = [
      { key: "", label: "絵なし", lines: "", fills: "" },
      ...this.editor.words.icons,
    ];
    for (const icon of choices) {
      const radio = h("input", {
        type: "radio",
        name: "menu-icon",
        value: icon.key,
        class: "yk-menu-icons__radio",
      });
      radio.checked = icon.key === cell.icon;
      radio.addEventListener("change", () => {
        this.#put({ icon: icon.key }, "", `絵を「${icon.label}」にしました`);
        said.replaceChildren(icon.key ? drawing(icon) : "", icon.label);
      });
      const shown = icon.key ? drawing(icon) : h("span", {}, "なし");
      grid.append(
        h(
          "label",
          { class: "yk-menu-icons__one", title: icon.label },
          radio,
          shown,
          h("span", { class: "yk-hidden" }, icon.label),
        ),
      );
    }
    const said = h(
      "span",
      { class: "yk-menu-icons__now" },
      now ? drawing(now) : "",
      now?.label ?? "絵なし",
    );
    const box = h("details", { class: "yk-menu-icons__box" }, h("summary", {}, "絵：", said), grid);
    box.addEventListener("keydown", (event) => {
      if (event.key !== "Escape" || !box.open) return;
      event.preventDefault(); // closes the icons, and does not leave the panel
      box.open = false;
      box.querySelector("summary")?.focus();
    });
    return box;
  }

  #label(cell: Cell): HTMLElement {
    const count = h("p", { class: "yk-field__hint" });
    const control = input(
      cell.label,
      (value) => {
        this.#put({ label: value }, "label", "読み上げの言葉");
        recount();
      },
      { "data-label": "" },
    );
    const recount = (): void => {
      const used = letters(control.value).length;
      count.textContent = `目の見えない人に読み上げます。${used}／${LONGEST_LABEL}字`;
      count.toggleAttribute("data-over", used > LONGEST_LABEL);
    };
    control.addEventListener("recount", recount);
    recount();
    return field("読み上げの言葉", control, count);
  }

  #action(cell: Cell): HTMLElement {
    const choices: [string, string][] = [
      ["", "何もしない"],
      ...this.editor.words.actions.map((one): [string, string] => [one.key, one.label]),
    ];
    const inner = h("div", { class: "yk-menu-panel__action" });
    const chooser = select(choices, cell.action?.do ?? "", (value) => {
      const label = choices.find(([key]) => key === value)?.[1] ?? "";
      this.#put(
        { action: FRESH[value] ? { ...FRESH[value] } : null },
        "",
        `押したとき「${label}」にしました`,
      );
      inner.replaceChildren(...this.#fields());
    });
    inner.append(...this.#fields());
    return h("div", { class: "yk-menu-panel__does" }, field("押したとき", chooser), inner);
  }

  #fields(): HTMLElement[] {
    const action = this.editor.cell?.action;
    if (!action) return [];
    const put =
      (name: string, words: string) =>
      (value: string): void => {
        const now = this.editor.cell?.action;
        if (now) this.#put({ action: { ...now, [name]: value } }, `action-${name}`, words);
      };
    const text = (
      name: string,
      label: string,
      hint: string,
      more: Record<string, string> = {},
    ): HTMLElement => field(label, input(action[name] ?? "", put(name, label), more), hint);
    switch (action.do) {
      case "procedure":
        return [this.#procedures(action, put("slug", "始める手続"))];
      case "page":
        return [text("path", "ページ", "空けておくとマイページが開きます。")];
      case "link":
        return [
          text("url", "アドレス", "https:// で始まるもの。", {
            type: "url",
            placeholder: "https://",
          }),
        ];
      case "telephone":
        return [text("number", "電話番号", "例：076-472-1111", { type: "tel" })];
      case "text":
        return [this.#text(action, put("text", "トークに出す文章"))];
      case "tab":
        return [this.#tabs(action, put("key", "移る先"))];
      case "date": {
        const modes = this.editor.words.modes.map((one): [string, string] => [one.key, one.label]);
        return [
          field(
            "選んでもらうもの",
            select(modes, action["mode"] ?? "date", put("mode", "選んでもらうもの")),
          ),
          this.#procedures(
            { ...action, slug: action["procedure"] ?? "" },
            put("procedure", "そのあとに始める手続"),
            "選んだあとに始める手続",
          ),
        ];
      }
      default:
        return [];
    }
  }

  #text(action: Action, typed: (value: string) => void): HTMLElement {
    const area = h("textarea", { class: "yk-textarea", rows: "4", maxlength: "2000" });
    area.value = action["text"] ?? "";
    area.addEventListener("input", () => typed(area.value));
    return field("トークに出す文章", area, "押すと、町からの返事としてトークに出ます。");
  }

  #tabs(action: Action, changed: (value: string) => void): HTMLElement {
    const others = this.editor.history.menu.tabs.filter((one) => one.key !== this.editor.tab.key);
    const choices = others.map((one): [string, string] => [one.key, one.name || one.key]);
    return field(
      "移る先のタブ",
      select([["", "選んでください"], ...choices], action["key"] ?? "", changed),
    );
  }

  /** Search among the procedures by words; what is chosen stands on top. */
  #procedures(action: Action, changed: (slug: string) => void, label = "始める手続"): HTMLElement {
    const all = this.editor.words.procedures;
    const list = h("div", { class: "yk-menu-procedures", role: "radiogroup", "aria-label": label });
    let slug = action["slug"] ?? "";
    const draw = (words: string): void => {
      const found = all.filter((one) => one.slug === slug || one.title.includes(words.trim()));
      list.replaceChildren(
        ...found.slice(0, 40).map((one) => {
          const radio = h("input", { type: "radio", name: "menu-procedure", value: one.slug });
          radio.checked = one.slug === slug;
          radio.addEventListener("change", () => {
            slug = one.slug;
            changed(slug);
          });
          const state = one.said && h("span", { class: "yk-menu-procedures__state" }, one.said);
          return h(
            "label",
            { class: "yk-menu-procedures__one" },
            radio,
            h("span", {}, one.title),
            state || undefined,
          );
        }),
      );
      if (!found.length)
        list.append(
          h(
            "p",
            { class: "yk-field__hint" },
            all.length ? "見つかりません。" : "手続はまだありません。",
          ),
        );
    };
    draw("");
    const search = input("", draw, { type: "search" });
    return h(
      "div",
      { class: "yk-menu-panel__procedures" },
      field(label, search, "名前の一部で探せます。"),
      list,
    );
  }

  #put(part: Partial<Cell>, of: string, words: string): void {
    const cell = this.editor.cell;
    if (!cell) return;
    const said = of
      ? `${cell.title || `${(this.editor.chosen[0] ?? 0) + 1}番目`}の${words}を直しました`
      : words;
    this.editor.changeCell({ ...cell, ...part }, said, of && `${this.editor.chosen[0]}-${of}`);
  }
}

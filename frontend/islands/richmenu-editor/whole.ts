/** What is beside the areas: tabs, ready boards, the picture of a tab, the bar below the talk. */
import { button, type Editor, field, h, input, select } from "./dom";
import {
  addTab,
  type Board,
  type Height,
  isDrawn,
  LONGEST_BAR,
  lay,
  letters,
  mostCells,
  moveTab,
  removeTab,
} from "./model";

const HEIGHTS: [Height, string][] = [
  ["full", "高い（画面の半分くらい）"],
  ["half", "低い（その半分）"],
];

export class Whole {
  readonly tabs = h("div", { class: "yk-menu-tabs", role: "group", "aria-label": "タブ" });
  readonly element = h("section", { class: "yk-menu-whole", "aria-label": "メニューの形" });

  constructor(readonly editor: Editor) {}

  drawTabs(): void {
    const { history, tab, words } = this.editor;
    const each = history.menu.tabs.map((one) =>
      button(one.name || one.key, () => this.editor.openTab(one.key), {
        class: "yk-menu-tabs__tab",
        "aria-pressed": String(one.key === tab.key),
      }),
    );
    const add = button(
      "＋ タブ",
      () => {
        const made = addTab(
          history.menu,
          words.boards[tab.height].find((one) => one.areas === 6) as Board,
        );
        if (!made) {
          this.editor.say("タブはこれ以上ふやせません。");
          return;
        }
        this.editor.change(made.menu, "タブを加えました");
        this.editor.openTab(made.key);
        this.editor.say("タブを加えました。名前は下の「タブ」で変えられます。");
      },
      { "data-size": "s" },
    );
    this.tabs.replaceChildren(...each, add);
  }

  draw(): void {
    this.element.replaceChildren(this.#boards(), this.#picture(), this.#tab(), this.#menu());
  }

  #boards(): HTMLElement {
    const { tab, history, words } = this.editor;
    const most = mostCells(history.menu, tab, words.limits);
    const choices = words.boards[tab.height].map((board) => {
      const made = button(
        this.#sketch(board),
        () => {
          const { tab: laid, lost } = lay(this.editor.tab, board);
          this.editor.changeTab(laid, `区画を${board.areas}にしました`);
          this.editor.choose([0], "none");
          this.editor.say(
            lost
              ? `${board.areas}区画にしました。入りきらない${lost}区画の中身を外しました。「もどす」で戻ります。`
              : `${board.areas}区画にしました。`,
          );
        },
        { class: "yk-menu-boards__one", "aria-label": `${board.areas}区画にする` },
      );
      made.append(h("span", { "aria-hidden": "true" }, `${board.areas}`));
      made.disabled = board.areas > most;
      return made;
    });
    return group("並べ方", h("div", { class: "yk-menu-boards" }, ...choices));
  }

  #sketch(board: Board): HTMLElement {
    const [columns, rows] = board.grid;
    const made = h("span", { class: "yk-menu-boards__sketch", "aria-hidden": "true" });
    made.style.gridTemplate = `repeat(${rows}, 1fr) / repeat(${columns}, 1fr)`;
    for (const [column, row, width, height] of board.cells) {
      const cell = h("span");
      cell.style.gridArea = `${row + 1} / ${column + 1} / span ${height} / span ${width}`;
      made.append(cell);
    }
    return made;
  }

  #picture(): HTMLElement {
    const { tab, words } = this.editor;
    const tall = select(HEIGHTS, tab.height, (height) => {
      this.editor.changeTab({ ...this.editor.tab, height: height as Height }, "高さを変えました");
      this.draw();
    });
    const themes = words.themes.map((one): [string, string] => [one.key, one.label]);
    const drawn = select(
      [...themes, ...(isDrawn(tab) ? [] : [["", "送った絵を使っています"] as [string, string]])],
      isDrawn(tab) ? tab.picture.drawn.theme : "",
      (theme) => {
        if (!theme) return;
        this.editor.changeTab(
          { ...this.editor.tab, picture: { drawn: { theme } } },
          "色を変えました",
        );
        this.draw();
      },
    );
    return group(
      "絵",
      field("高さ", tall),
      field("色（町の文字と絵で描く）", drawn),
      this.#upload(),
    );
  }

  #upload(): HTMLElement {
    const chooser = h("input", { type: "file", class: "yk-input", accept: "image/png,image/jpeg" });
    const answer = h("div", { class: "yk-menu-upload__answer", role: "status" });
    const send = async (yes: boolean): Promise<void> => {
      const file = chooser.files?.[0];
      if (!file) return;
      answer.replaceChildren("送っています…");
      const body = new FormData();
      body.set("file", file);
      body.set("height", this.editor.tab.height);
      if (yes) body.set("yes", "1");
      const said = await sent(this.editor.upload, body, this.editor.token());
      if (said.file) {
        const key = this.editor.tab.key;
        this.editor.changeTab(
          { ...this.editor.tab, picture: { file: said.file } },
          "絵を送りました",
        );
        this.editor.openTab(key);
        this.editor.say("絵を入れました。区画の線を絵に合わせてください。");
      } else if (said.asks) {
        const list = h("ul", {}, ...said.asks.map((one) => h("li", {}, one)));
        const go = button("これでよい", () => void send(true), { "data-look": "outline" });
        answer.replaceChildren(h("p", {}, "この画像を使うには："), list, go);
        go.focus();
      } else {
        answer.replaceChildren(said.sentence ?? "送れませんでした。もう一度お試しください。");
      }
    };
    chooser.addEventListener("change", () => void send(false));
    const hint = `JPEGかPNG。横2500×縦${this.editor.words.limits.heights[this.editor.tab.height]}ドットがきれいに出ます。`;
    return h(
      "div",
      { class: "yk-menu-upload" },
      field("自分で作った絵を送る", chooser, hint),
      answer,
    );
  }

  #tab(): HTMLElement {
    const { tab, history } = this.editor;
    const number = history.menu.tabs.indexOf(tab);
    const many = history.menu.tabs.length > 1;
    const name = input(
      tab.name,
      (value) => {
        this.editor.changeTab(
          { ...this.editor.tab, name: value },
          "タブの名前を変えました",
          "tab-name",
        );
        this.drawTabs();
      },
      { maxlength: "20" },
    );
    const move = (by: number): void => {
      this.editor.change(moveTab(history.menu, number, by), "タブの順を変えました");
      this.editor.openTab(tab.key);
    };
    const left = button("左へ", () => move(-1), { "data-size": "s" });
    const right = button("右へ", () => move(1), { "data-size": "s" });
    left.disabled = number === 0;
    right.disabled = number === history.menu.tabs.length - 1;
    const remove = button(
      "このタブを消す",
      () => {
        this.editor.change(removeTab(history.menu, number), `タブ「${tab.name}」を消しました`);
        this.editor.openTab(this.editor.history.menu.tabs[0]?.key ?? "");
        this.editor.say(`タブ「${tab.name}」を消しました。「もどす」で戻ります。`);
      },
      { "data-size": "s" },
    );
    const hint = many ? "絵の上の帯に出ます。" : "タブが2つ以上のとき、絵の上の帯に出ます。";
    return group(
      "タブ",
      field("名前", name, hint),
      many && h("div", { class: "yk-row" }, left, right, remove),
    );
  }

  #menu(): HTMLElement {
    const { menu } = this.editor.history;
    const count = h("p", { class: "yk-field__hint" });
    const bar = input(menu.chat_bar, (value) => {
      const short = letters(value).slice(0, LONGEST_BAR).join("");
      if (short !== value) bar.value = short;
      this.editor.change(
        { ...this.editor.history.menu, chat_bar: short },
        "下の言葉を変えました",
        "bar",
      );
      recount();
    });
    const recount = (): void => {
      count.textContent = `画面のいちばん下に出て、押すとメニューが開きます。${letters(bar.value).length}／${LONGEST_BAR}字`;
    };
    recount();
    const opens = h("input", { type: "checkbox", class: "yk-check" });
    opens.checked = menu.opens_by_itself;
    opens.addEventListener("change", () =>
      this.editor.change(
        { ...this.editor.history.menu, opens_by_itself: opens.checked },
        "開き方を変えました",
        "opens",
      ),
    );
    const choice = h(
      "label",
      { class: "yk-menu-whole__check" },
      opens,
      "トークを開いたとき、メニューも開いておく",
    );
    return group("メニュー全体", field("下の言葉", bar, count), choice);
  }
}

interface Answer {
  file?: string;
  asks?: string[];
  sentence?: string;
}

async function sent(address: string, body: FormData, token: string): Promise<Answer> {
  try {
    const answer = await fetch(address, {
      method: "POST",
      body,
      headers: { "X-CSRFToken": token },
    });
    return (await answer.json()) as Answer;
  } catch {
    return {
      sentence: "通信できませんでした。インターネットの接続を確かめて、もう一度お試しください。",
    };
  }
}

function group(title: string, ...children: (Node | false)[]): HTMLElement {
  const made = h("fieldset", { class: "yk-menu-group" }, h("legend", {}, title));
  made.append(...children.filter((child) => child !== false));
  return made;
}

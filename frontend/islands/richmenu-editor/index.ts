/**
 * <yk-richmenu-editor vocabulary="id" state="id">: the board, the area that is chosen, and the phone.
 *
 * The form inside works without this file; it is put away as soon as the editor stands. Every change is
 * kept by itself, with the revision it was made on.
 */
import { BoardView } from "./board";
import { button, type Editor, h, type Vocabulary } from "./dom";
import { type Cell, History, type Menu, type Tab } from "./model";
import { Panel } from "./panel";
import { Phone } from "./phone";
import { type Kept, type Problem, type Said, Saving } from "./saving";
import { Whole } from "./whole";
import "./index.css";

interface State {
  document: Menu;
  rev: number;
  problems: Problem[];
  town: string;
  save: string;
  face: string;
  upload: string;
}

class RichmenuEditor extends HTMLElement implements Editor {
  words!: Vocabulary;
  history!: History;
  chosen: number[] = [0];
  upload = "";
  #key = "";
  #face = "";
  #drawnKeys = new Set<string>();
  #drawnRev = 0; // of the picture on the phone; while somebody types on, it is not drawn anew
  #saving!: Saving;
  #board!: BoardView;
  #panel!: Panel;
  #phone!: Phone;
  #whole!: Whole;
  readonly #undo = button("もどす", () => this.#step("undo"), { "data-size": "s" });
  readonly #redo = button("やりなおす", () => this.#step("redo"), { "data-size": "s" });
  readonly #saved = h("span", { class: "yk-menu-bar__saved", role: "status" });
  readonly #said = h("p", { class: "yk-menu-bar__said", role: "status" });
  readonly #problems = h("div", { class: "yk-menu-problems" });
  readonly #notice = h("div", { class: "yk-menu-notice" });
  readonly #leaving = new AbortController();

  connectedCallback(): void {
    if (this.#face) return;
    const read = <Thing>(name: string): Thing =>
      JSON.parse(document.getElementById(this.getAttribute(name) ?? "")?.textContent ?? "{}");
    const state = read<State>("state");
    this.words = read<Vocabulary>("vocabulary");
    this.history = new History(state.document);
    this.upload = state.upload;
    this.#face = state.face;
    this.#drawn(state.rev);
    this.#key = state.document.tabs[0]?.key ?? "";
    this.#saving = new Saving(
      state.save,
      state.rev,
      () => this.token(),
      (said) => this.#answered(said),
    );
    this.#board = new BoardView(this);
    this.#panel = new Panel(this);
    this.#phone = new Phone(this, state.town);
    this.#whole = new Whole(this);
    this.#build();
    this.#show(state.problems);
    this.#arrive(location.hash.slice(1));
    this.#saved.textContent = "保存しました";
    this.say("区画を選ぶと、見出しと、押したときのことを書けます。書いたものは自動で保存します。");
    const { signal } = this.#leaving;
    this.addEventListener("keydown", (event) => this.#pressed(event), { signal });
    window.addEventListener(
      "beforeunload",
      (event) => this.#saving.isClean || event.preventDefault(),
      { signal },
    );
  }

  disconnectedCallback(): void {
    this.#leaving.abort();
  }

  get tab(): Tab {
    const { tabs } = this.history.menu;
    return (tabs.find((one) => one.key === this.#key) ?? tabs[0]) as Tab;
  }

  get cell(): Cell | undefined {
    const [number, ...more] = this.chosen;
    return number === undefined || more.length ? undefined : this.tab.cells[number];
  }

  token(): string {
    return this.querySelector<HTMLInputElement>("[name=csrfmiddlewaretoken]")?.value ?? "";
  }

  change(menu: Menu, words: string, of = ""): void {
    this.history.change(menu, words, of);
    this.#want(words);
    this.#drawShown();
  }

  changeTab(tab: Tab, words: string, of = ""): void {
    const tabs = this.history.menu.tabs.map((one) => (one.key === tab.key ? tab : one));
    this.change({ ...this.history.menu, tabs }, words, of);
  }

  changeCell(cell: Cell, words: string, of = ""): void {
    const number = this.chosen[0] ?? 0;
    const cells = this.tab.cells.map((one, n) => (n === number ? cell : one));
    this.changeTab({ ...this.tab, cells }, words, of);
  }

  choose(numbers: number[], focus?: "board" | "panel" | "none"): void {
    this.chosen = numbers;
    this.#panel.draw();
    if (!focus) return;
    this.#board.follow(numbers);
    if (focus === "board") this.#board.focus();
    if (focus === "panel") this.#panel.focus();
  }

  openTab(key: string): void {
    this.#key = key;
    this.chosen = [0];
    this.#phone.show(key);
    this.#drawAll();
  }

  say(sentence: string): void {
    this.#said.textContent = sentence;
  }

  #build(): void {
    const bar = h("div", { class: "yk-menu-bar" }, this.#undo, this.#redo, this.#saved, this.#said);
    const left = h(
      "div",
      { class: "yk-menu-left" },
      this.#whole.tabs,
      this.#board.element,
      this.#whole.element,
    );
    const middle = h("div", { class: "yk-menu-middle" }, this.#problems, this.#panel.element);
    this.querySelector("form")?.setAttribute("hidden", "");
    this.append(
      this.#notice,
      bar,
      h("div", { class: "yk-menu-editor" }, left, middle, this.#phone.element),
    );
    this.#phone.show(this.#key);
    this.#drawAll();
  }

  /** Go where an address points: #a-3 is the fourth area of the tab a. */
  #arrive(address: string): void {
    const [key, number] = address.split("-");
    if (!key || !this.history.menu.tabs.some((one) => one.key === key)) return;
    this.openTab(key);
    if (this.tab.cells[Number(number)]) this.choose([Number(number)], "panel");
  }

  #drawAll(): void {
    this.chosen = this.chosen.filter((number) => number < this.tab.cells.length);
    if (!this.chosen.length) this.chosen = [0];
    this.#whole.drawTabs();
    this.#whole.draw();
    this.#board.follow(this.chosen);
    this.#drawShown();
    this.#panel.draw();
  }

  #drawShown(): void {
    this.#board.draw(this.#faceOf(this.tab.key));
    this.#phone.draw((key) => this.#faceOf(key));
    this.#undo.disabled = !this.history.canUndo;
    this.#redo.disabled = !this.history.canRedo;
  }

  /** The picture of a tab as it was kept last; one that was never kept has none yet. */
  #faceOf(key: string): string {
    if (!this.#drawnKeys.has(key)) return "";
    return `${this.#face.replace(/tab\/$/, `${key}/`)}?rev=${this.#drawnRev}`;
  }

  /** What the editor holds is what the server has, under this number. */
  #drawn(rev: number): void {
    this.#drawnRev = rev;
    this.#drawnKeys = new Set(this.history.menu.tabs.map((one) => one.key));
  }

  #want(words: string): void {
    this.#saved.textContent = "保存しています…";
    this.#saving.want(this.history.menu, words);
  }

  #step(way: "undo" | "redo"): void {
    const words = this.history[way]();
    if (words === undefined) return;
    const said = way === "undo" ? `取り消しました：${words}` : `やりなおしました：${words}`;
    this.#want(said);
    const inside = this.contains(document.activeElement) ? document.activeElement : null;
    this.#drawAll();
    this.say(`${said}。`);
    if (inside instanceof HTMLElement && !inside.isConnected) this.#board.focus();
  }

  #pressed(event: KeyboardEvent): void {
    if (!(event.ctrlKey || event.metaKey) || event.altKey) return;
    const typing =
      event.target instanceof HTMLInputElement || event.target instanceof HTMLTextAreaElement;
    const key = event.key.toLowerCase();
    if (typing || !["z", "y"].includes(key)) return;
    event.preventDefault();
    this.#step(key === "y" || event.shiftKey ? "redo" : "undo");
  }

  #answered(said: Said): void {
    if (said.kind === "kept") {
      this.#notice.replaceChildren();
      this.#saved.textContent = this.#saving.isClean
        ? `${said.kept.at} 保存しました`
        : "保存しています…";
      this.#show(said.kept.problems);
      if (!this.#saving.isClean) return;
      this.#drawn(said.kept.rev);
      this.#drawShown();
    } else {
      this.#saved.textContent = "まだ保存していません";
      if (said.kind === "overtaken") this.#overtaken(said.kept);
      else this.#tell(said.sentence);
    }
  }

  /** Two clerks at one menu: what there is now is shown only when the second one says so. */
  #overtaken(kept: Kept): void {
    const who = kept.by ? `${kept.by}さんが${kept.at}に` : "ほかの人が";
    const take = button(
      "その人の内容を見る",
      () => {
        this.#saving.drop(kept.rev);
        this.#drawnRev = kept.rev;
        if (kept.document) this.history = new History(kept.document);
        this.#drawn(kept.rev);
        this.#notice.replaceChildren();
        this.#saved.textContent = "保存しました";
        this.#show(kept.problems);
        this.#drawAll();
        this.#board.focus();
      },
      { "data-look": "outline" },
    );
    const mine = button("自分の内容で上書きする", () => {
      this.#saving.rev = kept.rev;
      this.#saving.want(this.history.menu, "自分の内容で上書きしました", 0);
    });
    this.#tell(`${who}先に直しました。あなたの変更は、まだ保存していません。`, take, mine);
    take.focus();
  }

  #tell(sentence: string, ...ways: HTMLElement[]): void {
    const notice = h(
      "div",
      { class: "yk-notice", "data-kind": "caution", role: "alert" },
      h("p", {}, sentence),
    );
    if (ways.length) notice.append(h("div", { class: "yk-row" }, ...ways));
    this.#notice.replaceChildren(notice);
  }

  #show(problems: Problem[]): void {
    if (!problems.length) {
      this.#problems.replaceChildren(
        h("p", { class: "yk-menu-problems__none" }, "直すところはありません"),
      );
      return;
    }
    const red = problems.filter((one) => one.is_red).length;
    const yellow = problems.length - red;
    const summary = [red && `直すところ ${red}件`, yellow && `確かめるところ ${yellow}件`]
      .filter(Boolean)
      .join("・");
    const isOpen = this.#problems.querySelector("details")?.open ?? false;
    const list = h("ul", {}, ...problems.map((one) => this.#problem(one)));
    const box = h(
      "details",
      { class: "yk-menu-problems__box", "data-kind": red ? "danger" : "caution" },
      h("summary", {}, summary),
      list,
    );
    box.open = isOpen;
    const had = this.#problems.contains(document.activeElement);
    this.#problems.replaceChildren(box);
    if (had) box.querySelector("summary")?.focus();
  }

  #problem(one: Problem): HTMLElement {
    const mark = one.is_red ? "公開する前に直す" : "確かめる";
    const go = button(
      h("span", {}, h("strong", {}, mark), h("br"), one.sentence),
      () => {
        if (one.tab && one.tab !== this.#key) this.openTab(one.tab);
        if (one.cell !== null) this.choose([one.cell], "panel");
        else this.#whole.element.querySelector<HTMLElement>("button, input, select")?.focus();
      },
      { class: "yk-menu-problems__one" },
    );
    return h("li", { "data-red": one.is_red }, go);
  }
}

customElements.define("yk-richmenu-editor", RichmenuEditor);

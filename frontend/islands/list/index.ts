/**
 * <yk-list>: a list worked with the keyboard (j k x / ? Esc), and a bar that counts what is chosen.
 *
 * Everything is in the form already: without this file the check boxes and buttons work as they are.
 */
import { step, wish } from "./keys";

const SWITCH = "yakuba-list-keys"; // "off": this person's software needs the letters for itself

class List extends HTMLElement {
  private readonly leaving = new AbortController();

  connectedCallback(): void {
    const signal = this.leaving.signal;
    document.addEventListener("keydown", (event) => this.pressed(event), { signal });
    this.addEventListener("change", (event) => this.changed(event), { signal });
    this.count();
    this.prepareHelp();
  }

  disconnectedCallback(): void {
    this.leaving.abort();
  }

  private get rows(): HTMLTableRowElement[] {
    return [...this.querySelectorAll<HTMLTableRowElement>("tbody tr")];
  }

  private get picks(): HTMLInputElement[] {
    return [...this.querySelectorAll<HTMLInputElement>("input[name=picked]")];
  }

  private pressed(event: KeyboardEvent): void {
    const target = event.target;
    const typing =
      target instanceof HTMLElement &&
      target.matches("input:not([type=checkbox]), select, textarea, [contenteditable]");
    const wanted = wish(event, typing);
    if (!wanted || document.querySelector("dialog[open]")) return;
    if (wanted !== "clear" && localStorage.getItem(SWITCH) === "off") return;

    if (wanted === "clear") this.clear(target, typing);
    else event.preventDefault();

    if (wanted === "down") this.go(1);
    if (wanted === "up") this.go(-1);
    if (wanted === "pick") this.pick();
    if (wanted === "search") this.querySelector<HTMLInputElement>("input[type=search]")?.focus();
    if (wanted === "help") this.querySelector("dialog")?.showModal();
  }

  private get present(): number {
    return this.rows.findIndex((row) => row.contains(document.activeElement));
  }

  private go(by: 1 | -1): void {
    const row = this.rows[step(this.present, by, this.rows.length)];
    const link = row?.querySelector<HTMLElement>("a.yk-list__row");
    (link ?? row?.querySelector<HTMLElement>("input[name=picked]"))?.focus();
    row?.scrollIntoView({ block: "nearest" });
  }

  private pick(): void {
    const box = this.rows[this.present]?.querySelector<HTMLInputElement>("input[name=picked]");
    if (!box) return;
    box.checked = !box.checked;
    box.dispatchEvent(new Event("change", { bubbles: true }));
  }

  private clear(target: EventTarget | null, typing: boolean): void {
    if (typing && target instanceof HTMLElement) {
      target.blur();
      return;
    }
    for (const box of this.querySelectorAll<HTMLInputElement>("input[type=checkbox]")) {
      if (box.matches("[name=picked], [name=every], [data-all]")) box.checked = false;
    }
    this.count();
  }

  private changed(event: Event): void {
    const box = event.target;
    if (!(box instanceof HTMLInputElement)) return;
    if (box.matches("[data-all]")) {
      for (const pick of this.picks) pick.checked = box.checked;
    }
    if (box.matches("[name=picked]") && !box.checked) {
      const every = this.querySelector<HTMLInputElement>("input[name=every]");
      if (every) every.checked = false;
    }
    this.count();
  }

  private count(): void {
    const chosen = this.picks.filter((pick) => pick.checked).length;
    const every = this.querySelector<HTMLInputElement>("input[name=every]");
    const all = this.querySelector<HTMLInputElement>("input[data-all]");
    if (all) {
      all.checked = chosen > 0 && chosen === this.picks.length;
      all.indeterminate = chosen > 0 && chosen < this.picks.length;
    }
    const words = this.querySelector<HTMLElement>("[data-chosen]");
    if (words) {
      const number = every?.checked ? Number(every.dataset["count"]) : chosen;
      words.textContent = `${number.toLocaleString("ja-JP")}件を選択中`;
    }
    const bar = this.querySelector<HTMLElement>(".yk-list__chosen");
    if (bar) bar.hidden = chosen === 0 && !every?.checked;
  }

  private prepareHelp(): void {
    const dialog = this.querySelector("dialog");
    const box = dialog?.querySelector<HTMLInputElement>("input[type=checkbox]");
    if (box) {
      box.checked = localStorage.getItem(SWITCH) !== "off";
      box.addEventListener("change", () => {
        localStorage.setItem(SWITCH, box.checked ? "on" : "off");
      });
    }
    const opener = this.querySelector<HTMLElement>("[data-keys]");
    if (opener) opener.hidden = false;
    opener?.addEventListener("click", () => dialog?.showModal());
  }
}

customElements.define("yk-list", List);

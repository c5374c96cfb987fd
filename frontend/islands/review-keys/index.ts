/**
 * <yk-review-keys>: the work on one submission by the keyboard; j and k go along the list at its left.
 *
 * A letter does what the button beside it does, or opens its form: nothing is decided by one key alone.
 */
import { neighbour, wish } from "./keys";

const SWITCH = "yakuba-list-keys"; // the same switch as in lists

class ReviewKeys extends HTMLElement {
  readonly #leaving = new AbortController();

  connectedCallback(): void {
    document.addEventListener("keydown", (event) => this.#pressed(event), {
      signal: this.#leaving.signal,
    });
    this.#scrollToPresent();
    this.#prepareHelp();
  }

  disconnectedCallback(): void {
    this.#leaving.abort();
  }

  /** Only the list moves, never the page under the clerk. */
  #scrollToPresent(): void {
    const here = document.querySelector<HTMLElement>(".yk-queue [aria-current=page]");
    const items = here?.closest<HTMLElement>(".yk-queue__items");
    if (!here || !items) return;
    const middle = here.offsetTop - items.offsetTop - (items.clientHeight - here.offsetHeight) / 2;
    items.scrollTop = middle;
  }

  #pressed(event: KeyboardEvent): void {
    const target = event.target;
    const typing =
      target instanceof HTMLElement &&
      target.matches("input:not([type=checkbox], [type=radio]), select, textarea");
    if (event.key === "Escape" && target instanceof HTMLElement && typing) {
      target.blur();
      return;
    }
    const wanted = wish(event, typing);
    if (!wanted || localStorage.getItem(SWITCH) === "off") return;
    if (document.querySelector("dialog[open]")) return;

    if (wanted === "j" || wanted === "k") this.#go(wanted);
    else if (wanted === "l") document.querySelector<HTMLElement>(OTHER_LIST)?.click();
    else if (wanted === "u") document.querySelector<HTMLElement>(".yk-back")?.click();
    else if (wanted === "?") this.querySelector("dialog")?.showModal();
    else this.#press(event, wanted);
  }

  #go(wanted: "j" | "k"): void {
    const links = [...document.querySelectorAll<HTMLAnchorElement>("a.yk-queue__item")];
    const here = links.findIndex((link) => link.hasAttribute("aria-current"));
    links[neighbour(here, wanted, links.length)]?.click();
  }

  #press(event: KeyboardEvent, wanted: string): void {
    const button = this.querySelector<HTMLElement>(`[data-key="${wanted}"]`);
    if (!button) return;
    event.preventDefault();
    button.click();
    if (button.matches("summary")) this.#enter(button);
  }

  /** Go on in the form that was opened: to what has to be chosen or written, else to its button. */
  #enter(summary: HTMLElement): void {
    const form = summary.parentElement?.querySelector("form");
    const first = form?.querySelector<HTMLElement>(
      "[type=checkbox], [type=radio], textarea[required]",
    );
    (first ?? form?.querySelector<HTMLElement>("[type=submit]"))?.focus();
  }

  #prepareHelp(): void {
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

const OTHER_LIST = ".yk-queue__lists a:not([aria-current])";

customElements.define("yk-review-keys", ReviewKeys);

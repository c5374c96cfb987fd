/**
 * <yk-review-keys>: the work on one application by the keyboard; j and k go along what waits.
 *
 * A letter does what the button beside it does, or opens its form: nothing is decided by one key alone.
 */
import { letter, neighbour } from "./keys";

const SWITCH = "yakuba-list-keys"; // the same switch as in lists

class ReviewKeys extends HTMLElement {
  readonly #leaving = new AbortController();

  connectedCallback(): void {
    document.addEventListener("keydown", (event) => this.#pressed(event), {
      signal: this.#leaving.signal,
    });
    document.querySelector(".yk-queue [aria-current]")?.scrollIntoView({ block: "nearest" });
  }

  disconnectedCallback(): void {
    this.#leaving.abort();
  }

  #pressed(event: KeyboardEvent): void {
    const target = event.target;
    const typing = target instanceof HTMLElement && target.matches("input, select, textarea");
    const wanted = letter(event, typing);
    if (!wanted || localStorage.getItem(SWITCH) === "off") return;
    if (document.querySelector("dialog[open]")) return;

    if (wanted === "j" || wanted === "k") {
      const links = [...document.querySelectorAll<HTMLAnchorElement>(".yk-queue a")];
      const here = links.findIndex((link) => link.hasAttribute("aria-current"));
      links[neighbour(here, wanted, links.length)]?.click();
      return;
    }
    const wish = this.querySelector<HTMLElement>(`[data-key="${wanted}"]`);
    if (!wish) return;
    event.preventDefault();
    wish.click();
    if (wish instanceof HTMLElement && wish.matches("summary")) this.#enter(wish);
  }

  /** Go on in the form that was opened: to what has to be chosen or written, else to its button. */
  #enter(summary: HTMLElement): void {
    const form = summary.parentElement?.querySelector("form");
    const first = form?.querySelector<HTMLElement>("[type=checkbox], textarea[required]");
    (first ?? form?.querySelector<HTMLElement>("[type=submit]"))?.focus();
  }
}

customElements.define("yk-review-keys", ReviewKeys);

/**
 * <yk-session-end left="seconds" longest="seconds" stay="address">: says before a sign-in ends, and puts the end off.
 *
 * Every request puts the end off to `left` from then, but never beyond `longest` from now. The tabs of one
 * person share one sign-in, so they share the moment of its end.
 */
import { endOf, stateOf } from "./moments";

const SHARED = "yakuba-sign-in-ends";
const TICK = 5_000;

class SessionEnd extends HTMLElement {
  readonly #leaving = new AbortController();
  #timer = 0;
  #left = 0;
  #last = 0;

  connectedCallback(): void {
    this.#left = Number(this.getAttribute("left")) * 1000;
    this.#last = Date.now() + Number(this.getAttribute("longest")) * 1000;
    const signal = this.#leaving.signal;
    document.addEventListener("htmx:afterRequest", () => this.#putOff(), { signal });
    this.querySelector("button")?.addEventListener("click", () => void this.#stay(), { signal });
    this.#timer = window.setInterval(() => this.#look(), TICK);
    this.#putOff();
  }

  disconnectedCallback(): void {
    this.#leaving.abort();
    window.clearInterval(this.#timer);
  }

  #putOff(): void {
    localStorage.setItem(SHARED, String(endOf(Date.now(), this.#left, this.#last)));
    this.#look();
  }

  #look(): void {
    const ends = Number(localStorage.getItem(SHARED)) || this.#last;
    const state = stateOf(Date.now(), ends, this.#left, this.#last);
    if (this.dataset["state"] === state) return;
    this.dataset["state"] = state;
    for (const words of this.querySelectorAll<HTMLElement>("[data-when]")) {
      words.hidden = words.dataset["when"] !== state;
    }
    this.hidden = state === "far";
  }

  async #stay(): Promise<void> {
    const answer = await fetch(this.getAttribute("stay") ?? "", { redirect: "error" }).catch(
      () => null,
    );
    if (answer?.ok) this.#putOff();
  }
}

customElements.define("yk-session-end", SessionEnd);

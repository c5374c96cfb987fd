/**
 * <yk-designer>: moving with the keyboard and by dragging, Enter for the next choice, and going to a problem.
 *
 * Everything is kept by the forms and buttons of the page (htmx); this file only presses them.
 */
import { dropBefore, fieldIds, wishOf } from "./model";
import "./when";
import "./index.css";

class Designer extends HTMLElement {
  readonly #leaving = new AbortController();
  #dragged = "";
  #wanted = ""; // the field to go to as soon as its part is shown
  #unsaved = false; // something was typed that the server has not answered yet
  #leaveTo = ""; // the page to go to as soon as everything is kept
  #returnTo = ""; // what was pressed, to go on with after it was drawn anew

  connectedCallback(): void {
    const signal = this.#leaving.signal;
    this.addEventListener("keydown", (event) => this.#pressed(event), { signal });
    this.addEventListener("dragstart", (event) => this.#lifted(event), { signal });
    this.addEventListener("dragover", (event) => this.#over(event), { signal });
    this.addEventListener("dragleave", () => this.#mark(null), { signal });
    this.addEventListener("drop", (event) => this.#dropped(event), { signal });
    this.addEventListener("input", (event) => this.#typed(event), { signal });
    document.addEventListener("click", (event) => this.#clicked(event), { signal });
    for (const failed of ["htmx:sendError", "htmx:responseError", "htmx:timeout"])
      document.body.addEventListener(failed, () => this.#say("まだ保存していません"), { signal });
    window.addEventListener("beforeunload", (event) => this.#leave(event), { signal });
    document.body.addEventListener("draft-shown", (event) => this.#shown(event), { signal });
    if (location.hash.startsWith("#f-")) this.#go(decodeURIComponent(location.hash.slice(3)));
    else this.#openChosen();
  }

  disconnectedCallback(): void {
    this.#leaving.abort();
  }

  get #rows(): HTMLElement[] {
    return [...this.querySelectorAll<HTMLElement>(".yk-outline__row[data-key]")];
  }

  #typed(event: Event): void {
    if (!(event.target as Element).closest("#part-form")) return;
    this.#unsaved = true;
    this.#say("保存しています…");
  }

  #say(words: string): void {
    const place = document.querySelector(".yk-designer__saved");
    if (place) place.textContent = words;
    this.#leaveTo = words.endsWith("…") ? this.#leaveTo : "";
  }

  /** Whoever leaves by a link is let go when all is kept; whoever closes the window is asked. */
  #leave(event: Event): void {
    if (this.#unsaved && !this.#leaveTo) event.preventDefault();
  }

  #pressed(event: KeyboardEvent): void {
    const target = event.target;
    if (!(target instanceof HTMLElement)) return;
    const wish = wishOf(event);
    const row = target.closest<HTMLElement>(".yk-outline__row[data-key]");
    if (wish && row) {
      event.preventDefault();
      this.#returnTo = row.id;
      this.#send("put-by", row.dataset["key"] ?? "", wish);
      return;
    }
    const choice = target.closest(".yk-choices__line");
    if (
      event.key === "Enter" &&
      choice &&
      target instanceof HTMLInputElement &&
      !event.isComposing
    ) {
      event.preventDefault();
      target.blur(); // what was typed is kept first
      this.querySelector<HTMLButtonElement>("[data-add-choice]")?.click();
    }
  }

  /** Post through the hidden form, so that htmx keeps its order among other changes. */
  #send(act: "put" | "put-by", part: string, value: string): void {
    const form = this.querySelector<HTMLFormElement>("#put");
    if (!form) return;
    const field = (name: string): HTMLInputElement =>
      form.elements.namedItem(name) as HTMLInputElement;
    field("act").value = act === "put" ? "put" : value;
    field("part").value = part;
    field("before").value = act === "put" ? value : "";
    form.requestSubmit();
  }

  #lifted(event: DragEvent): void {
    const row = (event.target as Element).closest<HTMLElement>(".yk-outline__row[data-key]");
    this.#dragged = row?.dataset["key"] ?? "";
    if (this.#dragged) event.dataTransfer?.setData("text/plain", this.#dragged);
  }

  #over(event: DragEvent): void {
    const target = this.#target(event);
    if (!this.#dragged || !target) return;
    event.preventDefault();
    this.#mark(target);
  }

  #target(event: DragEvent): HTMLElement | null {
    return (event.target as Element).closest<HTMLElement>("[data-drop]");
  }

  #mark(target: HTMLElement | null): void {
    for (const one of this.querySelectorAll("[data-over]")) one.removeAttribute("data-over");
    target?.setAttribute("data-over", "");
  }

  #dropped(event: DragEvent): void {
    const target = this.#target(event);
    this.#mark(null);
    if (!this.#dragged || !target) return;
    event.preventDefault();
    const keys = this.#rows.map((row) => row.dataset["key"] ?? "");
    const before = dropBefore(this.#dragged, target.dataset["drop"] ?? "", keys);
    if (before) this.#send("put", this.#dragged, before);
    this.#dragged = "";
  }

  #clicked(event: Event): void {
    const pressed = event.target instanceof Element ? event.target : null;
    const link = pressed?.closest<HTMLAnchorElement>("a[href]:not([hx-get])");
    if (link && this.#unsaved && !event.defaultPrevented) {
      event.preventDefault();
      this.#leaveTo = link.href;
    }
    const problem = pressed?.closest<HTMLElement>("[data-field]");
    if (problem) {
      this.#wanted = problem.dataset["field"] ?? "";
      problem.closest("details")?.removeAttribute("open");
    }
    const here = pressed?.closest<HTMLElement>("[data-go]");
    if (here) this.#go(here.dataset["go"] ?? "");
    const tool = pressed?.closest<HTMLElement>("[data-act]");
    if (tool) this.#returnTo = tool.dataset["act"] === "remove" ? "part-title" : tool.id;
  }

  /** After the page was drawn anew, put the keyboard where the person wants to go on. */
  #shown(event: Event): void {
    const { act } = (event as CustomEvent<{ act: string }>).detail;
    this.#openChosen();
    if (act === "wrong") {
      if (this.#leaveTo) this.querySelector<HTMLElement>("[data-wrong] .yk-input")?.focus();
      this.#leaveTo = "";
      return;
    }
    this.#unsaved = false;
    if (this.#leaveTo) location.assign(this.#leaveTo);
    if (act === "save") return; // whoever typed is somewhere else already
    const [wanted, returnTo] = [this.#wanted, this.#returnTo];
    this.#wanted = this.#returnTo = "";
    if (this.#hasGoneOn(returnTo) && !wanted) return;
    if (act === "add_choices") this.#focusLastChoice();
    else if (act === "add_question" || act === "add_section") this.#focusFirst();
    else if (wanted) this.#go(wanted);
    else if (returnTo) document.getElementById(returnTo)?.focus();
  }

  /** Whoever writes in a field by now keeps the caret; a letter typed into a button would be lost. */
  #hasGoneOn(returnTo: string): boolean {
    const at = document.activeElement;
    return at?.closest("#part-form") != null && at.id !== returnTo && at.matches("input, textarea");
  }

  #openChosen(): void {
    this.querySelector(".yk-outline__row[aria-current]")?.scrollIntoView({ block: "nearest" });
  }

  #focusLastChoice(): void {
    const inputs = this.querySelectorAll<HTMLElement>(
      ".yk-choices__line .yk-writings__one:first-child .yk-input",
    );
    inputs[inputs.length - 1]?.focus();
  }

  #focusFirst(): void {
    const form = this.querySelector("#part-form");
    const first = form?.querySelector<HTMLElement>('[id="f-label.ja"], [id="f-title.ja"]');
    (first ?? this.querySelector<HTMLElement>("#part-title"))?.focus();
  }

  #go(field: string): void {
    for (const id of fieldIds(field)) {
      const found = document.getElementById(id);
      if (!found) continue;
      for (
        let box = found.closest("details");
        box;
        box = box.parentElement?.closest("details") ?? null
      )
        box.open = true;
      const control = found.matches("input, select, textarea, button")
        ? found
        : found.querySelector<HTMLElement>("input:not([type=hidden]), select, textarea, button");
      found.scrollIntoView({ block: "center" });
      (control ?? found).focus();
      return;
    }
    document.getElementById("part-title")?.focus();
  }
}

customElements.define("yk-designer", Designer);

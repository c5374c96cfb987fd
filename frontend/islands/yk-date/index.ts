/**
 * <yk-date min="2026-11-23" max="2027-03-31">: the day that was typed, written out; and a calendar to choose from.
 *
 * The text input stands in it and is what is sent; the server reads it. Here only the usual ways of writing are read,
 * so that nobody is told anything wrong: what is not understood is left to the server.
 */
import { say } from "../portal-words";
import { read, withoutWeekday, written } from "./days";
import "./index.css";

class DateField extends HTMLElement {
  #shown = document.createElement("p");

  connectedCallback(): void {
    const typed = this.querySelector<HTMLInputElement>("input");
    if (!typed || this.#shown.isConnected) return;
    this.#shown.className = "yk-date__shown";
    this.#shown.setAttribute("role", "status");
    typed.addEventListener("input", () => this.#show(typed));
    // A calendar that begins today is no help for a day of birth: seventy years are many presses.
    const help =
      typed.getAttribute("autocomplete") === "bday" ? this.#eras(typed) : this.#calendar(typed);
    this.append(help, this.#shown);
    this.#show(typed);
  }

  #show(typed: HTMLInputElement): void {
    const day = read(typed.value);
    this.#shown.textContent = day ? written(day, document.documentElement.lang) : "";
  }

  /** The eras to press, so that only numbers are left to type. */
  #eras(typed: HTMLInputElement): HTMLElement {
    const row = document.createElement("span");
    row.className = "yk-date__eras";
    row.setAttribute("role", "group");
    row.setAttribute("aria-label", say("元号"));
    for (const era of ["昭和", "平成", "令和"]) {
      const press = document.createElement("button");
      press.type = "button";
      press.className = "yk-button";
      press.dataset["look"] = "outline";
      press.textContent = era;
      press.addEventListener("click", () => {
        const rest = typed.value
          .normalize("NFKC")
          .replace(/^(明治|大正|昭和|平成|令和|[MTSHR])/i, "");
        typed.value = era + rest;
        typed.dispatchEvent(new Event("input", { bubbles: true }));
        typed.focus();
        typed.setSelectionRange(typed.value.length, typed.value.length);
      });
      row.append(press);
    }
    return row;
  }

  /** The phone's own calendar, behind a button; its input is not part of the form. */
  #calendar(typed: HTMLInputElement): HTMLElement {
    const picker = document.createElement("input");
    picker.type = "date";
    picker.className = "yk-date__picker";
    picker.tabIndex = -1;
    picker.setAttribute("aria-hidden", "true");
    picker.setAttribute("form", ""); // in no form
    picker.min = this.getAttribute("min") ?? "";
    picker.max = this.getAttribute("max") ?? "";
    const open = document.createElement("button");
    open.type = "button";
    open.className = "yk-button";
    open.dataset["look"] = "outline";
    open.textContent = say("カレンダーから選ぶ");
    const what = document.createElement("span");
    what.className = "yk-hidden";
    what.textContent = `：${this.getAttribute("label") ?? ""}`;
    open.append(what);
    open.addEventListener("click", () => {
      const day = read(typed.value);
      picker.value = day ? iso(day) : "";
      picker.showPicker();
    });
    picker.addEventListener("change", () => {
      const day = read(picker.value);
      if (!day) return;
      const english = document.documentElement.lang === "en";
      typed.value = english ? picker.value : withoutWeekday(day);
      typed.dispatchEvent(new Event("input", { bubbles: true }));
      typed.focus();
    });
    const place = document.createElement("span");
    place.className = "yk-date__calendar";
    place.append(open, picker);
    return place;
  }
}

const iso = (day: Date): string => day.toISOString().slice(0, 10);

customElements.define("yk-date", DateField);

// The clock of the demonstration: shows the business time and turns it.

import * as api from "./api.js";
import { el, toast } from "./dom.js";
import { japanField, longTime, now, tomorrowEvening } from "./japan.js";

/** @param {{changed: () => Promise<void>}} does */
export function createClock(does) {
  const face = el("time", { class: "clock-face" });
  const shifted = el("span", { class: "clock-shifted", hidden: true }, "時計を進めています");
  const summary = el("summary", { class: "tool clock-summary" }, el("span", { class: "visually-hidden" }, "時計："), face, shifted);
  const field = el("input", { type: "datetime-local", "aria-label": "日時を指定する（日本時間）", required: true });
  const element = el(
    "details",
    { class: "clock", onkeydown: (/** @type {KeyboardEvent} */ event) => event.key === "Escape" && close() },
    summary,
    el(
      "div",
      { class: "clock-panel" },
      button("+10分", () => ({ advanceSeconds: 600 })),
      button("+1時間", () => ({ advanceSeconds: 3600 })),
      button("+1日", () => ({ advanceSeconds: 86_400 })),
      button("明日18:00", () => ({ now: tomorrowEvening() })),
      el(
        "form",
        { class: "clock-form", onsubmit: setField },
        field,
        el("button", { type: "submit", class: "main-button" }, "この日時にする"),
      ),
      button("現在にもどす", () => ({ offsetSeconds: 0 })),
    ),
  );
  element.addEventListener("toggle", () => {
    // The event comes a little after the panel opened; whoever is writing already is not disturbed.
    if (element.open && document.activeElement !== field) field.value = japanField(now());
  });
  setInterval(tick, 1_000);

  /**
   * @param {string} label
   * @param {() => {now?: string, offsetSeconds?: number, advanceSeconds?: number}} change
   */
  function button(label, change) {
    return el("button", { type: "button", class: "quiet-button", onclick: () => turn(change()) }, label);
  }

  /** @param {SubmitEvent} event */
  function setField(event) {
    event.preventDefault();
    turn({ now: `${field.value}:00+09:00` });
  }

  /** @param {{now?: string, offsetSeconds?: number, advanceSeconds?: number}} change */
  async function turn(change) {
    try {
      await api.turnClock(change);
      await does.changed();
      field.value = japanField(now());
    } catch (problem) {
      toast(problem instanceof Error ? problem.message : String(problem));
    }
  }

  function close() {
    element.open = false;
    summary.focus();
  }

  function tick() {
    const said = longTime(now());
    if (face.textContent === said) return;
    face.textContent = said;
    face.dateTime = new Date(now()).toISOString();
  }

  return {
    element,
    /** @param {{offsetSeconds: number}} clock */
    show(clock) {
      shifted.hidden = Math.abs(clock.offsetSeconds) < 1;
      tick();
    },
  };
}

// LINE's date and time picker, as a sheet from below.

import { el } from "./dom.js";
import { japanField, longDate, longTime, now } from "./japan.js";

/** @type {Record<string, {field: string, title: string, from: string, until: string}>} */
const MODES = {
  date: { field: "date", title: "日付をえらぶ", from: "1900-01-01", until: "2100-12-31" },
  time: { field: "time", title: "時刻をえらぶ", from: "00:00", until: "23:59" },
  datetime: { field: "datetime-local", title: "日時をえらぶ", from: "1900-01-01T00:00", until: "2100-12-31T23:59" },
};

/**
 * Ask for a date, a time or both, within the limits of the action.
 * @param {{mode: string, initial?: string, min?: string, max?: string}} action
 * @param {ReturnType<typeof import("./sheets.js").createSheets>} sheets
 * @returns {Promise<string | null>} in LINE's form (2026-11-23, 18:00, 2026-11-23T18:00), or null when closed
 */
export function pickDateTime(action, sheets) {
  const mode = MODES[action.mode] ?? MODES.datetime;
  const min = plain(action.min) ?? mode.from;
  const max = plain(action.max) ?? mode.until;
  return new Promise((resolve) => {
    const field = el("input", {
      type: mode.field, class: "picker-field", "aria-label": mode.title, required: true, min, max,
      value: clamp(plain(action.initial) ?? present(action.mode), min, max),
    });
    const inWords = el("p", { class: "picker-words", "aria-live": "polite" });
    const tell = () => {
      inWords.textContent = said(field.value, action.mode);
    };
    field.addEventListener("input", tell);
    tell();
    const send = (/** @type {Event} */ event) => {
      event.preventDefault();
      const value = field.value.slice(0, 16);
      sheets.close();
      resolve(value);
    };
    sheets.open(
      mode.title,
      [
        el(
          "form",
          { class: "sheet-form", onsubmit: send },
          field,
          inWords,
          el("p", { class: "picker-limits" }, limits(action)),
          el("button", { type: "submit", class: "main-button" }, "送信"),
        ),
      ],
      { onClose: () => setTimeout(() => resolve(null)) },
    );
  });
}

/**
 * LINE also takes `t` between date and time.
 * @param {string | undefined} value
 */
const plain = (value) => value?.replace("t", "T");

/** @param {string} mode */
function present(mode) {
  const field = japanField(now());
  if (mode === "date") return field.slice(0, 10);
  return mode === "time" ? field.slice(11) : field;
}

/**
 * The chosen value as Japan writes it, because a browser may show the field in another language.
 * @param {string} value
 * @param {string} mode
 */
function said(value, mode) {
  if (!value || mode === "time") return "";
  return mode === "date" ? longDate(Date.parse(`${value}T00:00+09:00`)) : longTime(Date.parse(`${value}+09:00`));
}

/**
 * @param {string} value
 * @param {string} min
 * @param {string} max
 */
const clamp = (value, min, max) => (value < min ? min : value > max ? max : value);

/** @param {{min?: string, max?: string}} action */
function limits(action) {
  const say = (/** @type {string} */ value) => value.replace(/t/i, " ").replaceAll("-", "/");
  if (action.min && action.max) return `${say(action.min)} から ${say(action.max)} まで`;
  if (action.min) return `${say(action.min)} から`;
  return action.max ? `${say(action.max)} まで` : "";
}

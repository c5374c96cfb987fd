// Sheets that slide over a phone's screen: pickers, pictures, pages.

import { el, icon } from "./dom.js";

const FOCUSABLE = "button:not([disabled]), a[href], input, select, textarea, iframe, [tabindex='0']";

/**
 * @param {HTMLElement} screen what is covered, and out of reach while a sheet is open
 */
export function createSheets(screen) {
  const element = el("div", { class: "sheets", hidden: true });
  /** @type {HTMLElement | null} */
  let opener = null;
  /** @type {() => void} */
  let closed = () => {};

  element.addEventListener("keydown", (/** @type {KeyboardEvent} */ event) => {
    if (event.key === "Escape") {
      event.stopPropagation();
      close();
    }
  });

  /** @param {boolean} covered */
  function cover(covered) {
    for (const part of screen.children) {
      if (part !== element && part instanceof HTMLElement) part.inert = covered;
    }
  }

  function close() {
    if (element.hidden) return;
    element.hidden = true;
    element.replaceChildren();
    cover(false);
    const tell = closed;
    closed = () => {};
    tell();
    if (opener?.isConnected) opener.focus();
    else /** @type {HTMLElement | null} */ (screen.querySelector(".talk"))?.focus();
  }

  return {
    element,
    close,
    /**
     * @param {string} title
     * @param {Node[]} content
     * @param {{full?: boolean, dark?: boolean, onClose?: () => void}} [how]
     * @returns {HTMLElement} the sheet
     */
    open(title, content, how = {}) {
      close();
      opener = document.activeElement instanceof HTMLElement ? document.activeElement : null;
      closed = how.onClose ?? (() => {});
      const sheet = el(
        "div",
        { class: `sheet${how.full ? " sheet-full" : ""}${how.dark ? " sheet-dark" : ""}`, role: "dialog", "aria-label": title },
        el(
          "header",
          { class: "sheet-head" },
          el("h3", {}, title),
          el("button", { type: "button", class: "icon-button", "aria-label": "とじる", onclick: close }, icon("close")),
        ),
        ...content,
      );
      const shade = el("div", { class: "shade", onclick: close });
      element.replaceChildren(shade, sheet);
      element.hidden = false;
      cover(true);
      const first = [...sheet.querySelectorAll(FOCUSABLE)].find((node) => !node.closest(".sheet-head"));
      /** @type {HTMLElement} */ (first ?? sheet.querySelector("button")).focus();
      return sheet;
    },
  };
}

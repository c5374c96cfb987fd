// The quick replies under the last message.

import { LASTING } from "./actions.js";
import { el, icon } from "./dom.js";

/** @type {Record<string, "camera" | "photo" | "place" | "calendar">} */
const OWN_ICONS = { camera: "camera", cameraRoll: "photo", location: "place", datetimepicker: "calendar" };

/**
 * @param {any[]} items LINE's quick reply items
 * @param {import("./phone.js").Phone} phone
 */
export function quickReplies(items, phone) {
  const row = el("ul", { class: "quick", "aria-label": "えらんで答える" }, ...items.map(choice));
  // A mouse has no finger to push the row with.
  row.addEventListener("wheel", (/** @type {WheelEvent} */ event) => {
    if (event.deltaX !== 0 || row.scrollWidth <= row.clientWidth) return;
    event.preventDefault();
    row.scrollLeft += event.deltaY;
  });
  return row;

  /** @param {any} item */
  function choice(item) {
    const own = OWN_ICONS[item.action.type];
    const tap = () => {
      if (!LASTING.has(item.action.type)) row.remove();
      phone.perform(item.action);
    };
    return el(
      "li", {},
      el(
        "button",
        { type: "button", class: "quick-choice", onclick: tap },
        item.imageUrl ? el("img", { src: item.imageUrl, alt: "" }) : own && icon(own),
        item.action.label,
      ),
    );
  }
}

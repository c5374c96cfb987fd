// The rich menu under the talk, and the bar that opens and closes it.

import { el, icon } from "./dom.js";

/** @param {import("./phone.js").Phone} phone */
export function createMenu(phone) {
  /** @type {import("./api.js").Menu | null} */
  let menu = null;
  let typing = false;
  const picture = el("div", { class: "menu-picture", role: "group", "aria-label": "メニュー", hidden: true });
  const barLabel = el("button", { type: "button", class: "menu-toggle", "aria-expanded": "false", onclick: () => open(picture.hidden) });
  const bar = el(
    "div",
    { class: "menu-bar", hidden: true },
    el("button", { type: "button", class: "icon-button", "aria-label": "文字を入力する", onclick: keyboard }, icon("keyboard")),
    barLabel,
  );
  const element = el("div", { class: "menu" }, picture, bar);

  /** @param {boolean} shown */
  function open(shown) {
    if (!menu) return;
    typing = false;
    picture.hidden = !shown;
    arrange();
    phone.scrollDown();
  }

  function keyboard() {
    typing = true;
    picture.hidden = true;
    arrange();
    phone.composer.focus();
  }

  /** Show what belongs at the foot: the menu's bar, or the line to type in, or neither for strangers. */
  function arrange() {
    bar.hidden = !menu || typing;
    barLabel.setAttribute("aria-expanded", String(!picture.hidden));
    barLabel.replaceChildren(menu?.chatBarText ?? "", icon(picture.hidden ? "up" : "down"));
    const person = phone.person();
    const reachable = person ? person.friend && !person.blocked : true;
    phone.composer.element.hidden = !reachable || (menu !== null && !typing);
    phone.composer.offerMenu(menu !== null);
  }

  /** @param {import("./api.js").Menu} shown */
  function draw(shown) {
    const { width, height } = shown.size;
    picture.style.aspectRatio = `${width} / ${height}`;
    picture.replaceChildren(
      el("img", { src: shown.imageUrl || `/sim/menu-image/${shown.richMenuId}`, alt: "", draggable: "false" }),
      ...shown.areas.map((area, index) =>
        el("button", {
          type: "button",
          class: "menu-area",
          "aria-label": area.action.label ?? area.action.displayText ?? area.action.text ?? `メニュー ${index + 1}`,
          style: {
            left: `${(area.bounds.x / width) * 100}%`,
            top: `${(area.bounds.y / height) * 100}%`,
            width: `${(area.bounds.width / width) * 100}%`,
            height: `${(area.bounds.height / height) * 100}%`,
          },
          onclick: () => phone.perform(area.action),
        }),
      ),
    );
  }

  return {
    element,
    open,
    keyboard,
    arrange,
    /**
     * Show this menu; a tab keeps the place open, another menu decides for itself.
     * @param {import("./api.js").Menu | null} latest
     */
    show(latest) {
      if (JSON.stringify(latest) === JSON.stringify(menu)) return;
      const wasOpen = menu !== null && !picture.hidden;
      menu = latest;
      if (latest) draw(latest);
      else typing = false;
      picture.hidden = !latest || typing || !(wasOpen || latest.selected);
      arrange();
    },
  };
}

// Template messages (buttons, confirm, carousel, image carousel) and imagemaps.

import { el } from "./dom.js";

/** @typedef {import("./phone.js").Phone} Phone */

/** @type {Record<string, (template: any, phone: Phone) => HTMLElement>} */
const KINDS = {
  buttons: (template, phone) => card(template, template, phone),
  confirm: (template, phone) =>
    el("div", { class: "card template" }, el("p", { class: "template-text" }, template.text), el("div", { class: "template-pair" }, ...template.actions.map((/** @type {any} */ action) => button(action, phone)))),
  carousel: (template, phone) =>
    strip(template.columns.map((/** @type {any} */ column) => card(column, template, phone))),
  image_carousel: (template, phone) =>
    strip(
      template.columns.map((/** @type {any} */ column) =>
        el(
          "button",
          { type: "button", class: "image-column", "aria-label": column.action.label ?? "写真", onclick: () => phone.perform(column.action) },
          el("img", { src: column.imageUrl, alt: "" }),
          column.action.label && el("span", {}, column.action.label),
        ),
      ),
    ),
};

/**
 * @param {any} message
 * @param {Phone} phone
 */
export function renderTemplate(message, phone) {
  const kind = KINDS[message.template?.type];
  return kind ? kind(message.template, phone) : el("div", { class: "card placeholder" }, message.altText);
}

/**
 * Cards side by side, to be pushed with a finger, the arrow keys or the wheel.
 * @param {HTMLElement[]} cards
 */
export function strip(cards) {
  return el(
    "div",
    { class: "strip", role: "group", "aria-label": `${cards.length}枚のカード`, tabindex: "0" },
    ...cards,
  );
}

/**
 * @param {any} column
 * @param {any} template what holds for all columns: shape and fit of the pictures
 * @param {Phone} phone
 */
function card(column, template, phone) {
  const picture = column.thumbnailImageUrl &&
    el("img", {
      class: "template-picture",
      src: column.thumbnailImageUrl,
      alt: "",
      style: {
        aspectRatio: template.imageAspectRatio === "square" ? "1" : "1.51",
        objectFit: template.imageSize === "contain" ? "contain" : "cover",
        backgroundColor: column.imageBackgroundColor ?? "#fff",
      },
    });
  const words = [
    column.title && el("b", { class: "template-title" }, column.title),
    el("p", { class: "template-text" }, column.text),
  ];
  const tap = () => phone.perform(column.defaultAction);
  const head = column.defaultAction
    ? el("button", { type: "button", class: "template-head", onclick: tap }, picture, ...words)
    : el("div", { class: "template-head" }, picture, ...words);
  return el("div", { class: "card template" }, head, ...column.actions.map((/** @type {any} */ action) => button(action, phone)));
}

/**
 * @param {any} action
 * @param {Phone} phone
 */
function button(action, phone) {
  return el("button", { type: "button", class: "template-button", onclick: () => phone.perform(action) }, action.label);
}

/**
 * @param {any} message
 * @param {Phone} phone
 */
export function renderImagemap(message, phone) {
  const { width, height } = message.baseSize;
  const area = (/** @type {any} */ action, /** @type {number} */ index) =>
    el("button", {
      type: "button",
      class: "menu-area",
      "aria-label": action.label ?? action.text ?? `場所 ${index + 1}`,
      style: {
        left: `${(action.area.x / width) * 100}%`,
        top: `${(action.area.y / height) * 100}%`,
        width: `${(action.area.width / width) * 100}%`,
        height: `${(action.area.height / height) * 100}%`,
      },
      onclick: () => tap(action),
    });
  const tap = (/** @type {any} */ action) => {
    if (action.type === "uri") phone.openUrl(action.linkUri);
    else phone.perform(action);
  };
  return el(
    "div",
    { class: "imagemap", role: "group", "aria-label": message.altText, style: { aspectRatio: `${width} / ${height}` } },
    el("img", { src: `${message.baseUrl}/1040`, alt: message.altText }),
    ...message.actions.map(area),
  );
}

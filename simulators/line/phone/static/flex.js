// Flex Messages: LINE's small layout language, drawn with the browser's own flexbox.

import { el } from "./dom.js";
import { aspect, backgroundOf, BLOCKS, BUBBLE_WIDTH, border, colour, CORNER, edges, ICON_SIZE, IMAGE_SIZE, length, SPACE, TEXT_SIZE } from "./flexsizes.js";
import { strip } from "./templates.js";

/** @typedef {import("./phone.js").Phone} Phone */

const ALIGN = { start: "start", center: "center", end: "end" };
const GRAVITY = { top: "flex-start", center: "center", bottom: "flex-end" };
const JUSTIFY = {
  center: "center", "flex-start": "flex-start", "flex-end": "flex-end",
  "space-between": "space-between", "space-around": "space-around", "space-evenly": "space-evenly",
};

/** @type {Record<string, (part: any, layout: string, phone: Phone) => HTMLElement>} */
const PARTS = { box, text, button, image, icon: flexIcon, separator, filler, spacer: filler, span: text, video };

/**
 * @param {{altText: string, contents: any}} message
 * @param {Phone} phone
 */
export function renderFlex(message, phone) {
  const { contents } = message;
  const node = contents.type === "carousel"
    ? strip(contents.contents.map((/** @type {any} */ each) => bubble(each, phone)))
    : bubble(contents, phone);
  if (contents.type !== "carousel") node.setAttribute("role", "group");
  node.setAttribute("aria-label", message.altText);
  return node;
}

/**
 * @param {any} contents
 * @param {Phone} phone
 */
function bubble(contents, phone) {
  const size = contents.size ?? "mega";
  const node = el("div", {
    class: `flex-bubble flex-${size}`,
    dir: contents.direction ?? "ltr",
    style: { width: BUBBLE_WIDTH[/** @type {keyof typeof BUBBLE_WIDTH} */ (size)] ?? BUBBLE_WIDTH.mega },
  });
  for (const name of ["header", "hero", "body", "footer"]) {
    const part = contents[name];
    if (!part) continue;
    const style = contents.styles?.[name] ?? {};
    const block = el("div", { class: `flex-block flex-block-${name}`, style: { backgroundColor: colour(style.backgroundColor) } });
    if (style.separator) block.append(separator({ color: style.separatorColor }));
    // The padding of a block belongs to its outermost box, which may override it.
    const padded = part.type === "box" ? { paddingAll: BLOCKS[name](size), ...part } : part;
    block.append(draw(padded, "vertical", phone));
    node.append(block);
  }
  if (contents.action) actionable(node, contents.action, phone);
  return node;
}

/**
 * @param {any} part
 * @param {string} layout of the box around it
 * @param {Phone} phone
 * @returns {HTMLElement}
 */
function draw(part, layout, phone) {
  const kind = PARTS[part.type];
  if (!kind) return el("div", { class: "placeholder" }, part.type ?? "？");
  const node = kind(part, layout, phone);
  place(node, part, layout);
  if (part.action && part.type !== "button") actionable(node, part.action, phone);
  return node;
}

/**
 * Where a part stands in its box: its share, its distance, and its own position.
 * @param {HTMLElement} node
 * @param {any} part
 * @param {string} layout
 */
function place(node, part, layout) {
  const across = layout !== "vertical";
  if (part.type !== "separator") {
    const fixed = part.type === "icon" || (across && part.type === "box" && part.width);
    const share = part.flex ?? (across && !fixed ? 1 : part.type === "filler" ? 1 : 0);
    // LINE: in a row a share of 0 keeps the natural width, others share what is left.
    node.style.flex = share === 0 ? "0 0 auto" : `${share} 1 ${across ? "0" : "auto"}`;
  }
  if (part.margin) node.style[across ? "marginInlineStart" : "marginTop"] = length(part.margin, SPACE);
  if (part.position === "absolute") node.style.position = "absolute";
  edges(node, part, "offset", { Top: "top", Bottom: "bottom", Start: "insetInlineStart", End: "insetInlineEnd" });
  if (part.gravity && layout === "horizontal") node.style.alignSelf = GRAVITY[/** @type {keyof typeof GRAVITY} */ (part.gravity)];
}

/**
 * @param {any} part
 * @param {string} _
 * @param {Phone} phone
 */
function box(part, _, phone) {
  const node = el("div", { class: `flex-box flex-${part.layout}` });
  const { style } = node;
  style.background = backgroundOf(part);
  border(style, part);
  style.borderRadius = length(part.cornerRadius, CORNER);
  style.width = length(part.width, {});
  style.maxWidth = length(part.maxWidth, {}) || "100%";
  style.height = length(part.height, {});
  style.maxHeight = length(part.maxHeight, {});
  style.justifyContent = JUSTIFY[/** @type {keyof typeof JUSTIFY} */ (part.justifyContent)] ?? "";
  if (part.layout !== "baseline") style.alignItems = part.alignItems ?? "";
  if (part.paddingAll) style.padding = length(part.paddingAll, SPACE);
  edges(node, part, "padding", { Top: "paddingTop", Bottom: "paddingBottom", Start: "paddingInlineStart", End: "paddingInlineEnd" });
  for (const [index, child] of (part.contents ?? []).entries()) {
    const given = index > 0 && child.margin === undefined && part.spacing ? { ...child, margin: part.spacing } : child;
    node.append(draw(given, part.layout, phone));
  }
  return node;
}

/** @param {any} part */
function text(part) {
  const node = el("div", { class: "flex-text" });
  wording(node, { size: "md", ...part });
  node.style.textAlign = ALIGN[/** @type {keyof typeof ALIGN} */ (part.align)] ?? "";
  if (part.lineSpacing) node.style.lineHeight = `calc(1.4em + ${length(part.lineSpacing, {})})`;
  if (!part.wrap) node.classList.add("flex-line");
  if (part.maxLines > 0 && part.wrap) {
    node.classList.add("flex-clamp");
    node.style.setProperty("-webkit-line-clamp", String(part.maxLines));
  }
  if (part.contents?.length) {
    node.append(...part.contents.map((/** @type {any} */ span) => {
      const piece = el("span", {}, span.text ?? "");
      wording(piece, { scaling: part.scaling, ...span });
      return piece;
    }));
  } else {
    node.append(part.text ?? "");
  }
  return node;
}

/**
 * @param {HTMLElement} node
 * @param {any} part a text or a span
 */
function wording(node, part) {
  if (part.size) {
    const size = length(part.size, TEXT_SIZE);
    node.style.fontSize = part.scaling ? `calc(${size} * var(--scale))` : size;
  }
  node.style.color = colour(part.color);
  if (part.weight) node.style.fontWeight = part.weight === "bold" ? "700" : "400";
  if (part.style === "italic") node.style.fontStyle = "italic";
  if (part.decoration) node.style.textDecoration = part.decoration;
}

/**
 * @param {any} part
 * @param {string} _
 * @param {Phone} phone
 */
function button(part, _, phone) {
  const style = ["primary", "secondary"].includes(part.style) ? part.style : "link";
  const tap = (/** @type {Event} */ event) => {
    event.stopPropagation();
    phone.perform(part.action);
  };
  const inner = el(
    "button",
    { type: "button", class: `flex-button flex-button-${style}${part.height === "sm" ? " flex-button-sm" : ""}`, onclick: tap },
    part.action?.label ?? "",
  );
  if (part.scaling) inner.style.fontSize = "calc(16px * var(--scale))";
  if (style === "link") inner.style.color = colour(part.color);
  else inner.style.backgroundColor = colour(part.color);
  const node = el("div", { class: "flex-button-place" }, inner);
  node.style.alignContent = GRAVITY[/** @type {keyof typeof GRAVITY} */ (part.gravity)] ?? "";
  return node;
}

/** @param {any} part */
function image(part) {
  const node = el("div", { class: "flex-image" });
  const size = part.size ?? "md";
  const frame = el("span", { class: "flex-image-frame" });
  frame.style.width = size === "full" ? "100%" : length(size, IMAGE_SIZE);
  frame.style.aspectRatio = aspect(part.aspectRatio);
  frame.style.backgroundColor = colour(part.backgroundColor);
  const picture = el("img", { src: part.url, alt: part.action?.label ?? "" });
  picture.style.objectFit = part.aspectMode === "cover" ? "cover" : "contain";
  frame.append(picture);
  node.style.justifyContent = ALIGN[/** @type {keyof typeof ALIGN} */ (part.align)] ?? "center";
  node.append(frame);
  return node;
}

/** @param {any} part */
function flexIcon(part) {
  const node = el("img", { class: "flex-icon", src: part.url, alt: "" });
  const size = length(part.size ?? "md", ICON_SIZE);
  node.style.height = part.scaling ? `calc(${size} * var(--scale))` : size;
  node.style.aspectRatio = aspect(part.aspectRatio);
  return node;
}

/** @param {any} part */
function separator(part) {
  const node = el("div", { class: "flex-separator", role: "presentation" });
  node.style.borderColor = colour(part.color);
  return node;
}

function filler() {
  return el("div", { class: "flex-filler" });
}

/** @param {any} part */
function video(part) {
  const node = el("video", { class: "flex-video", controls: true, preload: "none", poster: part.previewUrl, src: part.url, "aria-label": "動画" });
  node.style.aspectRatio = aspect(part.aspectRatio);
  return node;
}

/**
 * Make a whole part tappable; where buttons are inside, they stay the way for keyboards.
 * @param {HTMLElement} node
 * @param {any} action
 * @param {Phone} phone
 */
function actionable(node, action, phone) {
  const tap = (/** @type {Event} */ event) => {
    event.stopPropagation();
    phone.perform(action);
  };
  node.classList.add("flex-tappable");
  node.addEventListener("click", tap);
  if (node.querySelector("button, [role=button]")) return;
  node.setAttribute("role", "button");
  node.tabIndex = 0;
  if (action.label) node.setAttribute("aria-label", action.label);
  node.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" && event.key !== " ") return;
    event.preventDefault();
    tap(event);
  });
}

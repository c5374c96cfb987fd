// LINE's words for sizes, in pixels, and the small conversions around them.

export const BUBBLE_WIDTH = {
  nano: "120px", micro: "160px", deca: "220px", hecto: "241px", kilo: "260px", mega: "300px", giga: "100%",
};
export const SPACE = { none: "0", xs: "2px", sm: "4px", md: "8px", lg: "12px", xl: "16px", xxl: "20px" };
export const CORNER = SPACE;
export const TEXT_SIZE = {
  xxs: "11px", xs: "13px", sm: "14px", md: "16px", lg: "19px", xl: "22px", xxl: "29px", "3xl": "35px", "4xl": "48px", "5xl": "74px",
};
export const ICON_SIZE = TEXT_SIZE;
export const IMAGE_SIZE = {
  xxs: "40px", xs: "60px", sm: "80px", md: "100px", lg: "120px", xl: "140px", xxl: "160px", "3xl": "180px", "4xl": "200px", "5xl": "220px",
};
const LINE_WIDTH = { none: "0", light: "0.5px", normal: "1px", medium: "2px", "semi-bold": "3px", bold: "4px" };

/**
 * The padding that a block's box has when it says nothing, by the bubble's size.
 * @type {Record<string, (size: string) => string>}
 */
export const BLOCKS = {
  header: (size) => (size === "nano" || size === "micro" ? "10px" : "20px"),
  hero: () => "0px",
  body: (size) => (size === "nano" || size === "micro" ? "10px" : "20px"),
  footer: () => "10px",
};

/**
 * @param {string | undefined} value one of LINE's words, or pixels or per cent
 * @param {Record<string, string>} words
 */
export function length(value, words) {
  if (!value) return "";
  return words[value] ?? (/^-?\d+(\.\d+)?(px|%)$/.test(value) ? value : "");
}

/**
 * A colour in LINE's two forms, or nothing.
 * @param {string | undefined} value
 */
export function colour(value) {
  return value && /^#[0-9a-f]{6}([0-9a-f]{2})?$/i.test(value) ? value : "";
}

/**
 * @param {string | undefined} value such as 20:13
 */
export function aspect(value) {
  const [width, height] = (value ?? "1:1").split(":");
  return `${Number(width)} / ${Number(height)}`;
}

/** @param {any} part */
export function backgroundOf(part) {
  const gradient = part.background;
  if (gradient?.type !== "linearGradient") return colour(part.backgroundColor);
  const middle = gradient.centerColor ? `${colour(gradient.centerColor)} ${gradient.centerPosition ?? "50%"}, ` : "";
  return `linear-gradient(${gradient.angle}, ${colour(gradient.startColor)}, ${middle}${colour(gradient.endColor)})`;
}

/**
 * @param {CSSStyleDeclaration} style
 * @param {any} part
 */
export function border(style, part) {
  if (!part.borderWidth && !part.borderColor) return;
  style.border = `${length(part.borderWidth ?? "normal", LINE_WIDTH)} solid ${colour(part.borderColor) || "#d4d6da"}`;
}

/**
 * Set the four `padding…` or `offset…` values that a part names.
 * @param {HTMLElement} node
 * @param {any} part
 * @param {string} prefix
 * @param {Record<string, string>} sides LINE's side → the style's property
 */
export function edges(node, part, prefix, sides) {
  for (const [side, property] of Object.entries(sides)) {
    const value = part[`${prefix}${side}`];
    if (value) /** @type {any} */ (node.style)[property] = length(value, SPACE);
  }
}

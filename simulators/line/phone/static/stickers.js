// A few stickers of our own. They borrow numbers of LINE's public list, so that a bot which
// knows those numbers is not surprised; the drawings are made here.

const SVG = "http://www.w3.org/2000/svg";

/**
 * @typedef {{name: string, packageId: string, stickerId: string, keywords: string[],
 *   skin: string, face: string[], extra?: [string, string][]}} Sticker
 */

/** Faces on a 100 × 100 grid: line paths, and coloured extras drawn behind them. */
/** @type {Sticker[]} */
export const STICKERS = [
  {
    name: "OK", packageId: "11537", stickerId: "52002735", keywords: ["OK", "わかった"], skin: "#ffd65c",
    face: ["M32 44q5-7 10 0", "M58 44q5-7 10 0", "M34 60q16 16 32 0"],
    extra: [["#2b8a57", "M70 78l8 9 16-20-5-4-11 14-4-5z"]],
  },
  {
    name: "ありがとう", packageId: "11537", stickerId: "52002736", keywords: ["ありがとう", "感謝"], skin: "#ffc9c2",
    face: ["M30 46q6 6 12 0", "M58 46q6 6 12 0", "M42 62q8 7 16 0"],
    extra: [["#e0566f", "M82 24c-7-12-22-2-12 9l12 11 12-11c10-11-5-21-12-9z"]],
  },
  {
    name: "こまった", packageId: "11537", stickerId: "52002744", keywords: ["困った", "どうしよう"], skin: "#bfe0f5",
    face: ["M30 42l12-6", "M70 42l-12-6", "M37 48v3", "M63 48v3", "M38 68q12-10 24 0"],
    extra: [["#4c93cf", "M80 36c-8 13-9 20 0 20s8-7 0-20z"]],
  },
  {
    name: "びっくり", packageId: "11537", stickerId: "52002749", keywords: ["びっくり", "驚き"], skin: "#ffe39a",
    face: ["M37 40v8", "M63 40v8", "M50 58a7 8 0 100 16 7 8 0 000-16z"],
    extra: [["#d9762b", "M80 12h8l-2 24h-4zM84 42a4 4 0 100 8 4 4 0 000-8z"]],
  },
  {
    name: "おねがい", packageId: "11537", stickerId: "52002770", keywords: ["お願い", "よろしく"], skin: "#d9efc2",
    face: ["M32 46q5-6 10 0", "M58 46q5-6 10 0", "M43 60q7 5 14 0", "M46 92l4-20 4 20"],
  },
  {
    name: "おやすみ", packageId: "11537", stickerId: "52002771", keywords: ["おやすみ", "眠い"], skin: "#cfc9f2",
    face: ["M30 48h12", "M58 48h12", "M46 62a5 5 0 108 0 5 5 0 00-8 0z", "M74 20h12l-12 14h12"],
  },
];

/**
 * Draw a sticker; one we do not know gets a friendly face chosen by its number.
 * @param {{packageId?: string, stickerId?: string, name?: string, keywords?: string[]}} wanted
 */
export function drawSticker(wanted) {
  const known = STICKERS.find((each) => each.packageId === wanted.packageId && each.stickerId === wanted.stickerId);
  const sticker = known ?? STICKERS[Number(wanted.stickerId ?? 0) % STICKERS.length] ?? STICKERS[0];
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("viewBox", "0 0 100 100");
  svg.setAttribute("class", "sticker");
  svg.setAttribute("role", "img");
  svg.setAttribute("aria-label", `スタンプ「${known?.name ?? wanted.keywords?.[0] ?? sticker.name}」`);
  const head = document.createElementNS(SVG, "circle");
  for (const [name, value] of Object.entries({ cx: "50", cy: "52", r: "38", fill: sticker.skin, stroke: "#42372c", "stroke-width": "3" })) {
    head.setAttribute(name, value);
  }
  svg.append(head, ...(sticker.extra ?? []).map(([fill, d]) => path(d, { fill })));
  svg.append(...sticker.face.map((d) => path(d, { fill: "none", stroke: "#42372c", "stroke-width": "4", "stroke-linecap": "round" })));
  return svg;
}

/**
 * @param {string} d
 * @param {Record<string, string>} paint
 */
function path(d, paint) {
  const node = document.createElementNS(SVG, "path");
  node.setAttribute("d", d);
  for (const [name, value] of Object.entries(paint)) node.setAttribute(name, value);
  return node;
}

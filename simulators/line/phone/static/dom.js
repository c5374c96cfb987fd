// Small ways to build and speak to the page. Text always goes in as text, never as markup.

const SVG = "http://www.w3.org/2000/svg";

/**
 * Make an element. `on…` props are listeners, `class`, `dataset` and `style` work as one expects,
 * `aria-…` and unknown names become attributes; `false`, `null` and `undefined` leave a prop out.
 * @param {string} tag
 * @param {Record<string, any>} [props]
 * @param {...(Node | string | null | undefined | false)} children
 * @returns {any} the element; its kind follows from the tag
 */
export function el(tag, props = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(props)) {
    if (value === false || value === null || value === undefined) continue;
    if (name === "class") node.className = value;
    else if (name === "dataset") Object.assign(node.dataset, value);
    else if (name === "style") Object.assign(node.style, value);
    else if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
    else if (value === true) node.setAttribute(name, "");
    else node.setAttribute(name, String(value));
  }
  node.append(...children.filter((child) => child !== null && child !== undefined && child !== false));
  return node;
}

/** Stroke paths on a 24 × 24 grid, drawn for this page. */
const ICONS = {
  back: ["M15 5l-7 7 7 7"],
  close: ["M6 6l12 12", "M18 6L6 18"],
  more: ["M4 7h16", "M4 12h16", "M4 17h16"],
  plus: ["M12 5v14", "M5 12h14"],
  photo: ["M4 6h16v12H4z", "M4 16l5-5 4 4 3-3 4 4", "M15.5 9.5h.01"],
  smile: ["M12 3a9 9 0 100 18 9 9 0 000-18z", "M8 14c1 2 2.500 3 4 3s3-1 4-3", "M9 9.500h.01", "M15 9.500h.01"],
  send: ["M4 12l16-8-5 16-3-6z", "M12 14l8-10"],
  keyboard: ["M3 6h18v12H3z", "M7 10h.01", "M11 10h.01", "M15 10h.01", "M8 14h8"],
  place: ["M12 21c4-5 7-8 7-12a7 7 0 10-14 0c0 4 3 7 7 12z", "M12 7a2.500 2.500 0 100 5 2.500 2.500 0 000-5z"],
  file: ["M7 3h7l4 4v14H7z", "M14 3v4h4"],
  camera: ["M3 8h4l2-3h6l2 3h4v11H3z", "M12 10a3.500 3.500 0 100 7 3.500 3.500 0 000-7z"],
  calendar: ["M4 6h16v14H4z", "M4 10h16", "M8 3v5", "M16 3v5"],
  down: ["M6 9l6 6 6-6"],
  up: ["M6 15l6-6 6 6"],
  ban: ["M12 3a9 9 0 100 18 9 9 0 000-18z", "M6 6l12 12"],
  person: ["M12 4a4 4 0 100 8 4 4 0 000-8z", "M4 21c0-5 4-7 8-7s8 2 8 7"],
};

/**
 * A line icon; decorative, so it always stands beside a name that is read aloud.
 * @param {keyof typeof ICONS} name
 */
export function icon(name) {
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("viewBox", "0 0 24 24");
  svg.setAttribute("class", "icon");
  svg.setAttribute("aria-hidden", "true");
  for (const d of ICONS[name]) {
    const path = document.createElementNS(SVG, "path");
    path.setAttribute("d", d);
    svg.append(path);
  }
  return svg;
}

/**
 * Say something to people who listen instead of look.
 * @param {string} sentence
 */
export function announce(sentence) {
  const region = document.getElementById("announcer");
  if (region) region.textContent = sentence;
}

/**
 * Show a short note at the foot of the page.
 * @param {string} sentence
 * @param {{href?: string, label?: string}} [link]
 */
export function toast(sentence, link) {
  const note = el(
    "p",
    { class: "toast" },
    sentence,
    link?.href && el("a", { href: link.href, target: "_blank", rel: "noopener" }, link.label ?? link.href),
  );
  document.getElementById("toasts")?.append(note);
  setTimeout(() => note.remove(), link ? 12_000 : 5_000);
}

/**
 * A round picture of somebody, or the first letter of the name on a colour that stays the same.
 * @param {{name: string, picture?: string | null}} who
 */
export function avatar(who) {
  if (who.picture) return el("img", { class: "avatar", src: who.picture, alt: "" });
  const hue = [...who.name].reduce((sum, letter) => sum + (letter.codePointAt(0) ?? 0) * 7, 0) % 360;
  return el(
    "span",
    { class: "avatar", "aria-hidden": "true", style: { background: `hsl(${hue} 45% 38%)` } },
    [...who.name][0] ?? "?",
  );
}

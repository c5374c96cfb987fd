// How each kind of message looks in the talk.

import { mediaUrl } from "./api.js";
import { el, icon } from "./dom.js";
import { renderFlex } from "./flex.js";
import { drawSticker } from "./stickers.js";
import { renderImagemap, renderTemplate } from "./templates.js";

/** @typedef {import("./phone.js").Phone} Phone */

/** Addresses of the web, telephone numbers and e-mail addresses, as LINE makes them tappable. */
const LINKS = /(https?:\/\/[^\s\u3000-\u303f\uff00-\uffef<>"]+)|(\b0\d{1,4}-\d{1,4}-\d{3,4}\b)|([\w.+-]+@[\w-]+\.[\w.-]+\w)/g;

/** @type {Record<string, (message: any, phone: Phone, own: boolean) => HTMLElement>} */
const KINDS = {
  text: (message, phone, own) => bubble(linked(withEmojis(message), phone), own),
  textV2: (message, phone, own) => bubble(linked(substituted(message), phone), own),
  sticker: (message) => el("div", { class: "said-sticker" }, drawSticker(message)),
  image: picture,
  video: (message, phone) => {
    const src = message.originalContentUrl ?? mediaUrl(message.id);
    return el("video", { class: "said-media", controls: true, preload: "metadata", poster: message.previewImageUrl, src, "aria-label": "動画" });
  },
  audio: (message) =>
    el("audio", { class: "said-audio", controls: true, preload: "none", src: message.originalContentUrl ?? mediaUrl(message.id), "aria-label": "音声" }),
  file: (message, _, own) =>
    bubble([el("a", { class: "said-file", href: mediaUrl(message.id), target: "_blank", rel: "noopener" }, icon("file"), message.fileName ?? "ファイル", el("small", {}, size(message.fileSize)))], own),
  location: place,
  flex: (message, phone) => renderFlex(message, phone),
  template: (message, phone) => renderTemplate(message, phone),
  imagemap: (message, phone) => renderImagemap(message, phone),
  coupon: () => el("div", { class: "card placeholder" }, el("b", {}, "クーポン"), "この見本では中身を見られません。"),
  unsent: (_, __, own) => el("div", { class: `bubble unsent${own ? " own" : ""}` }, "メッセージの送信を取り消しました"),
};

/**
 * @param {any} message a LINE message object, as sent or as received
 * @param {Phone} phone
 * @param {boolean} [own] said by the resident
 * @returns {HTMLElement}
 */
export function renderMessage(message, phone, own = false) {
  const kind = KINDS[message?.type];
  if (!kind) return unknown(message?.type);
  try {
    return kind(message, phone, own);
  } catch (problem) {
    // One message that cannot be drawn must not take the whole talk away.
    console.error(problem);
    return unknown(message.type);
  }
}

/**
 * A message as one line of words, for notes and for those who listen.
 * @param {any} message
 * @returns {string}
 */
export function inWords(message) {
  const names = { image: "写真", video: "動画", audio: "音声", sticker: "スタンプ", file: "ファイル", location: "位置情報", coupon: "クーポン" };
  return message.text ?? message.altText ?? names[/** @type {keyof typeof names} */ (message.type)] ?? message.type ?? "";
}

/** @param {string | undefined} type */
function unknown(type) {
  return el("div", { class: "card placeholder" }, `この見本では表示できません（${type ?? "種類なし"}）`);
}

/**
 * @param {(Node | string)[]} content
 * @param {boolean} own
 */
function bubble(content, own) {
  return el("div", { class: `bubble${own ? " own" : ""}` }, ...content);
}

/**
 * LINE's own emoji are pictures that we do not have: each `$` becomes a plain one.
 * @param {{text: string, emojis?: {index: number}[]}} message
 */
function withEmojis(message) {
  const letters = message.text.split(""); // LINE counts UTF-16 units
  for (const emoji of message.emojis ?? []) letters[emoji.index] = "🙂";
  return letters.join("");
}

/** @param {{text: string, substitution?: Record<string, any>}} message */
function substituted(message) {
  return message.text.replace(/\{\{|\}\}|\{(\w+)\}/g, (whole, key) => {
    if (!key) return whole[0];
    const given = message.substitution?.[key];
    if (given?.type === "mention") return given.mentionee?.type === "all" ? "@All" : "@メンバー";
    return given ? "🙂" : whole;
  });
}

/**
 * @param {string} text
 * @param {Phone} phone
 * @returns {(Node | string)[]}
 */
function linked(text, phone) {
  /** @type {(Node | string)[]} */
  const parts = [];
  let done = 0;
  for (const match of text.matchAll(LINKS)) {
    const [found, web, tel] = match;
    const url = web ?? (tel ? `tel:${found}` : `mailto:${found}`);
    const tap = (/** @type {Event} */ event) => {
      event.preventDefault();
      phone.openUrl(url);
    };
    parts.push(text.slice(done, match.index), el("a", { href: url, onclick: tap }, found));
    done = match.index + found.length;
  }
  return [...parts, text.slice(done)].filter((part) => part !== "");
}

/**
 * @param {any} message
 * @param {Phone} phone
 */
function picture(message, phone) {
  const large = message.originalContentUrl ?? message.contentProvider?.originalContentUrl ?? mediaUrl(message.id);
  const small = message.previewImageUrl ?? message.contentProvider?.previewImageUrl ?? large;
  const show = () => phone.sheets.open("写真", [el("img", { class: "large-picture", src: large, alt: "写真" })], { full: true, dark: true });
  return el(
    "button",
    { type: "button", class: "said-picture", "aria-label": "写真を大きく見る", onclick: show },
    el("img", { src: small, alt: "" }),
  );
}

/**
 * @param {any} message
 * @param {Phone} phone
 */
function place(message, phone) {
  const { latitude, longitude } = message;
  const open = () => phone.openUrl(`https://www.openstreetmap.org/?mlat=${latitude}&mlon=${longitude}#map=17/${latitude}/${longitude}`);
  return el(
    "button",
    { type: "button", class: "card said-place", "aria-label": `地図をひらく：${message.title ?? "位置情報"}`, onclick: open },
    el("span", { class: "said-map" }, icon("place")),
    el("b", {}, message.title ?? "位置情報"),
    el("span", {}, message.address ?? ""),
    el("small", {}, `${Number(latitude).toFixed(4)}, ${Number(longitude).toFixed(4)}`),
  );
}

/** @param {number | undefined} bytes */
function size(bytes) {
  if (!bytes) return "";
  return bytes < 1_048_576 ? `${Math.ceil(bytes / 1024)} KB` : `${(bytes / 1_048_576).toFixed(1)} MB`;
}

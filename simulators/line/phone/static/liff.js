// A page of the town, opened over the talk as LINE opens a LIFF.

import * as api from "./api.js";
import { openOutside } from "./actions.js";
import { el, toast } from "./dom.js";

const MOST_MESSAGES = 5;

/** @typedef {import("./phone.js").Phone} Phone */

/**
 * @param {string} url
 * @param {Phone} phone
 */
export async function openLiffSheet(url, phone) {
  let src;
  try {
    ({ src } = await api.openLiff(phone.id, url));
  } catch (problem) {
    toast(problem instanceof Error ? problem.message : String(problem));
    return;
  }
  const page = new URL(src, location.href);
  const frame = el("iframe", {
    class: "liff-frame", title: `${phone.account().name}のページ`,
    allow: "geolocation; camera; microphone; clipboard-write; publickey-credentials-get; payment",
  });
  const scanner = el("div", { class: "scanner", hidden: true });
  addEventListener("message", hear);
  phone.sheets.open(phone.account().name, [frame, scanner], {
    full: true,
    onClose: () => removeEventListener("message", hear),
  });
  frame.src = page.href;
  frame.focus();

  /** @param {MessageEvent} event */
  function hear(event) {
    if (event.source !== frame.contentWindow) return;
    const said = event.data;
    if (said?.liff === "close") phone.sheets.close();
    if (said?.liff === "send" && Array.isArray(said.messages)) sendAll(said.messages);
    if (said?.liff === "open" && typeof said.url === "string") {
      if (said.external && /^https?:/i.test(said.url)) openOutside(said.url);
      else phone.openUrl(said.url);
    }
    if (said?.liff === "scan") scan(said.id, event.origin);
  }

  /** @param {any[]} messages */
  async function sendAll(messages) {
    for (const message of messages.slice(0, MOST_MESSAGES)) {
      const deed = asDeed(message);
      if (deed) await phone.act(deed);
      else toast(`${message?.type} は、この見本では住民から送れません。`);
    }
  }

  /**
   * The camera of a simulated phone reads what somebody types.
   * @param {unknown} id
   * @param {string} origin
   */
  function scan(id, origin) {
    const field = el("input", { "aria-label": "読み取った文字", required: true, autocomplete: "off" });
    const answer = (/** @type {string | null} */ value) => {
      frame.contentWindow?.postMessage({ liff: "scanned", id, value }, origin === "null" ? "*" : origin);
      scanner.hidden = true;
      frame.focus();
    };
    const form = el(
      "form",
      { onsubmit: (/** @type {Event} */ event) => { event.preventDefault(); answer(field.value); } },
      el("p", {}, "カメラのかわりに、二次元コードに書いてある文字を入れてください。"),
      field,
      el("button", { type: "submit", class: "main-button" }, "読み取ったことにする"),
      el("button", { type: "button", class: "quiet-button", onclick: () => answer(null) }, "やめる"),
    );
    scanner.replaceChildren(form);
    scanner.hidden = false;
    field.focus();
  }
}

/**
 * What `liff.sendMessages` says, as a deed of the resident.
 * @param {any} message
 * @returns {{do: string, [key: string]: unknown} | null}
 */
function asDeed(message) {
  if (message?.type === "text") return { do: "text", text: message.text };
  if (message?.type === "sticker") {
    return { do: "sticker", packageId: message.packageId, stickerId: message.stickerId, keywords: [] };
  }
  if (message?.type === "location") {
    const { title, address, latitude, longitude } = message;
    return { do: "location", title, address, latitude, longitude };
  }
  return null;
}

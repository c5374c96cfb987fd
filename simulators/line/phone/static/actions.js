// What happens when something with a LINE action object is tapped.

import * as api from "./api.js";
import { toast } from "./dom.js";
import { openLiffSheet } from "./liff.js";
import { pickDateTime } from "./picker.js";
import { choosePhotos, choosePlace } from "./pick.js";

/** @typedef {import("./phone.js").Phone} Phone */

/** @type {Record<string, (action: any, phone: Phone) => void>} */
const KINDS = {
  message: (action, phone) => phone.act({ do: "text", text: action.text }),
  postback: (action, phone) => {
    phone.act({ do: "postback", data: action.data, displayText: action.displayText ?? action.text });
    input(action, phone);
  },
  uri: (action, phone) => phone.openUrl(action.uri),
  datetimepicker: async (action, phone) => {
    const value = await pickDateTime(action, phone.sheets);
    if (value) phone.act({ do: "postback", data: action.data, params: { [action.mode]: value } });
  },
  richmenuswitch: (action, phone) =>
    phone.act({ do: "menuswitch", richMenuAliasId: action.richMenuAliasId, data: action.data }),
  clipboard: async (action) => {
    await navigator.clipboard?.writeText(action.clipboardText).catch(() => {});
    toast("コピーしました。");
  },
  camera: (_, phone) => choosePhotos(phone, { several: false }),
  cameraRoll: (_, phone) => choosePhotos(phone, { several: true }),
  location: (_, phone) => choosePlace(phone),
};

/** The actions after which LINE leaves quick replies standing until something was really sent. */
export const LASTING = new Set(["camera", "cameraRoll", "location", "datetimepicker"]);

/**
 * @param {any} action a LINE action object
 * @param {Phone} phone
 */
export function perform(action, phone) {
  const kind = KINDS[action?.type];
  if (kind) kind(action, phone);
  else toast(`このボタン（${action?.type ?? "？"}）は、見本では動きません。`);
}

/**
 * @param {any} action
 * @param {Phone} phone
 */
function input(action, phone) {
  if (action.inputOption === "openRichMenu") phone.menu.open(true);
  if (action.inputOption === "closeRichMenu") phone.menu.open(false);
  if (action.inputOption === "openKeyboard") {
    phone.menu.keyboard();
    phone.composer.fill(action.fillInText ?? "");
  }
}

/**
 * Open an address the way LINE would: pages of the town over the talk, the rest outside.
 * @param {string} url
 * @param {Phone} phone
 */
export function openUrl(url, phone) {
  if (isLiff(url, phone.liffBase())) {
    openLiffSheet(url, phone);
    return;
  }
  api.act(phone.id, { do: "uri", uri: url }).catch(() => {}); // only for the record of the wire
  const scheme = url.split(":", 1)[0].toLowerCase();
  if (scheme === "tel") toast(`本物の LINE では ${url.slice(4)} に電話がかかります。`);
  else if (scheme === "mailto") toast(`本物の LINE では ${url.slice(7)} あてのメールが開きます。`);
  else if (scheme === "line") toast(`本物の LINE では ${url} が開きます。`);
  else if (scheme === "http" || scheme === "https") openOutside(url);
  else toast("このリンクは、LINE では開けません。");
}

/** @param {string} url */
export function openOutside(url) {
  // Without a tap the browser refuses a new tab; then the link is offered instead.
  if (navigator.userActivation?.isActive ?? true) window.open(url, "_blank", "noopener");
  else toast("外のページ：", { href: url });
}

/**
 * @param {string} url
 * @param {string} base
 */
function isLiff(url, base) {
  return base !== "" && (url === base || url.startsWith(base.endsWith("/") ? base : `${base}/`));
}

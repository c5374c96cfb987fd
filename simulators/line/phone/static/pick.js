// Sheets in which a resident chooses what to send: photos, a place, a file, a sticker.

import { el, toast } from "./dom.js";
import { PLACES, SAMPLE_PHOTOS, drawSample } from "./samples.js";
import { STICKERS, drawSticker } from "./stickers.js";

const MOST_PHOTOS = 20;
const LONGEST_SIDE = 2048;

/** @typedef {import("./phone.js").Phone} Phone */

/**
 * @param {Phone} phone
 * @param {{several: boolean}} how
 */
export function choosePhotos(phone, how) {
  /** @type {Set<string>} */
  const chosen = new Set();
  const send = el("button", { type: "button", class: "main-button", disabled: true, onclick: sendChosen }, "送信");
  const grid = el("ul", { class: "photo-grid" }, ...SAMPLE_PHOTOS.map(sample));
  const input = el("input", { type: "file", accept: "image/*", multiple: how.several, class: "visually-hidden", onchange: sendOwn });
  phone.sheets.open(how.several ? "写真をえらぶ" : "写真をとる", [
    grid,
    el(
      "div",
      { class: "sheet-actions" },
      el("label", { class: "quiet-button file-button" }, input, "自分の写真から"),
      send,
    ),
  ]);

  /** @param {typeof SAMPLE_PHOTOS[number]} photo */
  function sample(photo) {
    const tap = () => {
      if (chosen.has(photo.name)) chosen.delete(photo.name);
      else {
        if (!how.several) chosen.clear();
        chosen.add(photo.name);
      }
      for (const button of grid.querySelectorAll("button")) {
        button.setAttribute("aria-pressed", String(chosen.has(button.dataset.photo ?? "")));
      }
      send.disabled = chosen.size === 0;
      send.textContent = chosen.size > 1 ? `${chosen.size}枚を送信` : "送信";
    };
    return el(
      "li", {},
      el(
        "button",
        { type: "button", class: "photo-choice", "aria-pressed": "false", dataset: { photo: photo.name }, onclick: tap },
        el("img", { src: drawSample(photo, 240), alt: "" }),
        photo.name,
      ),
    );
  }

  function sendChosen() {
    const images = SAMPLE_PHOTOS.filter((photo) => chosen.has(photo.name)).map((photo) => drawSample(photo, 1200));
    phone.sheets.close();
    phone.act({ do: "image", base64: images });
  }

  async function sendOwn() {
    const files = [...(input.files ?? [])].slice(0, MOST_PHOTOS);
    try {
      const images = await Promise.all(files.map(shrink));
      phone.sheets.close();
      if (images.length > 0) await phone.act({ do: "image", base64: images });
    } catch {
      toast("この写真は開けませんでした。JPEG か PNG をえらんでください。");
    }
  }
}

/** @param {Phone} phone */
export function choosePlace(phone) {
  const title = field("title", "場所のなまえ", PLACES[0].title);
  const address = field("address", "住所", PLACES[0].address);
  const latitude = field("latitude", "緯度", String(PLACES[0].latitude), "number");
  const longitude = field("longitude", "経度", String(PLACES[0].longitude), "number");
  const preset = el(
    "select",
    { onchange: fill },
    ...PLACES.map((place, index) => el("option", { value: String(index) }, place.title)),
  );
  const send = (/** @type {Event} */ event) => {
    event.preventDefault();
    phone.sheets.close();
    phone.act({
      do: "location", title: title.value, address: address.value,
      latitude: Number(latitude.value), longitude: Number(longitude.value),
    });
  };
  phone.sheets.open("位置情報を送る", [
    el(
      "form",
      { class: "sheet-form", onsubmit: send },
      el("label", {}, "場所をえらぶ", preset),
      el("label", {}, "なまえ", title),
      el("label", {}, "住所", address),
      el("div", { class: "pair" }, el("label", {}, "緯度", latitude), el("label", {}, "経度", longitude)),
      el("button", { type: "submit", class: "main-button" }, "この位置を送信"),
    ),
  ]);

  function fill() {
    const place = PLACES[Number(preset.value)];
    title.value = place.title;
    address.value = place.address;
    latitude.value = String(place.latitude);
    longitude.value = String(place.longitude);
  }
}

/** @param {Phone} phone */
export function chooseFile(phone) {
  const input = el("input", { type: "file", required: true, "aria-label": "ファイル" });
  const send = async (/** @type {Event} */ event) => {
    event.preventDefault();
    const file = input.files?.[0];
    if (!file) return;
    const data = await asDataUrl(file);
    phone.sheets.close();
    await phone.act({ do: "file", fileName: file.name, base64: data });
  };
  phone.sheets.open("ファイルを送る", [
    el(
      "form",
      { class: "sheet-form", onsubmit: send },
      input,
      el("button", { type: "submit", class: "main-button" }, "送信"),
    ),
  ]);
}

/** @param {Phone} phone */
export function chooseSticker(phone) {
  const choice = (/** @type {typeof STICKERS[number]} */ sticker) => {
    const { packageId, stickerId, keywords } = sticker;
    const tap = () => {
      phone.sheets.close();
      phone.act({ do: "sticker", packageId, stickerId, keywords });
    };
    return el(
      "li", {},
      el("button", { type: "button", class: "sticker-choice", "aria-label": sticker.name, onclick: tap }, drawSticker(sticker)),
    );
  };
  phone.sheets.open("スタンプ", [el("ul", { class: "sticker-grid" }, ...STICKERS.map(choice))]);
}

/**
 * @param {string} name
 * @param {string} label
 * @param {string} value
 * @param {string} [type]
 */
function field(name, label, value, type = "text") {
  return el("input", { name, type, value, required: true, maxlength: 100, step: type === "number" ? "any" : null, "aria-label": label });
}

/**
 * A JPEG no larger than LINE itself would send; a phone shrinks its photos too.
 * @param {File} file
 */
async function shrink(file) {
  const bitmap = await createImageBitmap(file);
  const scale = Math.min(1, LONGEST_SIDE / Math.max(bitmap.width, bitmap.height));
  const canvas = el("canvas", {});
  canvas.width = Math.round(bitmap.width * scale);
  canvas.height = Math.round(bitmap.height * scale);
  canvas.getContext("2d").drawImage(bitmap, 0, 0, canvas.width, canvas.height);
  return canvas.toDataURL("image/jpeg", 0.85);
}

/**
 * @param {File} file
 * @returns {Promise<string>}
 */
function asDataUrl(file) {
  return new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.onload = () => resolve(String(reader.result));
    reader.onerror = () => reject(reader.error);
    reader.readAsDataURL(file);
  });
}

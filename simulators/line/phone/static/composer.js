// The line at the foot of the talk: typing, and what can be sent besides text.

import { el, icon } from "./dom.js";
import { chooseFile, choosePhotos, choosePlace, chooseSticker } from "./pick.js";

/** @param {import("./phone.js").Phone} phone */
export function createComposer(phone) {
  const field = el("textarea", {
    rows: 1, placeholder: "メッセージを入力", "aria-label": "メッセージを入力", enterkeyhint: "send",
    oninput: grow, onkeydown: keyed,
  });
  const menuButton = button("メニューにもどる", "more", () => phone.menu.open(true));
  const sendButton = button("送信", "send", send);
  const extras = el(
    "div",
    { class: "extras", hidden: true },
    extra("写真", "photo", () => choosePhotos(phone, { several: true })),
    extra("位置情報", "place", () => choosePlace(phone)),
    extra("ファイル", "file", () => chooseFile(phone)),
  );
  const plus = button("写真・位置情報・ファイルを送る", "plus", toggleExtras);
  plus.setAttribute("aria-expanded", "false");
  const element = el(
    "div",
    { class: "composer" },
    el(
      "form",
      { class: "composer-line", onsubmit: (/** @type {Event} */ event) => { event.preventDefault(); send(); } },
      menuButton, plus, field,
      button("スタンプを送る", "smile", () => chooseSticker(phone)),
      sendButton,
    ),
    extras,
  );
  menuButton.hidden = true;

  /**
   * @param {string} label
   * @param {Parameters<typeof icon>[0]} drawing
   * @param {() => void} onclick
   */
  function button(label, drawing, onclick) {
    return el("button", { type: "button", class: "icon-button", "aria-label": label, onclick }, icon(drawing));
  }

  /**
   * @param {string} label
   * @param {Parameters<typeof icon>[0]} drawing
   * @param {() => void} choose
   */
  function extra(label, drawing, choose) {
    const onclick = () => {
      toggleExtras();
      choose();
    };
    return el("button", { type: "button", class: "extra", onclick }, icon(drawing), label);
  }

  function toggleExtras() {
    extras.hidden = !extras.hidden;
    plus.setAttribute("aria-expanded", String(!extras.hidden));
    if (!extras.hidden) phone.scrollDown();
  }

  /** @param {KeyboardEvent} event */
  function keyed(event) {
    // Enter that ends a kana conversion belongs to the input method (keyCode 229 in Safari).
    if (event.key !== "Enter" || event.shiftKey || event.isComposing || event.keyCode === 229) return;
    event.preventDefault();
    send();
  }

  function grow() {
    field.style.height = "auto";
    field.style.height = `${Math.min(field.scrollHeight, 120)}px`;
  }

  async function send() {
    const text = field.value.trim();
    if (!text) return;
    field.value = "";
    grow();
    if (!(await phone.act({ do: "text", text }))) {
      field.value = text; // nothing typed is lost when sending fails
      grow();
    }
  }

  return {
    element,
    focus: () => field.focus(),
    /** @param {string} text */
    fill(text) {
      field.value = text;
      grow();
      field.focus();
    },
    /** @param {boolean} offered */
    offerMenu(offered) {
      menuButton.hidden = !offered;
    },
  };
}

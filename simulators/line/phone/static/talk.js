// The scroll of bubbles: days, who said it, when, and whether it was read.

import { avatar, el } from "./dom.js";
import { dayLabel, time } from "./japan.js";
import { inWords, renderMessage } from "./messages.js";

const WIDE = new Set(["flex", "template", "imagemap", "coupon"]);

/**
 * @param {import("./phone.js").Phone} phone
 */
export function createTalk(phone) {
  const log = el("ol", { class: "talk-log" });
  const element = el(
    "div",
    { class: "talk", role: "region", tabindex: "0" },
    log,
  );
  let read = 0; // the account has read up to here
  let lastDay = "";
  let lastFrom = "";
  let lastMinute = "";
  /** @type {HTMLElement | null} */
  let dots = null;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let dotsEnd;
  new ResizeObserver(() => stuck && toEnd()).observe(log);
  let stuck = true;
  element.addEventListener("scroll", () => {
    stuck = element.scrollHeight - element.scrollTop - element.clientHeight < 80;
  });

  function toEnd() {
    element.scrollTop = element.scrollHeight;
  }

  /** @param {import("./api.js").Item} item */
  function append(item) {
    const at = Date.parse(item.at);
    const day = dayLabel(at);
    if (day !== lastDay) {
      log.append(el("li", { class: "talk-day" }, el("span", {}, day)));
      lastFrom = "";
    }
    lastDay = day;
    if (item.from === "system") {
      log.append(el("li", { class: "talk-note" }, el("span", {}, inWords(item.message))));
      lastFrom = "";
      return;
    }
    const sameVoice = item.from === lastFrom && time(at) === lastMinute;
    log.append(item.from === "account" ? fromAccount(item, sameVoice) : fromPerson(item));
    lastFrom = item.from;
    lastMinute = time(at);
  }

  /**
   * @param {import("./api.js").Item} item
   * @param {boolean} sameVoice the bubble belongs to the one above, so no name again
   */
  function fromAccount(item, sameVoice) {
    const sender = item.message.sender ?? {};
    const who = { name: sender.name ?? phone.account().name, picture: sender.iconUrl ?? phone.account().picture };
    return el(
      "li",
      { class: `said by-account${WIDE.has(item.message.type) ? " said-wide" : ""}`, dataset: { seq: String(item.seq) } },
      sameVoice ? el("span", { class: "avatar-gap" }) : avatar(who),
      !sameVoice && el("span", { class: "said-name" }, who.name),
      el("div", { class: "said-row" }, renderMessage(item.message, phone), stamp(item)),
    );
  }

  /** @param {import("./api.js").Item} item */
  function fromPerson(item) {
    const menu = item.message.id && item.message.type !== "unsent" ? unsendButton(item.message.id) : null;
    return el(
      "li",
      { class: "said by-person", dataset: { seq: String(item.seq) } },
      el("div", { class: "said-row" }, el("span", { class: "visually-hidden" }, "わたし："), menu, stamp(item), renderMessage(item.message, phone, true)),
    );
  }

  /** @param {string} messageId */
  function unsendButton(messageId) {
    return el(
      "button",
      { type: "button", class: "unsend", "aria-label": "このメッセージの送信を取り消す", title: "送信を取り消す", onclick: () => phone.act({ do: "unsend", messageId }) },
      "×",
    );
  }

  /** @param {import("./api.js").Item} item */
  function stamp(item) {
    const at = Date.parse(item.at);
    return el(
      "span",
      { class: "stamp" },
      item.from === "person" && el("span", { class: "stamp-read", hidden: item.seq > read }, "既読"),
      el("time", { datetime: item.at }, time(at)),
    );
  }

  function hideLoading() {
    dots?.remove();
    dots = null;
    clearTimeout(dotsEnd);
  }

  return {
    element,
    inWords,
    /** @param {import("./api.js").Item[]} items */
    add(items) {
      if (items.some((item) => item.from === "account")) hideLoading();
      for (const item of items) append(item);
      if (dots) log.append(dots);
    },
    clear() {
      log.replaceChildren();
      [lastDay, lastFrom, lastMinute] = ["", "", ""];
    },
    scrollDown() {
      stuck = true;
      toEnd();
    },
    /** @param {number} upTo */
    setRead(upTo) {
      read = upTo;
      for (const said of log.querySelectorAll(".by-person")) {
        said.querySelector(".stamp-read").hidden = Number(said.dataset.seq) > upTo;
      }
    },
    /** @param {number} seconds */
    showLoading(seconds) {
      hideLoading();
      dots = el(
        "li",
        { class: "said by-account" },
        avatar(phone.account()),
        el("div", { class: "said-row" }, el("div", { class: "bubble dots" }, el("span", { class: "visually-hidden" }, "返事を書いています"), el("i"), el("i"), el("i"))),
      );
      log.append(dots);
      dotsEnd = setTimeout(hideLoading, seconds * 1_000);
      this.scrollDown();
    },
  };
}

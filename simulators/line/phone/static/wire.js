// The wire: what the town said to LINE and what LINE said to the town, newest first.

import * as api from "./api.js";
import { el, icon } from "./dom.js";
import { time } from "./japan.js";
import { inTurns } from "./turns.js";

const KEPT = 300;

export function createWire() {
  /** @type {api.Exchange[]} newest first */
  let exchanges = [];
  /** @type {Set<number>} the entries whose bodies are unfolded */
  const open = new Set();
  let close = () => {};

  const box = /** @type {HTMLElement} */ (document.getElementById("wire"));
  const filter = el("select", { "aria-label": "だれの通信を見るか", onchange: show }, el("option", { value: "" }, "全員"));
  const list = el("ol", { class: "wire-list" });
  box.append(
    el(
      "header",
      { class: "wire-head" },
      el("h2", {}, "通信"),
      filter,
      el("button", { type: "button", class: "icon-button", "aria-label": "通信を閉じる", onclick: () => close() }, icon("close")),
    ),
    el("p", { class: "wire-key" }, el("b", { class: "wire-out" }, "町 → LINE"), " 送信　", el("b", { class: "wire-in" }, "LINE → 町"), " Webhook"),
    list,
  );

  const refresh = inTurns(async () => {
    if (box.hidden) return;
    const { items } = await api.getWire(exchanges[0]?.seq ?? 0, KEPT).catch(() => ({ items: [] }));
    if (items.length === 0 && list.childElementCount > 0) return;
    exchanges = [...items.reverse(), ...exchanges].slice(0, KEPT);
    show();
  });

  function show() {
    const wanted = filter.value;
    const shown = exchanges.filter((exchange) => !wanted || JSON.stringify(exchange).includes(wanted));
    list.replaceChildren(...shown.map(entry));
    if (shown.length === 0) list.append(el("li", { class: "wire-empty" }, "まだ通信はありません。"));
  }

  /** @param {api.Exchange} exchange */
  function entry(exchange) {
    const webhook = exchange.direction === "out";
    const good = exchange.status !== null && exchange.status < 400;
    return el(
      "li", { dataset: { seq: String(exchange.seq) } },
      el(
        "details",
        {
          class: webhook ? "wire-in" : "wire-out", open: open.has(exchange.seq),
          ontoggle: (/** @type {Event} */ event) => {
            if (/** @type {HTMLDetailsElement} */ (event.target).open) open.add(exchange.seq);
            else open.delete(exchange.seq);
          },
        },
        el(
          "summary",
          { class: "wire-summary" },
          el("span", { class: "wire-way" }, way(exchange)),
          el("span", { class: "wire-time" }, time(Date.parse(exchange.at))),
          el("span", { class: good ? "wire-status" : "wire-status wire-bad" }, exchange.status === null ? "…" : String(exchange.status)),
          el("span", { class: "wire-path" }, `${exchange.method} ${exchange.path.replace(/^https?:\/\/[^/]+/, "")}`),
          el("span", { class: "wire-gist" }, exchange.note || gist(exchange.requestBody)),
        ),
        part("送ったもの", exchange.requestBody),
        part("返ってきたもの", exchange.responseBody),
      ),
    );
  }

  return {
    refresh,
    /** @param {boolean} on */
    toggle(on) {
      box.hidden = !on;
      document.body.classList.toggle("with-wire", on);
      refresh();
    },
    /** @param {() => void} does */
    onClose(does) {
      close = does;
    },
    /** @param {api.Person[]} people */
    setPeople(people) {
      const chosen = filter.value;
      filter.replaceChildren(
        el("option", { value: "" }, "全員"),
        ...people.map((person) => el("option", { value: person.id }, person.name)),
      );
      filter.value = chosen;
    },
  };
}

/** @param {api.Exchange} exchange */
function way(exchange) {
  if (exchange.direction === "out") return "LINE → 町";
  return exchange.path.startsWith("/liff/") ? "スマホ → LINE" : "町 → LINE";
}

/**
 * @param {string} title
 * @param {unknown} body
 */
function part(title, body) {
  if (body === null || body === undefined || body === "") return null;
  return el("div", {}, el("h3", {}, title), el("pre", { tabindex: "0" }, pretty(body)));
}

/** @param {unknown} body */
function parse(body) {
  if (typeof body !== "string") return body;
  try {
    return JSON.parse(body);
  } catch {
    return body;
  }
}

/** @param {unknown} body */
function pretty(body) {
  const value = parse(body);
  return typeof value === "string" ? value : JSON.stringify(value, null, 2);
}

/**
 * One line that says what an exchange is about.
 * @param {unknown} body
 */
function gist(body) {
  const value = parse(body);
  if (Array.isArray(value?.events)) return value.events.map(eventGist).join("、");
  if (Array.isArray(value?.messages)) {
    return value.messages.map((/** @type {any} */ m) => m.text ?? m.altText ?? m.type).join("、").slice(0, 80);
  }
  return "";
}

/** @param {any} event */
function eventGist(event) {
  const what = event.message?.text ?? event.message?.type ?? event.postback?.data ?? "";
  return `${event.type} ${what}`.trim().slice(0, 80);
}

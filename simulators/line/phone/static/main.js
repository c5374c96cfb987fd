// The stage: people at the left, one or two phones in the middle, the wire at the right.

import * as api from "./api.js";
import { createClock } from "./clock.js";
import { announce, el, toast } from "./dom.js";
import { setNow } from "./japan.js";
import { createPeople } from "./people.js";
import { createPhone } from "./phone.js";
import { inTurns } from "./turns.js";
import { createWire } from "./wire.js";

const stage = /** @type {HTMLElement} */ (document.getElementById("stage"));
const phonesBox = /** @type {HTMLElement} */ (document.getElementById("phones"));
const narrow = matchMedia("(max-width: 760px)");

/** @type {api.State | undefined} */
let state;
/** @type {Map<string, ReturnType<typeof createPhone>>} in the order shown, oldest choice first */
const phones = new Map();
let places = 1;

const people = createPeople({ open: openPhone, added: () => reload() });
const wire = createWire();
const clock = createClock({ changed: () => reload() });

/** Ask the simulator how the world looks and show it. */
const reload = inTurns(async () => {
  try {
    state = await api.getState();
  } catch (problem) {
    toast(problem instanceof Error ? problem.message : String(problem));
    return;
  }
  setNow(state.clock.now);
  clock.show(state.clock);
  show();
});

function show() {
  if (!state) return;
  for (const phone of phones.values()) phone.update(state);
  people.show(state, new Set(phones.keys()));
  wire.setPeople(state.people);
}

/**
 * Show this person's phone; the one that has been there longest makes room.
 * @param {string} id
 * @param {boolean} [focus] not when the page itself opens it
 */
function openPhone(id, focus = true) {
  const already = phones.get(id);
  if (!already) {
    makeRoom(room() - 1);
    const phone = createPhone(id, { leave: () => closePhone(id), announce });
    phones.set(id, phone);
    phonesBox.append(phone.element);
  }
  stage.classList.add("in-talk");
  remember();
  show();
  if (focus) phones.get(id)?.focus();
}

/** @param {string} id */
function closePhone(id) {
  stage.classList.remove("in-talk");
  if (narrow.matches) {
    people.focus(id);
    return;
  }
  phones.get(id)?.remove();
  phones.delete(id);
  remember();
  show();
}

/** How many phones fit: as many as wished, but one on a narrow screen. */
const room = () => (narrow.matches ? 1 : places);
narrow.addEventListener("change", () => makeRoom(room()));

/** @param {number} left */
function makeRoom(left) {
  for (const [id, phone] of [...phones].slice(0, Math.max(0, phones.size - left))) {
    phone.remove();
    phones.delete(id);
  }
}

/** @param {number} count */
function setPlaces(count) {
  places = count;
  makeRoom(room());
  const next = state?.people.find((person) => !phones.has(person.id));
  const ready = document.body.dataset.ready !== undefined; // at the start, others choose
  if (ready && phones.size < room() && next) openPhone(next.id, false);
  stage.dataset.places = String(count);
  remember();
  show();
}

/**
 * A button that is pressed or not, remembered for the next visit.
 * @param {string} key
 * @param {[string, string?]} label the second half is left out where there is little room
 * @param {(on: boolean) => void} change
 */
function toggle(key, label, change) {
  const button = el(
    "button",
    { type: "button", class: "tool", "aria-pressed": "false", "aria-label": label.join("") },
    label[0], label[1] && el("span", { class: "wide-only" }, label[1]),
  );
  const set = (/** @type {boolean} */ on) => {
    button.setAttribute("aria-pressed", String(on));
    localStorage.setItem(`phone.${key}`, on ? "1" : "");
    change(on);
  };
  button.addEventListener("click", () => set(button.getAttribute("aria-pressed") !== "true"));
  return { button, start: () => localStorage.getItem(`phone.${key}`) && set(true) };
}

function remember() {
  localStorage.setItem("phone.open", JSON.stringify([...phones.keys()]));
}

/**
 * Whose phones to show first: those the address names (`?person=…`), else those of the last visit,
 * else the first person's; on a narrow screen only what the address names.
 * @returns {string[]}
 */
function firstShown() {
  const known = state?.people.map((person) => person.id) ?? [];
  const named = new URLSearchParams(location.search).getAll("person").filter((id) => known.includes(id));
  if (named.length > 0 || narrow.matches) return named;
  let last = [];
  try {
    last = JSON.parse(localStorage.getItem("phone.open") ?? "[]");
  } catch {
    // Whatever was kept there is of no use; start afresh.
  }
  const still = known.filter((id) => last.includes(id));
  return still.length > 0 ? still : known.slice(0, 1);
}

const toggles = [
  toggle("two", ["2台ならべる"], (on) => setPlaces(on ? 2 : 1)),
  toggle("dark", ["暗い", "画面"], (on) => document.body.classList.toggle("dark", on)),
  toggle("large", ["大きな文字"], (on) => document.body.classList.toggle("large", on)),
  toggle("wire", ["通信", "を見る"], (on) => wire.toggle(on)),
];
toggles[0].button.classList.add("wide-only");
wire.onClose(() => toggles[3].button.click());
document.getElementById("tools")?.append(clock.element, ...toggles.map((each) => each.button));

/**
 * Whether bubbles that were already drawn have changed.
 * @param {any} data
 */
const rewritten = (data) => (data.items ?? []).some((/** @type {api.Item} */ item) => item.message.type === "unsent");

api.listen((kind, data) => {
  if (kind === "wire") wire.refresh();
  else if (kind === "people" || kind === "clock") reload();
  else {
    for (const [id, phone] of phones) {
      if (data.person && data.person !== id) continue; // without a name it means everybody
      if (kind === "loading") phone.showLoading(data.seconds ?? 20);
      else phone.refresh({ whole: rewritten(data) });
    }
    if (kind === "talk") reload();
  }
}, reconnect);

async function reconnect() {
  await reload();
  wire.refresh();
  for (const phone of phones.values()) phone.refresh({ whole: true });
}

await reload();
const shown = firstShown(); // before the toggles, which remember what they open
for (const each of toggles) each.start();
for (const id of shown.slice(0, room())) openPhone(id, false);
document.body.dataset.ready = "yes";

// The simulator's control interface, and nothing else that goes over the network.

/**
 * @typedef {{id: string, name: string, picture: string | null, friend: boolean, blocked: boolean,
 *   unread: number, lastText: string | null, lastAt: string | null}} Person
 * @typedef {{seq: number, at: string, from: "account" | "person" | "system", message: any}} Item
 * @typedef {{bounds: {x: number, y: number, width: number, height: number}, action: any}} Area
 * @typedef {{richMenuId: string, size: {width: number, height: number}, areas: Area[],
 *   chatBarText: string, imageUrl: string, selected: boolean}} Menu
 * @typedef {{items: Item[], menu: Menu | null, quickReply: any[] | null, read: number}} Talk
 * @typedef {{seq: number, at: string, direction: "in" | "out", method: string, path: string,
 *   status: number | null, requestBody: any, responseBody: any, note: string | null}} Exchange
 * @typedef {{account: {name: string, basicId: string, picture: string | null}, people: Person[],
 *   clock: {now: string, offsetSeconds: number}, liffBase: string, faults: any}} State
 */

/** What the simulator refused, in its own words. */
export class Refused extends Error {}

/**
 * @param {string} path
 * @param {RequestInit} [init]
 * @returns {Promise<any>}
 */
async function ask(path, init) {
  let answer;
  try {
    answer = await fetch(path, init);
  } catch {
    throw new Refused("シミュレーターにつながりません。動いているか確かめてください。");
  }
  const body = await answer.text();
  let parsed = null;
  try {
    parsed = body ? JSON.parse(body) : null;
  } catch {
    parsed = { message: body.slice(0, 200) };
  }
  if (!answer.ok) throw new Refused(parsed?.message ?? parsed?.error ?? `エラー（${answer.status}）`);
  return parsed;
}

/**
 * @param {string} path
 * @param {unknown} body
 */
function post(path, body) {
  return ask(path, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify(body),
  });
}

/** @param {string} id */
const person = (id) => `/sim/people/${encodeURIComponent(id)}`;

/** @returns {Promise<State>} */
export const getState = () => ask("/sim/state");

/** @type {(name: string, language: string) => Promise<Person>} */
export const addPerson = (name, language) => post("/sim/people", { name, language });

/** @type {(id: string, after: number) => Promise<Talk>} */
export const getTalk = (id, after) => ask(`${person(id)}/talk?after=${after}`);

/**
 * Do what a finger would do on this person's phone.
 * @type {(id: string, deed: {do: string, [key: string]: unknown}) => Promise<any>}
 */
export const act = (id, deed) => post(`${person(id)}/do`, deed);

/** @type {(id: string, url: string) => Promise<{src: string}>} */
export const openLiff = (id, url) => post(`${person(id)}/liff`, { url });

/**
 * From the beginning (`after` 0) the newest `limit` are given, else the ones that follow.
 * @type {(after: number, limit: number) => Promise<{items: Exchange[]}>}
 */
export const getWire = (after, limit) => ask(`/sim/wire?after=${after}&limit=${limit}`);

/** @type {(change: {now?: string, offsetSeconds?: number, advanceSeconds?: number}) => Promise<unknown>} */
export const turnClock = (change) => post("/sim/clock", change);

/** @param {string} messageId */
export const mediaUrl = (messageId) => `/sim/media/${encodeURIComponent(messageId)}`;

/**
 * Hear about everything that happens from now on; the browser reconnects by itself.
 * @param {(kind: string, data: any) => void} hear
 * @param {() => void} reconnected called when a broken line is back and something may be missing
 */
export function listen(hear, reconnected) {
  const source = new EventSource("/sim/events");
  let broken = false;
  source.addEventListener("error", () => {
    broken = true;
  });
  source.addEventListener("open", () => {
    if (broken) reconnected();
    broken = false;
  });
  for (const kind of ["talk", "menu", "people", "wire", "clock", "loading"]) {
    source.addEventListener(kind, (event) => {
      let data = {};
      try {
        data = JSON.parse(event.data);
      } catch {
        // An event without a body still says that something of its kind happened.
      }
      hear(kind, data);
    });
  }
}

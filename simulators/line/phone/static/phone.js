// One phone: the talk of one resident with the town's account.

import * as actions from "./actions.js";
import * as api from "./api.js";
import { createComposer } from "./composer.js";
import { avatar, el, icon, toast } from "./dom.js";
import { createMenu } from "./menu.js";
import { quickReplies } from "./quick.js";
import { createSheets } from "./sheets.js";
import { createTalk } from "./talk.js";
import { inTurns } from "./turns.js";

/**
 * What a message, a menu or a sheet may do with the phone it is on.
 * @typedef {{
 *   id: string,
 *   account: () => api.State["account"],
 *   person: () => api.Person | undefined,
 *   liffBase: () => string,
 *   act: (deed: {do: string, [key: string]: unknown}) => Promise<boolean>,
 *   perform: (action: any) => void,
 *   openUrl: (url: string) => void,
 *   sheets: ReturnType<typeof createSheets>,
 *   composer: ReturnType<typeof createComposer>,
 *   menu: ReturnType<typeof createMenu>,
 *   scrollDown: () => void,
 * }} Phone
 */

/**
 * @param {string} id
 * @param {{leave: () => void, announce: (sentence: string) => void}} does
 */
export function createPhone(id, does) {
  /** @type {api.State | null} */
  let state = null;
  let lastSeq = 0;
  let first = true;
  let wantsWhole = false;
  let shownChoices = "";

  const title = el("h2", { class: "talk-title" });
  const owner = el("p", { class: "phone-owner" });
  const choices = el("div", { class: "phone-choices" });
  const friendship = el("div", { class: "friendship", hidden: true });
  const options = el("div", { class: "talk-options", hidden: true });
  const optionsButton = el(
    "button",
    { type: "button", class: "icon-button", "aria-label": "トークの設定", "aria-expanded": "false", onclick: toggleOptions },
    icon("more"),
  );
  const screen = el("div", { class: "screen" });
  const element = el(
    "section",
    { class: "phone", dataset: { phone: id } },
    owner,
    screen,
  );

  const sheets = createSheets(screen);
  /** @type {Phone} */
  const phone = {
    id,
    account: () => state?.account ?? { name: "", basicId: "", picture: null },
    person: () => state?.people.find((person) => person.id === id),
    liffBase: () => state?.liffBase ?? "",
    act,
    perform: (action) => actions.perform(action, phone),
    openUrl: (url) => actions.openUrl(url, phone),
    sheets,
    composer: /** @type {any} */ (null),
    menu: /** @type {any} */ (null),
    scrollDown: () => talk.scrollDown(),
  };
  const talk = createTalk(phone);
  const fetchTalk = inTurns(fetchNow);
  phone.composer = createComposer(phone);
  phone.menu = createMenu(phone);
  screen.append(
    el(
      "header",
      { class: "talk-head" },
      el("button", { type: "button", class: "icon-button", "aria-label": "一覧にもどる", onclick: does.leave }, icon("back")),
      title,
      optionsButton,
    ),
    options,
    talk.element,
    choices,
    friendship,
    phone.composer.element,
    phone.menu.element,
  );
  screen.append(sheets.element);

  /**
   * Do something as this resident, then show what it changed.
   * @param {{do: string, [key: string]: unknown}} deed
   */
  async function act(deed) {
    try {
      await api.act(id, deed);
    } catch (problem) {
      toast(problem instanceof Error ? problem.message : String(problem));
      shownChoices = ""; // a quick reply that could not be sent may be tapped again
      refresh();
      return false;
    }
    await refresh({ whole: deed.do === "unsend" });
    return true;
  }

  /**
   * Fetch what is new; `whole` also draws again what is there.
   * @param {{whole?: boolean}} [how]
   */
  function refresh(how = {}) {
    wantsWhole ||= how.whole === true;
    return fetchTalk();
  }

  async function fetchNow() {
    const whole = wantsWhole;
    wantsWhole = false;
    const after = whole ? 0 : lastSeq;
    let fresh;
    try {
      fresh = await api.getTalk(id, after);
    } catch (problem) {
      toast(problem instanceof Error ? problem.message : String(problem));
      return;
    }
    if (whole) talk.clear();
    const items = fresh.items.filter((item) => item.seq > after);
    for (const item of items) lastSeq = Math.max(lastSeq, item.seq);
    talk.add(items);
    talk.setRead(fresh.read);
    showChoices(fresh.quickReply ?? []);
    phone.menu.show(fresh.menu);
    if (items.length > 0) talk.scrollDown();
    if (!first) speak(items);
    first = false;
  }

  /**
   * Draw quick replies once: tapped away they stay away, and a refresh must not move the row.
   * @param {any[]} items
   */
  function showChoices(items) {
    const wanted = JSON.stringify([lastSeq, items]);
    if (wanted === shownChoices) return;
    shownChoices = wanted;
    choices.replaceChildren(...(items.length > 0 ? [quickReplies(items, phone)] : []));
  }

  /** @param {api.Item[]} items */
  function speak(items) {
    const said = items.filter((item) => item.from === "account").map((item) => talk.inWords(item.message));
    if (said.length > 0) does.announce(`${phone.account().name}：${said.join("。")}`);
  }

  function toggleOptions() {
    options.hidden = !options.hidden;
    optionsButton.setAttribute("aria-expanded", String(!options.hidden));
    if (!options.hidden) options.querySelector("button")?.focus();
  }

  /** @param {string} label @param {string} deed */
  function option(label, deed) {
    const run = () => {
      toggleOptions();
      act({ do: deed });
    };
    return el("button", { type: "button", class: "option", onclick: run }, label);
  }

  /** @param {api.Person} person */
  function showFriendship(person) {
    const open = person.friend && !person.blocked;
    friendship.hidden = open;
    phone.menu.arrange();
    phone.menu.element.hidden = !open;
    choices.hidden = !open;
    options.replaceChildren(
      person.blocked ? option("ブロックを解除する", "unblock") : option("ブロックする", "block"),
    );
    optionsButton.hidden = !person.friend && !person.blocked;
    if (open) {
      friendship.replaceChildren();
      return;
    }
    const wanted = person.blocked ? "unblock" : "follow";
    if (friendship.dataset.wanted === wanted && friendship.childElementCount > 0) return;
    friendship.dataset.wanted = wanted;
    friendship.replaceChildren(...invitation(person, wanted));
  }

  /**
   * @param {api.Person} person
   * @param {"follow" | "unblock"} wanted
   */
  function invitation(person, wanted) {
    const explained = person.blocked ? [el("p", {}, "ブロックしています。メッセージはとどきません。")] : [];
    return [
      avatar(phone.account()),
      el("p", { class: "friendship-name" }, phone.account().name),
      el("p", { class: "friendship-id" }, phone.account().basicId),
      ...explained,
      el(
        "button",
        { type: "button", class: "main-button", onclick: () => act({ do: wanted }) },
        person.blocked ? "ブロックを解除する" : "友だちに追加する",
      ),
    ];
  }

  return {
    element,
    refresh,
    /** @param {api.State} latest */
    update(latest) {
      const wasOpen = state !== null;
      state = latest;
      const person = phone.person();
      if (!person) return;
      title.textContent = latest.account.name;
      owner.textContent = `${person.name}さんのスマートフォン`;
      element.setAttribute("aria-label", owner.textContent);
      talk.element.setAttribute("aria-label", `${person.name}さんのトーク`);
      showFriendship(person);
      if (!wasOpen) refresh({ whole: true });
    },
    /** @param {number} seconds */
    showLoading(seconds) {
      talk.showLoading(seconds);
    },
    focus: () => talk.element.focus({ preventScroll: true }),
    remove() {
      sheets.close();
      element.remove();
    },
  };
}

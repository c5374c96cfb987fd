// The column of residents: whose phone may be shown, and what they last read.

import * as api from "./api.js";
import { avatar, el, icon, toast } from "./dom.js";
import { listTime } from "./japan.js";

const LANGUAGES = [["ja", "日本語"], ["en", "English"], ["zh-Hans", "简体中文"], ["pt", "Português"]];

/**
 * @param {{open: (id: string) => void, added: () => Promise<void>}} does
 */
export function createPeople(does) {
  const list = el("ul", { class: "people-list" });
  const adding = el("div", { class: "people-adding" });
  const box = /** @type {HTMLElement} */ (document.getElementById("people"));
  box.append(el("h2", { class: "people-title" }, "住民"), list, adding);
  showButton();

  function showButton() {
    const button = el(
      "button",
      { type: "button", class: "people-add", onclick: showForm },
      icon("plus"), "住民をふやす",
    );
    adding.replaceChildren(button);
    return button;
  }

  function showForm() {
    const name = el("input", { name: "name", required: true, maxlength: 20, autocomplete: "off" });
    const language = el(
      "select", { name: "language" },
      ...LANGUAGES.map(([code, label]) => el("option", { value: code }, label)),
    );
    const form = el(
      "form",
      { class: "people-form", onsubmit: add },
      el("label", {}, "なまえ", name),
      el("label", {}, "LINE の言語", language),
      el("button", { type: "submit", class: "main-button" }, "ふやす"),
      el("button", { type: "button", class: "quiet-button", onclick: () => showButton().focus() }, "やめる"),
    );
    adding.replaceChildren(form);
    name.focus();

    /** @param {SubmitEvent} event */
    async function add(event) {
      event.preventDefault();
      try {
        const person = await api.addPerson(name.value.trim(), language.value);
        showButton();
        await does.added();
        does.open(person.id);
      } catch (problem) {
        toast(problem instanceof Error ? problem.message : String(problem));
      }
    }
  }

  /**
   * @param {api.Person} person
   * @param {boolean} shown
   */
  function row(person, shown) {
    const unread = shown ? 0 : person.unread;
    const said = person.blocked ? "ブロック中" : person.friend ? person.lastText : "まだ友だちではありません";
    return el(
      "li", {},
      el(
        "button",
        {
          type: "button", class: "people-row", dataset: { person: person.id },
          "aria-current": shown ? "true" : false, onclick: () => does.open(person.id),
        },
        avatar(person),
        el("span", { class: "people-name" }, person.name),
        el("span", { class: "people-time" }, person.lastAt ? listTime(Date.parse(person.lastAt)) : ""),
        el("span", { class: "people-said" }, said ?? ""),
        unread > 0 && el(
          "span", { class: "badge" },
          String(unread), el("span", { class: "visually-hidden" }, "件の未読"),
        ),
      ),
    );
  }

  return {
    /**
     * @param {api.State} state
     * @param {Set<string>} open
     */
    show(state, open) {
      const focused = document.activeElement instanceof HTMLElement ? document.activeElement.dataset.person : null;
      list.replaceChildren(...state.people.map((person) => row(person, open.has(person.id))));
      if (focused) this.focus(focused);
    },
    /** @param {string} id */
    focus(id) {
      list.querySelector(`[data-person="${CSS.escape(id)}"]`)?.focus();
    },
  };
}

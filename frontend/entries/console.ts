/**
 * What every staff page runs: htmx, and a sentence when the line is gone.
 */
import htmx from "htmx.org";
import "../islands/session-end/index";

// The Content-Security-Policy forbids inline styles and eval; htmx must not try.
htmx.config.includeIndicatorStyles = false;
htmx.config.allowEval = false;
htmx.config.attributesToSettle = ["class"]; // it would copy styles as an attribute, which is an inline style
htmx.config.selfRequestsOnly = true;
htmx.config.historyCacheSize = 0; // personal data must not lie in the browser's storage
htmx.config.scrollBehavior = "auto";

const lineIsGone = "通信できませんでした。インターネットの接続を確かめて、もう一度お試しください。";
const notAnswered = "うまくいきませんでした。少し待って、もう一度お試しください。";

function say(sentence: string): void {
  const place = document.getElementById("messages");
  if (!place) return;
  const notice = document.createElement("div");
  notice.className = "yk-notice";
  notice.dataset["kind"] = "danger";
  notice.textContent = sentence;
  place.replaceChildren(notice);
  notice.scrollIntoView({ block: "nearest" });
}

function reasonIn(page: string): string {
  const answer = new DOMParser().parseFromString(page, "text/html");
  return answer.querySelector("main p")?.textContent?.trim() || notAnswered;
}

document.addEventListener("htmx:sendError", () => say(lineIsGone));
document.addEventListener("htmx:timeout", () => say(lineIsGone));
document.addEventListener("htmx:responseError", (event) => {
  const answer = (event as CustomEvent<{ xhr: XMLHttpRequest }>).detail.xhr;
  say(reasonIn(answer.responseText));
});

// A menu is closed by Escape and by pressing elsewhere, as people expect of one.
const openMenus = (): NodeListOf<HTMLDetailsElement> =>
  document.querySelectorAll<HTMLDetailsElement>("details.yk-menu[open]");

document.addEventListener("click", (event) => {
  for (const menu of openMenus()) {
    if (event.target instanceof Node && !menu.contains(event.target)) menu.open = false;
  }
});
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  for (const menu of openMenus()) {
    menu.open = false;
    menu.querySelector("summary")?.focus();
  }
});

document.addEventListener("click", (event) => {
  const pressed = event.target instanceof Element ? event.target.closest("[data-print]") : null;
  if (pressed) window.print();
});

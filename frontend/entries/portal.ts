/**
 * The script of pages inside LINE: signs in with LINE's ID token, swaps the page's middle, keeps what was typed.
 *
 * The frame and public text are there before this runs. Until `liff.init` is done nothing here touches the address
 * or the history (LIFF forbids it); with a live session nothing waits for LINE at all.
 */

import { forget, keepTyped, restore } from "../islands/portal-typed";
import { say } from "../islands/portal-words";

interface Liff {
  init(options: { liffId: string; withLoginOnExternalBrowser: boolean }): Promise<void>;
  isLoggedIn(): boolean;
  isInClient(): boolean;
  login(options?: { redirectUri: string }): void;
  logout(): void;
  getIDToken(): string | null;
  closeWindow(): void;
}

declare global {
  interface Window {
    liff?: Liff;
  }
}

const SLOW_AFTER = 6000; // milliseconds until we say that LINE is slow
const AGAIN = "yakuba-again"; // marks that we sent the resident to LINE once, so that it is not done for ever
const NO_LINE = "LINEにつながりませんでした。電波を確かめて、この画面を開き直してください。";
const NOT_SENT =
  "通信できませんでした。入力したものはこの画面に残っています。電波のよいところで、もう一度押してください。";
const TROUBLE =
  "うまくいきませんでした。入力したものはこの画面に残っています。少し待って、もう一度押してください。";
const UNKNOWN = "LINEで確認できませんでした。画面を閉じて、トークからもう一度開いてください。";

// Custom elements are loaded when a page that needs one is shown.
const islands = import.meta.glob("../islands/yk-{photo,place,address,date}/index.ts");

const settings = document.body.dataset;
let ready: Promise<Liff> | undefined;
let historyIsOurs = false; // LIFF has finished with the address

const isSignedIn = (): boolean => "for" in settings;

function liff(): Promise<Liff> {
  ready ??= load()
    .then(async (sdk) => {
      // Somebody with a live session is not sent away to log in.
      await sdk.init({
        liffId: settings["liffId"] ?? "",
        withLoginOnExternalBrowser: !isSignedIn(),
      });
      return sdk;
    })
    .catch((problem: unknown) => {
      ready = undefined; // the next press tries again
      throw problem;
    })
    .finally(() => {
      historyIsOurs = true;
    });
  return ready;
}

function load(): Promise<Liff> {
  if (window.liff) return Promise.resolve(window.liff);
  return new Promise((resolve, reject) => {
    const script = document.createElement("script");
    script.src = settings["liffSdk"] ?? "";
    script.referrerPolicy = "no-referrer";
    script.addEventListener("load", () => {
      if (window.liff) resolve(window.liff);
      else reject(new Error("no liff"));
    });
    script.addEventListener("error", () => {
      script.remove();
      reject(new Error("liff did not load"));
    });
    document.head.append(script);
  });
}

type Sign = "same" | "changed" | "leaving" | "refused";

/** Begin or confirm the session. "leaving": LINE's own page comes next, this one ends. */
async function signIn(): Promise<Sign> {
  const sdk = await liff();
  const token = sdk.isLoggedIn() ? sdk.getIDToken() : null;
  if (!token) return throughLine(sdk);
  const answer = await fetch(settings["session"] ?? "", {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ id_token: token }),
  });
  if (answer.status === 401) return throughLine(sdk);
  const result = (await answer.json()) as { changed?: boolean; problem?: string };
  if (!answer.ok) {
    tell(result.problem ?? UNKNOWN);
    return "refused";
  }
  sessionStorage.removeItem(AGAIN);
  return result.changed === true ? "changed" : "same";
}

/** LINE's script may hand out a token that is too old; only signing in anew helps, and only once. */
function throughLine(sdk: Liff): Sign {
  if (isSignedIn()) return "same"; // the session is good; only the token is old
  if (sessionStorage.getItem(AGAIN)) {
    sessionStorage.removeItem(AGAIN);
    tell(UNKNOWN);
    return "refused";
  }
  sessionStorage.setItem(AGAIN, "1");
  if (sdk.isInClient()) {
    location.reload(); // inside LINE a new `init` brings a new token
  } else {
    sdk.logout();
    sdk.login({ redirectUri: location.href.split("#")[0] ?? location.href });
  }
  return "leaving";
}

function tell(words: string): void {
  const waiting = document.querySelector("[data-wait]");
  if (waiting) waiting.textContent = say(words);
  else notice(words);
}

async function enter(): Promise<void> {
  const slow = window.setTimeout(() => {
    if (!isSignedIn())
      tell("LINEの確認に時間がかかっています。電波のよいところで、このままお待ちください。");
  }, SLOW_AFTER);
  try {
    const sign = await signIn();
    if (sign === "changed" || (sign === "same" && !isSignedIn())) await reopen();
  } catch {
    if (!isSignedIn()) tell(NO_LINE);
  } finally {
    window.clearTimeout(slow);
  }
}

/** Show the present page anew, for whoever is signed in now. */
async function reopen(): Promise<void> {
  delete settings["for"];
  const answer = await ask(location.href);
  const home = document.querySelector<HTMLAnchorElement>("header a")?.href;
  await show(answer.status === 404 && home ? await ask(home) : answer); // it was the other's page
}

/** Where the page that is shown can be asked for again; after a form that is not the address bar's. */
function present(): string {
  return document.querySelector("main")?.dataset["here"] || location.href;
}

function ask(address: string, options: RequestInit = {}): Promise<Response> {
  const headers = new Headers(options.headers);
  // The server refuses what was drawn for somebody else than the session's resident.
  if (settings["for"]) headers.set("X-Portal-For", settings["for"]);
  return fetch(address, { ...options, headers });
}

/** Send; when the session has ended meanwhile, or is another's, sign in again and send once more. */
async function send(address: string, body: FormData): Promise<Response> {
  const answer = await ask(address, { method: "POST", body });
  if (answer.status !== 401) return answer;
  const mine = settings["for"];
  delete settings["for"];
  const sign = await signIn();
  if (sign === "leaving" || sign === "refused") return answer;
  if (mine) settings["for"] = mine;
  const token = await freshToken();
  if (token) body.set("csrfmiddlewaretoken", token);
  const second = await ask(address, { method: "POST", body });
  if (second.status === 401) notice(UNKNOWN); // LINE names somebody else than the page was drawn for
  return second;
}

async function freshToken(): Promise<string | undefined> {
  const page = parsed(await (await ask(present())).text());
  return page.querySelector<HTMLInputElement>("[name=csrfmiddlewaretoken]")?.value;
}

const parsed = (text: string): Document => new DOMParser().parseFromString(text, "text/html");

/** Put the middle of another page into this one; custom elements in it start by themselves. */
async function show(answer: Response, moved = false): Promise<void> {
  const page = parsed(await answer.text());
  const fresh = page.querySelector("main[data-here]");
  const old = document.querySelector("main");
  if (!fresh || !old) throw new Error(`not a page of ours: ${answer.status}`);
  const imported = document.importNode(fresh, true) as HTMLElement;
  restore(imported);
  old.replaceWith(imported);
  document.title = page.title;
  const root = document.documentElement;
  root.dataset["textSize"] = page.documentElement.dataset["textSize"] ?? "m";
  root.dataset["language"] = page.documentElement.dataset["language"] ?? "ja";
  root.lang = page.documentElement.lang;
  if (page.body.dataset["for"]) settings["for"] = page.body.dataset["for"];
  const header = page.querySelector("header");
  if (header) document.querySelector("header")?.replaceWith(document.importNode(header, true));
  wake();
  const here = imported.dataset["here"];
  if (moved && here && historyIsOurs && here !== location.pathname)
    history.pushState(null, "", here);
  // A form may not lead to another site (form-action), so the page that answers it names where to go on.
  const onward = moved ? imported.querySelector<HTMLAnchorElement>("a[data-go]") : null;
  if (onward) location.assign(onward.href);
  const heading = imported.querySelector("h1");
  if (heading) heading.tabIndex = -1;
  const focus = imported.querySelector<HTMLElement>("[data-focus]") ?? heading ?? imported;
  focus.focus({ preventScroll: true });
  if (focus === heading) window.scrollTo(0, 0);
  else focus.scrollIntoView({ block: "start" });
}

/** Load the custom elements that the page uses. */
function wake(): void {
  for (const [path, loading] of Object.entries(islands)) {
    const name = path.split("/").at(-2) ?? "";
    if (document.querySelector(`main ${name}`) && !customElements.get(name)) void loading();
  }
}

let sending = false; // pressed twice is sent once

async function submit(form: HTMLFormElement, button: HTMLElement | null): Promise<void> {
  if (sending) return;
  const asked = new CustomEvent("yk-send", { cancelable: true, detail: { form } });
  if ("keep" in form.dataset && !document.dispatchEvent(asked)) return; // an island says why not yet
  sending = true;
  const body = new FormData(form, button);
  const shown = button ?? form.querySelector<HTMLElement>("[type=submit]:not(.yk-hidden)");
  form.setAttribute("aria-busy", "true");
  const before = shown?.innerHTML;
  if (shown) {
    shown.setAttribute("aria-disabled", "true");
    if (!("reading" in form.dataset)) shown.textContent = say("送っています…");
  }
  try {
    const answer = await send(form.getAttribute("action") ?? location.href, body);
    if (answer.status === 401) return; // `signIn` has said why, or LINE's page comes next
    if (answer.status === 404) notice("見つかりませんでした。トークからもう一度開いてください。");
    else if (answer.status === 403)
      notice("この画面を使える時間が過ぎました。いちど閉じて、もう一度開いてください。");
    else if (!answer.ok) notice(TROUBLE);
    else if ("reading" in form.dataset) await reopenInPlace();
    else {
      notice("");
      await show(answer, true);
      forget(form);
      const again = document.querySelector("form[data-keep] [aria-invalid]");
      if (again) keepTyped(again); // answers that were not taken are kept as they were typed
    }
  } catch {
    notice(NOT_SENT); // what was typed is still in the form
  } finally {
    sending = false;
    form.removeAttribute("aria-busy");
    if (shown?.isConnected) {
      shown.removeAttribute("aria-disabled");
      if (before !== undefined) shown.innerHTML = before;
    }
  }
}

/** Show the present page in another language or size, with what was typed, where it stood. */
async function reopenInPlace(): Promise<void> {
  const top = window.scrollY;
  await show(await ask(present()));
  window.scrollTo(0, top);
}

/** A sentence above the page; an empty one takes it away. */
function notice(words: string): void {
  const place = document.querySelector<HTMLElement>(".yk-portal-offline p");
  if (!place) return;
  place.textContent = words && say(words);
  place.hidden = !words;
}

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (!(form instanceof HTMLFormElement)) return;
  if (!("stay" in form.dataset || "reading" in form.dataset)) return;
  event.preventDefault();
  const question = event.submitter?.dataset["sure"];
  if (question && !window.confirm(question)) return;
  void submit(form, event.submitter);
});

document.addEventListener("click", (event) => {
  const pressed = event.target instanceof Element ? event.target.closest("a, [data-close]") : null;
  if (pressed instanceof HTMLAnchorElement) return jump(event, pressed);
  if (!pressed) return;
  event.preventDefault();
  void close();
});

/** Leave for the talk; an outside browser may not close what it did not open. */
async function close(): Promise<void> {
  try {
    (await liff()).closeWindow();
  } finally {
    window.setTimeout(() => notice("この画面は閉じてかまいません。"), 800);
  }
}

/** Go to a field without changing the address. */
function jump(event: Event, link: HTMLAnchorElement): void {
  const target = link.getAttribute("href") ?? "";
  if (!target.startsWith("#")) return;
  event.preventDefault();
  toField(target.slice(1));
}

function toField(id: string): void {
  const named = document.getElementById(id) ?? document.getElementById(id.replace(/-in$/, ""));
  if (!named) return;
  const typed = "input:not([type=hidden]), select, textarea, button";
  const control = named.matches(`${typed}, main`) ? named : named.querySelector<HTMLElement>(typed);
  named.closest(".yk-portal-field")?.scrollIntoView({ block: "start" });
  (control ?? named).focus({ preventScroll: true });
}

// An island's own request found that nobody is signed in any more; its next try may work.
document.addEventListener("yk-signed-out", () => {
  const mine = settings["for"];
  delete settings["for"];
  void signIn().then(
    () => {
      if (mine) settings["for"] = mine;
    },
    () => tell(NO_LINE),
  );
});
document.addEventListener("input", (event) => keepTyped(event.target));
document.addEventListener("change", (event) => keepTyped(event.target));
window.addEventListener("popstate", () => {
  ask(location.href).then(
    (answer) => show(answer),
    () => notice(NOT_SENT),
  );
});
window.addEventListener("online", () => notice(""));
window.addEventListener("offline", () =>
  notice(
    "通信できませんでした。入力したものはこの画面に残っています。電波のよいところで、もう一度押してください。",
  ),
);

const main = document.querySelector("main");
if (main) restore(main);
wake();
if (location.hash.startsWith("#f-")) toField(decodeURIComponent(location.hash.slice(1)));
void enter();

// On to a provider's page by itself, but not for whoever came back with the back button.
const visit = performance.getEntriesByType("navigation")[0] as
  | PerformanceNavigationTiming
  | undefined;
const onwards = document.querySelector<HTMLFormElement>("form[data-go]");
if (onwards && visit?.type !== "back_forward") onwards.submit();
// A payment that is being looked for: the page is asked for again as long as it says so.
const lookAgain = document.querySelector<HTMLAnchorElement>("a[data-look-again]");
if (lookAgain) {
  setTimeout(() => location.replace(lookAgain.href), Number(lookAgain.dataset["lookAgain"]) * 1000);
}

/**
 * The script of pages inside LINE: signs in with LINE's ID token, swaps the page's middle, keeps what was typed.
 *
 * The frame and public text are there before this runs. Until `liff.init` resolves nothing here touches the address
 * or the history (LIFF forbids it); with a live session nothing waits for LINE at all.
 */

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

const settings = document.body.dataset;
let ready: Promise<Liff> | undefined;

function liff(): Promise<Liff> {
  ready ??= load().then(async (sdk) => {
    await sdk.init({ liffId: settings["liffId"] ?? "", withLoginOnExternalBrowser: true });
    return sdk;
  });
  return ready;
}

function load(): Promise<Liff> {
  return new Promise((resolve, reject) => {
    const script = document.createElement("script");
    script.src = settings["liffSdk"] ?? "";
    script.addEventListener("load", () => {
      if (window.liff) resolve(window.liff);
      else reject(new Error("no liff"));
    });
    script.addEventListener("error", () => reject(new Error("liff did not load")));
    document.head.append(script);
  });
}

/** Begin or confirm the session; true when the page has to be shown anew. */
async function signIn(): Promise<boolean> {
  const sdk = await liff();
  const token = sdk.isLoggedIn() ? sdk.getIDToken() : null;
  if (!token) {
    sdk.login({ redirectUri: location.href });
    return false;
  }
  const answer = await fetch(settings["session"] ?? "", {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ id_token: token }),
  });
  if (answer.status === 401) {
    // LINE's script may hand out a token that is too old; only signing in anew helps.
    sdk.logout();
    sdk.login({ redirectUri: location.href });
    return false;
  }
  const result = (await answer.json()) as { changed?: boolean; problem?: string };
  if (!answer.ok) {
    tell(result.problem ?? "LINEに確認できませんでした。画面を閉じて、もう一度開いてください。");
    return false;
  }
  return result.changed === true || !("signedIn" in settings);
}

function tell(words: string): void {
  const waiting = document.querySelector("[data-wait]");
  if (waiting) waiting.textContent = words;
}

async function enter(): Promise<void> {
  const slow = window.setTimeout(
    () => tell("LINEの確認に時間がかかっています。電波のよいところで、このままお待ちください。"),
    SLOW_AFTER,
  );
  try {
    if (await signIn()) await show(await fetch(location.href, { headers: { "X-Portal": "1" } }));
  } catch {
    tell("LINEにつながりませんでした。電波を確かめて、この画面を開き直してください。");
  } finally {
    window.clearTimeout(slow);
  }
}

/** Put the middle of another page into this one; custom elements in it start by themselves. */
async function show(answer: Response): Promise<void> {
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const fresh = page.querySelector("main");
  const present = document.querySelector("main");
  if (!fresh || !present) return;
  const imported = document.importNode(fresh, true);
  present.replaceWith(imported);
  document.title = page.title;
  document.documentElement.dataset["textSize"] = page.documentElement.dataset["textSize"] ?? "m";
  document.documentElement.lang = page.documentElement.lang;
  if ("signedIn" in page.body.dataset) settings["signedIn"] = "";
  const header = page.querySelector("header");
  if (header) document.querySelector("header")?.replaceWith(document.importNode(header, true));
  const focus = imported.querySelector<HTMLElement>("[data-focus]") ?? imported;
  focus.focus({ preventScroll: true });
  window.scrollTo(0, 0);
}

async function send(form: HTMLFormElement, submitter: HTMLElement | null): Promise<void> {
  const body = new FormData(form, submitter);
  const buttons = form.querySelectorAll<HTMLButtonElement>("button");
  for (const button of buttons) button.disabled = true;
  try {
    await show(await fetch(form.action || location.href, { method: "POST", body }));
    offline(false);
  } catch {
    offline(true); // what was typed is still in the form
  } finally {
    for (const button of buttons) button.disabled = false;
  }
}

function offline(is: boolean): void {
  const notice = document.querySelector<HTMLElement>(".yk-portal-offline");
  if (notice) notice.hidden = !is;
}

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (!(form instanceof HTMLFormElement) || !("stay" in form.dataset)) return;
  event.preventDefault();
  const question = event.submitter?.dataset["sure"];
  if (question && !window.confirm(question)) return;
  void send(form, event.submitter);
});

document.addEventListener("click", (event) => {
  const target = event.target instanceof Element ? event.target.closest("[data-close]") : null;
  if (!target) return;
  event.preventDefault();
  void liff().then((sdk) => sdk.closeWindow());
});

window.addEventListener("online", () => offline(false));
window.addEventListener("offline", () => offline(true));
void enter();

export {};

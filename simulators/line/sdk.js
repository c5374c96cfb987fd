// LIFF as a page knows it: `window.liff`, played by the simulator. Own code, same behaviour.
(() => {
  "use strict";

  /** Where we are; the simulator fills this in when it hands the script out. */
  const PLACE = __PLACE__;
  const VERSION = "2.31.0";
  const SCOPES = ["openid", "profile", "chat_message.write"];
  const MARK = "liff-simulator:";

  class LiffError extends Error {
    constructor(code, message) {
      super(message);
      this.name = "LiffError";
      this.code = code;
    }
  }

  const self = { liffId: null, inClient: false, access: null, idToken: null, session: null };
  let resolveReady;
  const ready = new Promise((resolve) => { resolveReady = resolve; });
  let beginning = null;

  // ---- what is remembered ------------------------------------------------------------------
  // Inside LINE every window remembers for itself (several residents sit side by side in one
  // browser, and window.name belongs to one frame); an outside browser remembers in localStorage,
  // the ID token too, which may therefore be an expired one, as with the real SDK.

  function inThisWindow() {
    if (!window.name.startsWith(MARK)) return {};
    try { return JSON.parse(window.name.slice(MARK.length)); } catch { return {}; }
  }

  function rememberHere(accessToken) {
    window.name = MARK + JSON.stringify({ [self.liffId]: accessToken });
  }

  const key = (name) => `LIFF_STORE:${self.liffId}:${name}`;
  const recall = (name) => localStorage.getItem(key(name));
  function remember(name, value) {
    if (value == null) localStorage.removeItem(key(name));
    else localStorage.setItem(key(name), value);
  }

  // ---- init --------------------------------------------------------------------------------

  async function init(config, success, failure) {
    try {
      if (!config || !config.liffId) throw new LiffError("INVALID_CONFIG", "liffId is necessary for liff.init()");
      beginning ??= begin(config);
      await beginning;
      resolveReady();
      if (success) success();
    } catch (problem) {
      beginning = null;
      if (failure) failure(problem);
      throw problem;
    }
  }

  async function begin(config) {
    if (config.liffId !== PLACE.liffId) throw new LiffError("INIT_FAILED", "no such LIFF app");
    self.liffId = config.liffId;
    if (!isBelowEndpoint(location.href)) {
      throw new LiffError("INIT_FAILED", "liff.init() was called on a URL that is not below the endpoint URL");
    }
    takeTokenFromFragment();
    const state = new URLSearchParams(location.search).get("liff.state");
    if (state) await goSecondary(state);
    if (self.access) {
      await refreshSession();
      return;
    }
    await takeCodeFromQuery();
    self.access = recall("accessToken");
    self.idToken = recall("IDToken");
    if (self.access) await refreshSession();
    if (!self.access && config.withLoginOnExternalBrowser) {
      login();
      await never();
    }
  }

  function isBelowEndpoint(address) {
    const here = new URL(address);
    const endpoint = new URL(PLACE.endpoint);
    const root = endpoint.pathname.replace(/\/$/, "");
    return here.origin === endpoint.origin
      && (here.pathname === root || here.pathname.startsWith(`${root}/`));
  }

  function takeTokenFromFragment() {
    const fragment = new URLSearchParams(location.hash.slice(1));
    const given = fragment.get("access_token");
    self.access = given ?? inThisWindow()[self.liffId] ?? null;
    self.inClient = self.access !== null;
    if (!given) return;
    rememberHere(given);
    history.replaceState(history.state, "", location.pathname + location.search); // no token stays visible
  }

  /** From the primary address to the one that was asked for; where that reloads, never come back. */
  async function goSecondary(state) {
    const target = secondary(state);
    const here = new URL(location.href);
    if (target.origin + target.pathname === here.origin + here.pathname) {
      history.replaceState(history.state, "", target.href);
      return;
    }
    location.replace(target.href);
    await never();
  }

  function secondary(state) {
    const endpoint = new URL(PLACE.endpoint);
    const more = new URL(state.startsWith("/") ? state : `/${state}`, endpoint.origin);
    const path = state.startsWith("/")
      ? endpoint.pathname.replace(/\/$/, "") + more.pathname
      : endpoint.pathname;
    const target = new URL(path, endpoint.origin);
    const query = new URLSearchParams(endpoint.search);
    for (const [name, value] of more.searchParams) query.append(name, value);
    target.search = query.toString();
    target.hash = more.hash;
    return target;
  }

  const never = () => new Promise(() => {});

  async function refreshSession() {
    const answer = await fetch(`${PLACE.base}/liff/session`, {
      headers: { Authorization: `Bearer ${self.access}` },
    });
    if (!answer.ok) {
      forget();
      if (self.inClient) throw new LiffError("UNAUTHORIZED", "The access token revoked");
      return;
    }
    self.session = await answer.json();
    if (self.inClient) self.idToken = self.session.idToken;
  }

  // ---- login from an outside browser -------------------------------------------------------

  function login(config) {
    if (self.inClient) return;
    const back = (config && config.redirectUri) || location.href.split("#")[0];
    if (!isBelowEndpoint(back)) throw new LiffError("INVALID_ARGUMENT", "redirectUri is not below the endpoint URL");
    const verifier = random(48);
    const state = random(12);
    remember("codeVerifier", verifier);
    remember("state", state);
    challenge(verifier).then((code) => {
      const asked = new URLSearchParams({
        response_type: "code", client_id: PLACE.clientId, redirect_uri: back, state,
        scope: SCOPES.join(" "), code_challenge: code, code_challenge_method: "S256",
        liff_id: PLACE.liffId,
      });
      location.assign(`${PLACE.base}/oauth2/v2.1/authorize?${asked}`);
    });
  }

  async function takeCodeFromQuery() {
    const query = new URLSearchParams(location.search);
    const code = query.get("code");
    if (!code || query.get("liffClientId") !== PLACE.clientId) return;
    const expected = recall("state");
    if (!expected || query.get("state") !== expected) throw new LiffError("INIT_FAILED", "Invalid state");
    const answer = await fetch(`${PLACE.base}/oauth2/v2.1/token`, {
      method: "POST",
      body: new URLSearchParams({
        grant_type: "authorization_code", code, client_id: PLACE.clientId,
        redirect_uri: query.get("liffRedirectUri"), code_verifier: recall("codeVerifier") ?? "",
      }),
    });
    const tokens = await answer.json();
    if (!answer.ok) throw new LiffError("INIT_FAILED", tokens.error_description);
    remember("accessToken", tokens.access_token);
    remember("IDToken", tokens.id_token ?? null);
    for (const name of ["state", "codeVerifier"]) remember(name, null);
    for (const name of ["code", "state", "liffClientId", "liffRedirectUri"]) query.delete(name);
    const rest = query.toString();
    history.replaceState(history.state, "", location.pathname + (rest ? `?${rest}` : "") + location.hash);
  }

  function logout() {
    if (self.inClient) return;
    forget();
  }

  function forget() {
    for (const name of ["accessToken", "IDToken"]) remember(name, null);
    self.access = self.idToken = self.session = null;
  }

  function random(length) {
    return base64url(crypto.getRandomValues(new Uint8Array(length)));
  }

  async function challenge(verifier) {
    return base64url(new Uint8Array(await crypto.subtle.digest("SHA-256", new TextEncoder().encode(verifier))));
  }

  function base64url(bytes) {
    return btoa(String.fromCharCode(...bytes)).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
  }

  // ---- who is it ---------------------------------------------------------------------------

  function getDecodedIDToken() {
    if (!self.idToken) return null;
    const middle = self.idToken.split(".")[1].replace(/-/g, "+").replace(/_/g, "/");
    const bytes = Uint8Array.from(atob(middle), (letter) => letter.charCodeAt(0));
    return JSON.parse(new TextDecoder().decode(bytes));
  }

  function getContext() {
    if (!self.liffId) return null;
    const off = { permission: false, minVer: "" };
    const on = { permission: true, minVer: "10.3.0" };
    return {
      type: self.inClient ? "utou" : "external",
      ...(self.inClient ? { viewType: "full", userId: self.session?.userId } : {}),
      liffId: self.liffId,
      endpointUrl: PLACE.endpoint,
      scope: SCOPES,
      availability: {
        shareTargetPicker: off, multipleLiffTransition: off, subwindowOpen: off, scanCode: off,
        scanCodeV2: self.inClient ? on : off, getAid: off, addToHomeScreen: off, bluetoothLeFunction: off,
        skipChannelVerificationScreen: on, addToLineMyApp: off, createShortcutOnHomeScreen: off,
      },
      permanentLinkPattern: "concat",
    };
  }

  async function getProfile() {
    needLogin();
    await need("profile");
    return self.session.profile;
  }

  async function getFriendship() {
    needLogin();
    await need("profile");
    await refreshSession();
    return { friendFlag: self.session.friend };
  }

  function needLogin() {
    if (!self.access || !self.session) throw new LiffError("UNAUTHORIZED", "Need access_token for api call, Please login first");
  }

  // ---- permissions: only openid is given without asking ------------------------------------

  const has = (scope) => Boolean(self.session?.scopes.includes(scope));

  const permission = {
    async query(scope) {
      if (!SCOPES.includes(scope)) return { state: "unavailable" };
      return { state: has(scope) ? "granted" : "prompt" };
    },
    async getGrantedAll() {
      needLogin();
      return self.session.scopes;
    },
    async requestAll() {
      needLogin();
      if (SCOPES.every(has)) return;
      if (!(await askPerson())) throw new LiffError("UNAUTHORIZED", "The user did not authorize");
      await fetch(`${PLACE.base}/liff/permission`, {
        method: "POST", headers: { Authorization: `Bearer ${self.access}` },
      });
      await refreshSession();
    },
  };

  async function need(scope) {
    if (!has(scope)) await permission.requestAll();
  }

  /** LINE's own sheet over the page. Styles go through CSSOM, which no policy of the page forbids. */
  function askPerson() {
    return new Promise((resolve) => {
      const sheet = document.createElement("dialog");
      Object.assign(sheet.style, { border: "0", borderRadius: "12px", padding: "24px", maxWidth: "20rem" });
      const words = document.createElement("p");
      words.textContent = "このサービスに、あなたの表示名とプロフィール画像を伝え、トークに送ることを許可しますか？（LINEの見本）";
      sheet.append(words, button("許可する", true), button("キャンセル", false));
      sheet.addEventListener("close", () => { sheet.remove(); resolve(sheet.returnValue === "true"); });
      document.body.append(sheet);
      sheet.showModal();

      function button(text, value) {
        const made = document.createElement("button");
        made.type = "button";
        made.textContent = text;
        Object.assign(made.style, { display: "block", width: "100%", minHeight: "44px", marginTop: "8px" });
        made.addEventListener("click", () => sheet.close(String(value)));
        return made;
      }
    });
  }

  // ---- to the phone around us --------------------------------------------------------------

  const tellPhone = (said) => window.parent.postMessage(said, "*");

  function closeWindow() {
    if (self.inClient) tellPhone({ liff: "close" });
    else window.close();
  }

  function openWindow(asked) {
    if (!asked || typeof asked.url !== "string") throw new LiffError("INVALID_ARGUMENT", "url is necessary");
    if (self.inClient) tellPhone({ liff: "open", url: asked.url, external: Boolean(asked.external) });
    else window.open(asked.url, "_blank");
  }

  async function sendMessages(messages) {
    if (!Array.isArray(messages) || messages.length < 1 || messages.length > 5) {
      throw new LiffError("INVALID_ARGUMENT", "Number of messages should be in range 1 to 5.");
    }
    if (!self.inClient) throw new LiffError("FORBIDDEN", "sendMessages is only available in the LIFF browser");
    await need("chat_message.write");
    tellPhone({ liff: "send", messages });
  }

  function scanCodeV2() {
    if (!self.inClient) return Promise.reject(new LiffError("FORBIDDEN", "scanCodeV2 is not available here"));
    const id = random(8);
    return new Promise((resolve, reject) => {
      addEventListener("message", function hear(event) {
        if (event.source !== window.parent || event.data?.liff !== "scanned" || event.data.id !== id) return;
        removeEventListener("message", hear);
        if (event.data.value == null) reject(new LiffError("UNKNOWN", "The user closed the scanner"));
        else resolve({ value: event.data.value });
      });
      tellPhone({ liff: "scan", id });
    });
  }

  function createUrlBy(address) {
    if (!isBelowEndpoint(address)) return Promise.reject(new LiffError("INVALID_CONFIG", "not below the endpoint URL"));
    const page = new URL(address);
    const root = new URL(PLACE.endpoint).pathname.replace(/\/$/, "");
    const rest = page.pathname.slice(root.length).replace(/^\/$/, "");
    return Promise.resolve(`${PLACE.liffBase}/${self.liffId}${rest}${page.search}${page.hash}`);
  }

  const inClientApis = ["scanCodeV2", "sendMessages"];

  window.liff = {
    id: null,
    ready,
    init: async (config, success, failure) => {
      await init(config, success, failure);
      window.liff.id = self.liffId;
    },
    login, logout, permission, closeWindow, openWindow, sendMessages, scanCodeV2,
    getDecodedIDToken, getContext, getProfile, getFriendship,
    isLoggedIn: () => self.access !== null,
    isInClient: () => self.inClient,
    isSubWindow: () => false,
    isApiAvailable: (name) => !inClientApis.includes(name) || self.inClient,
    getIDToken: () => self.idToken,
    getAccessToken: () => self.access,
    getOS: () => (self.inClient ? "android" : "web"),
    getLanguage: () => self.session?.language ?? navigator.language,
    getAppLanguage: () => self.session?.language ?? navigator.language,
    getVersion: () => VERSION,
    getLineVersion: () => (self.inClient ? "15.20.0" : null),
    permanentLink: { createUrlBy, createUrl: () => `${PLACE.liffBase}/${self.liffId}` },
  };
})();

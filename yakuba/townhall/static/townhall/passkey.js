/**
 * <yk-passkey action="create|get" options="id-of-json" from="address"> around a form with a field "credential".
 *
 * Asks the browser for a passkey when its button is pressed, and sends the form with the answer.
 * `options` names a script element on the page, `from` an address that answers with the options.
 */
class Passkey extends HTMLElement {
  connectedCallback() {
    const button = this.querySelector("button[type=button]");
    if (!button) return;
    if (!window.PublicKeyCredential) {
      button.disabled = true;
      this.say("このブラウザではパスキーを使えません。");
      return;
    }
    button.addEventListener("click", () => this.ask(button));
  }

  async ask(button) {
    button.disabled = true;
    try {
      const options = (await this.options()).publicKey;
      const credential =
        this.getAttribute("action") === "create"
          ? await navigator.credentials.create({ publicKey: this.kept(creation(options)) })
          : await navigator.credentials.get({ publicKey: request(options) });
      this.querySelector("[name=credential]").value = JSON.stringify(plain(credential));
      this.querySelector("form").submit();
    } catch (error) {
      button.disabled = false;
      this.say("パスキーを使えませんでした。もう一度お試しください。");
    }
  }

  /** With `passwordless`, the passkey is to be found without a name being typed first. */
  kept(options) {
    if (!this.hasAttribute("passwordless")) return options;
    const wishes = { residentKey: "required", requireResidentKey: true, userVerification: "required" };
    return { ...options, authenticatorSelection: { ...options.authenticatorSelection, ...wishes } };
  }

  async options() {
    const from = this.getAttribute("from");
    if (!from) return JSON.parse(document.getElementById(this.getAttribute("options")).textContent);
    const headers = { Accept: "application/json", "X-Requested-With": "XMLHttpRequest" };
    return (await (await fetch(from, { headers })).json()).request_options;
  }

  say(words) {
    const place = this.querySelector("[role=status]");
    if (place) place.textContent = words;
  }
}

function bytes(text) {
  const plainText = atob(text.replace(/-/g, "+").replace(/_/g, "/"));
  return Uint8Array.from(plainText, (letter) => letter.charCodeAt(0));
}

function text(buffer) {
  const letters = String.fromCharCode(...new Uint8Array(buffer));
  return btoa(letters).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
}

function known(list) {
  return (list ?? []).map((one) => ({ ...one, id: bytes(one.id) }));
}

function creation(options) {
  return {
    ...options,
    challenge: bytes(options.challenge),
    user: { ...options.user, id: bytes(options.user.id) },
    excludeCredentials: known(options.excludeCredentials),
  };
}

function request(options) {
  return {
    ...options,
    challenge: bytes(options.challenge),
    allowCredentials: known(options.allowCredentials),
  };
}

function plain(credential) {
  const { response } = credential;
  const answer = { clientDataJSON: text(response.clientDataJSON) };
  if (response.attestationObject) {
    answer.attestationObject = text(response.attestationObject);
    answer.transports = response.getTransports?.() ?? [];
  } else {
    answer.authenticatorData = text(response.authenticatorData);
    answer.signature = text(response.signature);
    answer.userHandle = response.userHandle ? text(response.userHandle) : null;
  }
  return {
    type: credential.type,
    id: credential.id,
    rawId: text(credential.rawId),
    authenticatorAttachment: credential.authenticatorAttachment ?? undefined,
    response: answer,
    clientExtensionResults: credential.getClientExtensionResults(),
  };
}

customElements.define("yk-passkey", Passkey);

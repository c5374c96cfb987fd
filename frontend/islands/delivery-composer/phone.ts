/**
 * <yk-delivery-phone data-look="…">: shows what LINE will get, in a language or as a chosen resident gets it.
 *
 * The server draws the messages; this file only shows them, anew whenever the draft was drawn anew.
 */
import { bubble } from "../talk-preview/flex";
import { type Action, choicesOf, type Message } from "../talk-preview/model";
import "../talk-preview/index.css";

interface Look {
  messages?: Message[];
  trouble?: string;
  who?: string;
}

const lineIsGone = "通信できませんでした。";

class DeliveryPhone extends HTMLElement {
  readonly #leaving = new AbortController();
  #asking: AbortController | null = null;
  #waiting = 0;

  connectedCallback(): void {
    const signal = this.#leaving.signal;
    this.addEventListener("change", () => this.#soon(), { signal });
    this.addEventListener("keydown", (event) => this.#entered(event), { signal });
    document.body.addEventListener("draft-shown", () => this.#soon(), { signal });
    void this.#look();
  }

  disconnectedCallback(): void {
    this.#leaving.abort();
    this.#asking?.abort();
    clearTimeout(this.#waiting);
  }

  #part<Element extends HTMLElement>(selector: string): Element {
    return this.querySelector(selector) as Element;
  }

  #entered(event: KeyboardEvent): void {
    if (event.key !== "Enter" || event.isComposing) return;
    event.preventDefault();
    this.#soon();
  }

  #soon(): void {
    clearTimeout(this.#waiting);
    this.#waiting = window.setTimeout(() => void this.#look(), 150);
  }

  async #look(): Promise<void> {
    this.#asking?.abort();
    const asking = new AbortController();
    this.#asking = asking;
    const body = new URLSearchParams({
      language: this.#part<HTMLSelectElement>("[data-language]").value,
      number: this.querySelector<HTMLInputElement>("[data-number]")?.value.trim() ?? "",
    });
    const token = this.#part<HTMLInputElement>("[name=csrfmiddlewaretoken]").value;
    try {
      const response = await fetch(this.dataset["look"] ?? "", {
        method: "POST",
        body,
        headers: { "X-CSRFToken": token },
        signal: asking.signal,
      });
      this.#show(response.ok ? ((await response.json()) as Look) : { trouble: lineIsGone });
    } catch {
      if (!asking.signal.aborted) this.#show({ trouble: lineIsGone });
    }
  }

  #show(look: Look): void {
    const messages = look.messages ?? [];
    const talk = this.#part("[data-talk]");
    talk.replaceChildren(...messages.map((message) => this.#drawn(message)));
    if (look.trouble) talk.append(this.#aside(look.trouble));
    if (!messages.length && !look.trouble) talk.append(this.#aside("書いたものが、ここに出ます。"));
    this.#choices(choicesOf(messages));
    this.#part("[data-who]").textContent = look.who
      ? `${look.who}としての見え方です。見たことは記録されました。`
      : "";
  }

  #drawn(message: Message): HTMLElement {
    if (message.type === "flex" && message.contents) {
      const card = bubble(message.contents, this.#press);
      card.setAttribute("aria-label", message.altText ?? "");
      card.setAttribute("role", "group");
      return card;
    }
    if (message.type === "image" || message.type === "video") return this.#picture(message);
    const made = document.createElement("p");
    made.className = "yk-phone__bubble";
    made.dataset["whose"] = "theirs";
    made.textContent = message.text ?? "";
    return made;
  }

  #picture(message: Message): HTMLElement {
    const made = document.createElement("figure");
    made.className = "yk-phone__film";
    const shown = document.createElement("img");
    shown.className = "yk-phone__picture";
    shown.dataset["alone"] = "";
    shown.src = message.previewImageUrl ?? "";
    shown.alt = message.type === "video" ? "動画の表紙" : "画像";
    made.append(shown);
    if (message.type === "video") {
      const play = document.createElement("figcaption");
      play.textContent = "▶ 動画";
      made.append(play);
    }
    return made;
  }

  #aside(words: string): HTMLElement {
    const made = document.createElement("p");
    made.className = "yk-phone__aside";
    made.textContent = words;
    return made;
  }

  #choices(actions: Action[]): void {
    const place = this.#part("[data-choices]");
    place.replaceChildren(
      ...actions.map((action) => {
        const made = document.createElement("button");
        made.type = "button";
        made.className = "yk-phone__choice";
        made.textContent = action.label ?? "";
        made.addEventListener("click", () => this.#press(action));
        return made;
      }),
    );
    place.hidden = actions.length === 0;
  }

  /** Nothing leaves the phone of a draft: it says where a press would lead. */
  #press = (action: Action): void => {
    const uri = action.uri ?? "";
    const words = uri.startsWith("tel:")
      ? `本物では、${uri.slice(4)} に電話をかけます。`
      : action.type === "clipboard"
        ? `本物では、「${action.clipboardText ?? ""}」を写します。`
        : action.type === "postback"
          ? "本物では、トークで手続が始まります。"
          : `本物では、次のページを開きます。${uri}`;
    const talk = this.#part("[data-talk]");
    talk.append(this.#aside(words));
    talk.scrollTop = talk.scrollHeight;
  };
}

customElements.define("yk-delivery-phone", DeliveryPhone);

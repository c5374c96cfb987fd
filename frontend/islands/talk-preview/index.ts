/**
 * <yk-talk-preview data-turn="…">: the phone beside the designer, which runs the draft for real.
 *
 * It follows the question that is chosen (`#part-form[data-question]`) and begins anew whenever the draft was
 * drawn anew. The state of the run lives here only; each turn carries it to the server and back.
 */
import { bubble } from "./flex";
import { type Action, type Answer, choicesOf, type Deed, deedOf, type Message } from "./model";
import "./index.css";

type Given = Record<string, string>;

const lineIsGone = "通信できませんでした。";

class TalkPreview extends HTMLElement {
  readonly #leaving = new AbortController();
  #asking: AbortController | null = null;
  #state: unknown = null;
  #surface: "talk" | "page" = "talk";
  #waiting = 0;

  connectedCallback(): void {
    const signal = this.#leaving.signal;
    this.addEventListener("click", (event) => this.#clicked(event), { signal });
    this.#part<HTMLSelectElement>("[data-language]").addEventListener(
      "change",
      () => this.#begin(),
      { signal },
    );
    this.#part<HTMLFormElement>("[data-composer]").addEventListener(
      "submit",
      (event) => this.#typed(event),
      { signal },
    );
    this.#part<HTMLIFrameElement>("iframe").addEventListener("load", () => this.#pageCame(), {
      signal,
    });
    document.body.addEventListener("draft-shown", () => this.#soon(), { signal });
    void this.#begin();
  }

  disconnectedCallback(): void {
    this.#leaving.abort();
    this.#asking?.abort();
    clearTimeout(this.#waiting);
  }

  #part<Element extends HTMLElement>(selector: string): Element {
    return this.querySelector(selector) as Element;
  }

  get #question(): string {
    return document.getElementById("part-form")?.dataset["question"] ?? "";
  }

  get #language(): string {
    return this.#part<HTMLSelectElement>("[data-language]").value;
  }

  /** Several changes in a row are drawn once. */
  #soon(): void {
    clearTimeout(this.#waiting);
    this.#waiting = window.setTimeout(() => void this.#begin(), 150);
  }

  async #begin(): Promise<void> {
    this.#state = null;
    if (this.#surface === "page") {
      this.#openPage("");
      return;
    }
    const answer = await this.#ask({});
    if (!answer) return;
    this.#talk.replaceChildren();
    this.#show(answer);
  }

  get #talk(): HTMLElement {
    return this.#part("[data-talk]");
  }

  #clicked(event: Event): void {
    const pressed = event.target instanceof Element ? event.target : null;
    const tab = pressed?.closest<HTMLElement>("[data-surface]");
    if (tab) this.#turnTo(tab.dataset["surface"] === "page" ? "page" : "talk");
    if (pressed?.closest("[data-restart]")) void this.#begin();
    if (pressed?.closest("[data-close-page]")) this.#closePage();
    const send = pressed?.closest<HTMLElement>("[data-send]");
    if (send) void this.#give({ do: send.dataset["send"] ?? "" }, send.textContent ?? "");
  }

  #turnTo(surface: "talk" | "page"): void {
    this.#surface = surface;
    this.#state = null; // the other surface begins at the chosen question too
    for (const tab of this.querySelectorAll<HTMLElement>("[data-surface]"))
      tab.setAttribute("aria-pressed", String(tab.dataset["surface"] === surface));
    this.#part("[data-close-page]").hidden = surface === "page";
    if (surface === "page") this.#openPage("");
    else {
      this.#part("[data-page]").hidden = true;
      void this.#begin();
    }
  }

  #typed(event: SubmitEvent): void {
    event.preventDefault();
    const input = this.#part<HTMLInputElement>("[data-composer] input");
    const text = input.value.trim();
    if (!text) return;
    input.value = "";
    void this.#give({ do: "type", text }, text);
  }

  #press = (action: Action): void => this.#do(deedOf(action));

  #do(deed: Deed): void {
    switch (deed.do) {
      case "press":
        void this.#give({ do: "press", data: deed.data }, deed.shown);
        break;
      case "type":
        void this.#give({ do: "type", text: deed.text }, deed.text);
        break;
      case "photo":
      case "place":
        void this.#give({ do: deed.do }, deed.shown);
        break;
      case "page":
        this.#openPage(deed.section);
        break;
      case "pick":
        this.#pick(deed.action);
        break;
      case "nothing":
        this.#note(deed.why);
    }
  }

  async #give(given: Given, shown: string): Promise<void> {
    if (shown) this.#bubble(shown, "mine");
    this.#choices([]);
    const answer = await this.#ask({ ...given, state: JSON.stringify(this.#state) });
    if (answer) this.#show(answer);
  }

  async #ask(given: Given): Promise<Answer | null> {
    this.#asking?.abort();
    const asking = new AbortController();
    this.#asking = asking;
    const body = new URLSearchParams({
      ...given,
      question: this.#question,
      language: this.#language,
    });
    const token = this.#part<HTMLInputElement>("[name=csrfmiddlewaretoken]").value;
    try {
      const response = await fetch(this.dataset["turn"] ?? "", {
        method: "POST",
        body,
        headers: { "X-CSRFToken": token },
        signal: asking.signal,
      });
      if (response.ok) return (await response.json()) as Answer;
      return { trouble: lineIsGone };
    } catch {
      return asking.signal.aborted ? null : { trouble: lineIsGone };
    }
  }

  #show(answer: Answer): void {
    if (answer.trouble) {
      this.#note(`${answer.trouble}${answer.why ? ` ${answer.why}` : ""}`);
      this.#choices([]);
      return;
    }
    this.#state = answer.state ?? null;
    this.#say(answer.messages ?? []);
    if (answer.over) this.#note(answer.over);
  }

  #say(messages: Message[]): void {
    for (const message of messages) {
      if (message.type === "flex" && message.contents) {
        const card = bubble(message.contents, this.#press);
        card.setAttribute("aria-label", message.altText ?? "");
        card.setAttribute("role", "group");
        this.#talk.append(card);
      } else if (message.text) this.#bubble(message.text, "theirs");
    }
    this.#choices(choicesOf(messages));
    this.#talk.scrollTop = this.#talk.scrollHeight;
  }

  #bubble(text: string, whose: "mine" | "theirs"): void {
    const made = document.createElement("p");
    made.className = "yk-phone__bubble";
    made.dataset["whose"] = whose;
    made.textContent = text;
    this.#talk.append(made);
    this.#talk.scrollTop = this.#talk.scrollHeight;
  }

  #note(words: string): void {
    const made = document.createElement("p");
    made.className = "yk-phone__aside";
    made.textContent = words;
    this.#talk.append(made);
    this.#talk.scrollTop = this.#talk.scrollHeight;
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

  /** LINE's own picker slides up from below; here it stands where the buttons were. */
  #pick(action: Action): void {
    const place = this.#part("[data-choices]");
    const input = document.createElement("input");
    input.className = "yk-input";
    input.type = action.mode === "datetime" ? "datetime-local" : (action.mode ?? "date");
    input.value = action.initial ?? "";
    input.min = action.min ?? "";
    input.max = action.max ?? "";
    input.setAttribute("aria-label", action.label ?? "");
    const send = document.createElement("button");
    send.type = "button";
    send.className = "yk-phone__choice";
    send.textContent = "送る";
    send.addEventListener("click", () => {
      if (input.value)
        void this.#give({ do: "press", data: action.data ?? "", picked: input.value }, "");
    });
    place.replaceChildren(input, send);
    input.focus();
  }

  #openPage(section: string): void {
    const form = this.#part<HTMLFormElement>("[data-page-form]");
    const set = (name: string, value: string): void => {
      (form.elements.namedItem(name) as HTMLInputElement).value = value;
    };
    set("state", this.#state === null ? "" : JSON.stringify(this.#state));
    set("section", section);
    set("question", this.#question);
    set("language", this.#language);
    this.#part("[data-page]").hidden = false;
    this.#part("[data-close-page]").hidden = this.#surface === "page";
    form.submit();
  }

  /** The page tells what became of the run; in the talk, what is said then is read when it is closed. */
  #pageCame(): void {
    const tell = this.#part<HTMLIFrameElement>("iframe").contentDocument?.getElementById("tell");
    if (!tell?.textContent || this.#surface === "page") return;
    const answer = JSON.parse(tell.textContent) as Answer;
    this.#state = answer.state ?? this.#state;
    if (answer.messages?.length) this.#say(answer.messages);
    if (answer.over) this.#note(answer.over);
  }

  #closePage(): void {
    this.#part("[data-page]").hidden = true;
    this.#talk.focus();
  }
}

customElements.define("yk-talk-preview", TalkPreview);

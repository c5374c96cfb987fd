/**
 * <yk-photo name="photo" most="3" accept="image/*" input="f-photo-in" label="写真">: takes or chooses photos and files.
 *
 * Photos are made smaller here, shown, and sent one by one to the form's data-upload; the form then carries their ids
 * in hidden inputs. Those it has already stand in it, with data-url, data-name and data-type.
 */
import { say } from "../portal-words";
import { shrunk } from "./shrink";
import "./index.css";

interface Sent {
  file: string;
  url: string;
  name: string;
}

class Photos extends HTMLElement {
  #list = document.createElement("ul");
  #status = document.createElement("p");
  #buttons: HTMLButtonElement[] = [];
  #built = false;

  connectedCallback(): void {
    document.addEventListener("yk-send", this.#mayGo);
    if (this.#built) return;
    this.#built = true;
    this.#list.className = "yk-photo__list";
    this.#status.className = "yk-photo__status";
    this.#status.setAttribute("role", "status");
    const before = [...this.querySelectorAll<HTMLInputElement>("input[type=hidden]")];
    this.append(this.#list, this.#status);
    for (const hidden of before) this.#showSent(hidden);
    for (const id of this.#kept()) {
      if (!before.some((hidden) => hidden.value === id)) this.#showSent(this.#hidden(id));
    }
    if (!this.hasAttribute("locked")) this.#addButtons();
    this.#count();
  }

  disconnectedCallback(): void {
    document.removeEventListener("yk-send", this.#mayGo);
  }

  /** What was sent before a reload; the form itself did not keep it. */
  #kept(): string[] {
    try {
      return JSON.parse(this.getAttribute("kept") ?? "[]") as string[];
    } catch {
      return [];
    }
  }

  get #most(): number {
    return Number(this.getAttribute("most") ?? "1");
  }

  #addButtons(): void {
    const accept = this.getAttribute("accept") ?? "image/*";
    const row = document.createElement("p");
    row.className = "yk-photo__buttons";
    const isPhoto = accept === "image/*";
    const choose = this.#button(say(isPhoto ? "写真を選ぶ" : "ファイルを選ぶ"), "outline", () =>
      this.#open(accept, false),
    );
    this.#buttons = [choose];
    if (accept.includes("image/*") && navigator.maxTouchPoints > 0) {
      this.#buttons.unshift(
        this.#button(say("写真を撮る"), "outline", () => this.#open("image/*", true)),
      );
    }
    const first = this.#buttons[0];
    if (first) first.id = this.getAttribute("input") ?? "";
    const field = this.closest(".yk-portal-field");
    const error = field?.querySelector<HTMLElement>(".yk-portal-field__error");
    for (const button of this.#buttons)
      if (error) button.setAttribute("aria-describedby", error.id);
    row.append(...this.#buttons);
    this.append(row);
  }

  #button(words: string, look: string, press: () => void): HTMLButtonElement {
    const made = document.createElement("button");
    made.type = "button";
    made.className = "yk-button";
    made.dataset["look"] = look;
    made.textContent = words;
    made.addEventListener("click", press);
    return made;
  }

  #open(accept: string, camera: boolean): void {
    const chooser = document.createElement("input");
    chooser.type = "file";
    chooser.accept = accept;
    chooser.multiple = !camera && this.#most > 1;
    chooser.className = "yk-photo__chooser";
    chooser.tabIndex = -1;
    chooser.setAttribute("aria-label", this.getAttribute("label") ?? "");
    if (camera) chooser.setAttribute("capture", "environment");
    chooser.addEventListener("change", () => {
      for (const file of chooser.files ?? []) void this.#take(file);
      chooser.remove();
    });
    chooser.addEventListener("cancel", () => chooser.remove());
    this.append(chooser); // some phones forget a chooser that is not in the page
    chooser.click();
  }

  async #take(file: File): Promise<void> {
    if (this.#list.children.length >= this.#most) {
      this.#say("ここまでです。別のものにするときは、先にどれかを消してください。");
      return;
    }
    const row = this.#row(file.name, file.type.startsWith("image/"));
    row.dataset["state"] = "sending";
    this.#count();
    const sent = file.type.startsWith("image/") ? await shrunk(file) : file;
    const picture = row.querySelector("img");
    if (picture) picture.src = URL.createObjectURL(sent);
    await this.#send(row, sent, file.name);
  }

  async #send(row: HTMLElement, sent: Blob, name: string): Promise<void> {
    row.dataset["state"] = "sending";
    row.querySelector(".yk-photo__again")?.remove();
    this.#words(row, "送っています…");
    const form = this.closest("form");
    const body = new FormData();
    const token = form?.querySelector<HTMLInputElement>("[name=csrfmiddlewaretoken]")?.value ?? "";
    body.set("file", sent, name || "photo.jpg");
    const headers = { "X-CSRFToken": token, "X-Portal-For": document.body.dataset["for"] ?? "" };
    try {
      const address = form?.dataset["upload"] ?? "";
      const answer = await fetch(address, { method: "POST", body, headers });
      if (answer.status === 401) document.dispatchEvent(new CustomEvent("yk-signed-out"));
      const isJson = answer.headers.get("Content-Type")?.startsWith("application/json");
      const said = (isJson ? await answer.json() : {}) as Partial<Sent> & { problem?: string };
      if (!answer.ok || !said.file) return this.#failed(row, sent, name, said.problem);
      if (!row.isConnected) return; // taken away while it was being sent
      row.dataset["state"] = "sent";
      this.#words(row, "送れました");
      const hidden = this.#hidden(said.file);
      row.append(hidden);
      hidden.dispatchEvent(new Event("change", { bubbles: true }));
      this.#say("");
    } catch {
      this.#failed(row, sent, name);
    }
  }

  #failed(row: HTMLElement, sent: Blob, name: string, problem?: string): void {
    row.dataset["state"] = "failed";
    const words = "送れませんでした。電波を確かめて、「もう一度送る」を押してください。";
    this.#words(row, problem ?? words);
    if (problem) return; // it would be refused again
    const again = this.#button(
      say("もう一度送る"),
      "outline",
      () => void this.#send(row, sent, name),
    );
    again.classList.add("yk-photo__again");
    row.append(again);
  }

  #showSent(hidden: HTMLInputElement): void {
    const upload = this.closest("form")?.dataset["upload"] ?? "";
    const type = hidden.dataset["type"] ?? "image/jpeg";
    const row = this.#row(hidden.dataset["name"] ?? "", type.startsWith("image/"));
    row.dataset["state"] = "sent";
    const picture = row.querySelector("img");
    if (picture) picture.src = hidden.dataset["url"] ?? upload + hidden.value;
    row.append(hidden);
  }

  #hidden(id: string): HTMLInputElement {
    const hidden = document.createElement("input");
    hidden.type = "hidden";
    hidden.name = this.getAttribute("name") ?? "";
    hidden.value = id;
    return hidden;
  }

  #row(name: string, isPicture: boolean): HTMLLIElement {
    const row = document.createElement("li");
    row.className = "yk-photo__one";
    const number = this.#list.children.length + 1;
    const label = `${this.getAttribute("label") ?? ""} ${number}`;
    if (isPicture) {
      const picture = document.createElement("img");
      picture.className = "yk-photo__picture";
      picture.alt = label;
      row.append(picture);
    } else {
      const words = document.createElement("span");
      words.className = "yk-photo__name";
      words.textContent = name;
      row.append(words);
    }
    const state = document.createElement("span");
    state.className = "yk-photo__state";
    state.setAttribute("role", "status");
    row.append(state);
    if (!this.hasAttribute("locked")) {
      const remove = this.#button(say("消す"), "quiet", () => this.#remove(row));
      const which = document.createElement("span");
      which.className = "yk-hidden";
      which.textContent = `：${name || label}`;
      remove.append(which);
      row.append(remove);
    }
    this.#list.append(row);
    return row;
  }

  #remove(row: HTMLElement): void {
    row.remove();
    this.#count();
    this.#status.textContent = "";
    this.dispatchEvent(new Event("change", { bubbles: true }));
    this.#buttons[0]?.focus();
  }

  #count(): void {
    const full = this.#list.children.length >= this.#most;
    for (const button of this.#buttons) button.hidden = full && this.#most === 1;
  }

  #words(row: HTMLElement, words: string): void {
    const state = row.querySelector(".yk-photo__state");
    if (state) state.textContent = say(words);
  }

  #say(words: string): void {
    this.#status.textContent = words && say(words);
  }

  /** Hold the form back while something is on its way, or did not arrive. */
  #mayGo = (event: Event): void => {
    const states = [...this.#list.children].map((row) => (row as HTMLElement).dataset["state"]);
    if (states.every((state) => state === "sent")) return;
    event.preventDefault();
    this.#say(
      states.includes("sending")
        ? "写真を送っている途中です。終わるまで少しお待ちください。"
        : "送れていない写真があります。「もう一度送る」を押すか、消してください。",
    );
    this.#status.scrollIntoView({ block: "center" });
  };
}

customElements.define("yk-photo", Photos);

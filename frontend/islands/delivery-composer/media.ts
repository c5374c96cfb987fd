/**
 * <yk-media data-look="media|film">: takes in a picture at once, a film in pieces, and puts its key into the form.
 *
 * A film of two hundred megabytes is never in one request; a piece that fails is sent again.
 */
import { piecesOf } from "./pieces";

interface Taken {
  media?: string;
  trouble?: string;
  piece?: number;
  address?: string;
}

const TRIES = 3;

class Media extends HTMLElement {
  connectedCallback(): void {
    this.querySelector("input[type=file]")?.addEventListener("change", (event) => {
      event.stopPropagation(); // the form is posted when the file is there, not before
      const file = (event.target as HTMLInputElement).files?.[0];
      if (file) void this.#take(file);
    });
    this.querySelector("[data-drop-file]")?.addEventListener("click", () => this.#put(""));
  }

  async #take(file: File): Promise<void> {
    this.#say("送っています…");
    try {
      const key =
        this.dataset["look"] === "film" ? await this.#film(file) : await this.#picture(file);
      this.#say("受け取りました。");
      this.#put(key);
    } catch (trouble) {
      this.#say(trouble instanceof Error ? trouble.message : "送れませんでした。");
      this.#input.value = "";
    }
  }

  get #input(): HTMLInputElement {
    return this.querySelector("input[type=file]") as HTMLInputElement;
  }

  async #picture(file: File): Promise<string> {
    const body = new FormData();
    body.set("file", file);
    return (await this.#post(this.dataset["picture"] ?? "", body)).media ?? "";
  }

  async #film(file: File): Promise<string> {
    const asked = new FormData();
    asked.set("name", file.name);
    asked.set("size", String(file.size));
    const room = await this.#post(this.dataset["film"] ?? "", asked);
    const pieces = piecesOf(file.size, room.piece ?? file.size);
    for (const [number, [from, to]] of pieces.entries()) {
      const body = new FormData();
      body.set("number", String(number));
      body.set("piece", file.slice(from, to));
      await this.#patiently(room.address ?? "", body);
      this.#say(`送っています… ${Math.round(((number + 1) / pieces.length) * 100)}%`);
    }
    this.#say("確かめています…");
    return (await this.#post(room.address ?? "", new FormData())).media ?? "";
  }

  async #patiently(address: string, body: FormData): Promise<void> {
    for (let tried = 1; ; tried++) {
      try {
        await this.#post(address, body);
        return;
      } catch (trouble) {
        if (tried === TRIES) throw trouble;
      }
    }
  }

  async #post(address: string, body: FormData): Promise<Taken> {
    const token = document.querySelector<HTMLInputElement>("[name=csrfmiddlewaretoken]")?.value;
    const response = await fetch(address, {
      method: "POST",
      body,
      headers: { "X-CSRFToken": token ?? "" },
    }).catch(() => {
      throw new Error("通信できませんでした。もう一度選んでください。");
    });
    const taken = (await response.json().catch(() => ({}))) as Taken;
    if (!response.ok)
      throw new Error(taken.trouble ?? "送れませんでした。もう一度選んでください。");
    return taken;
  }

  #say(words: string): void {
    const place = this.querySelector(".yk-media__state");
    if (place) place.textContent = words;
  }

  /** Keep the key in the form; the part is drawn anew afterwards, with its picture. */
  #put(key: string): void {
    const field = this.querySelector<HTMLInputElement>("input[type=hidden]");
    if (!field) return;
    field.value = key;
    field.dispatchEvent(new Event("change", { bubbles: true }));
  }
}

customElements.define("yk-media", Media);

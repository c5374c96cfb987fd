/**
 * <yk-place latitude="36.7" longitude="137.4">: where it is: the present position, a pin on a map, or words.
 *
 * The hidden inputs for latitude and longitude stand in it, and an input for words where the question takes them.
 * The map is loaded when it is wanted; without its pictures, or without a position, the words are enough.
 */
import { say } from "../portal-words";
import "./index.css";
import type { PlaceMap } from "./map";

const JAPAN = { latitude: 36.5, longitude: 137.5, zoom: 6 };
const DECIMALS = 6; // a hand's breadth

class PlaceField extends HTMLElement {
  #status = document.createElement("p");
  #canvas = document.createElement("div");
  #remove = document.createElement("button");
  #map: PlaceMap | undefined;

  connectedCallback(): void {
    if (this.#status.isConnected) return;
    const buttons = document.createElement("p");
    buttons.className = "yk-place__buttons";
    const here = this.#button(this.#make("いまいる場所にする"), () => this.#locate());
    const onMap = this.#button(this.#make("地図で選ぶ"), () => void this.#openMap(true));
    this.#button(this.#remove, () => this.#forget());
    this.#remove.textContent = say("場所を消す");
    this.#remove.dataset["look"] = "quiet";
    buttons.append(here, onMap);
    this.#status.className = "yk-place__status";
    this.#status.setAttribute("role", "status");
    this.#canvas.hidden = true;
    this.querySelector("[data-slot]")?.append(buttons, this.#status, this.#canvas, this.#remove);
    const first = this.closest(".yk-portal-field")?.id;
    if (first && !document.getElementById(`${first}-in`)) here.id = `${first}-in`;
    this.#show();
  }

  #make(words: string): HTMLButtonElement {
    const made = document.createElement("button");
    made.textContent = say(words);
    made.dataset["look"] = "outline";
    return made;
  }

  #button(made: HTMLButtonElement, press: () => void): HTMLButtonElement {
    made.type = "button";
    made.className = "yk-button";
    made.addEventListener("click", press);
    return made;
  }

  #part(name: string): HTMLInputElement | null {
    return this.querySelector(`[data-part=${name}]`);
  }

  #place(): { latitude: number; longitude: number } | undefined {
    const latitude = this.#part("latitude")?.value;
    const longitude = this.#part("longitude")?.value;
    if (!latitude || !longitude) return undefined;
    return { latitude: Number(latitude), longitude: Number(longitude) };
  }

  /** Only on a press: LINE asks the person then, and nobody likes to be asked unasked. */
  #locate(): void {
    this.#say("場所を調べています…");
    const failed = () =>
      this.#say("いまいる場所が分かりませんでした。地図で選ぶか、言葉で書いてください。");
    if (!("geolocation" in navigator)) {
      failed();
      return;
    }
    navigator.geolocation.getCurrentPosition(
      ({ coords }) => {
        this.#set(coords.latitude, coords.longitude);
        void this.#openMap(false);
      },
      failed,
      { enableHighAccuracy: true, timeout: 15_000, maximumAge: 30_000 },
    );
  }

  #set(latitude: number, longitude: number): void {
    const [one, two] = [this.#part("latitude"), this.#part("longitude")];
    if (!one || !two) return;
    one.value = latitude.toFixed(DECIMALS);
    two.value = longitude.toFixed(DECIMALS);
    two.dispatchEvent(new Event("change", { bubbles: true }));
    this.#map?.move(latitude, longitude);
    this.#show();
  }

  #forget(): void {
    for (const part of ["latitude", "longitude"]) {
      const input = this.#part(part);
      if (input) input.value = "";
    }
    this.dispatchEvent(new Event("change", { bubbles: true }));
    this.#map?.clear();
    this.#show();
    this.querySelector("button")?.focus();
  }

  #show(): void {
    const place = this.#place();
    this.#remove.hidden = !place;
    this.toggleAttribute("placed", Boolean(place));
    this.#say(place ? "場所が決まりました。違うときは、地図の印を動かしてください。" : "");
  }

  async #openMap(wanted: boolean): Promise<void> {
    const place = this.#place();
    if (!this.#map) {
      const { PlaceMap } = await import("./map");
      this.#canvas.hidden = false;
      const centre = {
        latitude: Number(this.getAttribute("latitude") ?? JAPAN.latitude),
        longitude: Number(this.getAttribute("longitude") ?? JAPAN.longitude),
        zoom: this.hasAttribute("latitude") ? 14 : JAPAN.zoom,
      };
      this.#map = new PlaceMap(this.#canvas, place ?? centre, {
        chosen: (latitude, longitude) => this.#set(latitude, longitude),
        noPictures: () =>
          this.#say(
            "地図の画像を読み込めませんでした。印は動かせます。場所を言葉でも書いてください。",
          ),
      });
    }
    if (place) this.#map.move(place.latitude, place.longitude);
    else this.#say("地図を押すと、そこに印がつきます。印は指で動かせます。");
    if (wanted) this.#canvas.scrollIntoView({ block: "center" });
  }

  #say(words: string): void {
    this.#status.textContent = words && say(words);
  }
}

customElements.define("yk-place", PlaceField);

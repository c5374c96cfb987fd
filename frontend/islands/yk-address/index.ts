/**
 * <yk-address lookup="/p/postal/">: fills in the town from the postal code; other codes are typed by hand.
 *
 * The inputs stand in it, marked with data-part; the page works without this file.
 */
import { say } from "../portal-words";
import "./index.css";

interface Place {
  address: string;
}

class Address extends HTMLElement {
  #status = document.createElement("p");
  #choice = document.createElement("div");
  #filled = ""; // what we wrote ourselves may be written over
  #asked = "";

  connectedCallback(): void {
    this.#status.className = "yk-address__status";
    this.#status.setAttribute("role", "status");
    this.#choice.className = "yk-address__choice";
    const postal = this.#part("postal");
    postal?.closest("p")?.after(this.#status, this.#choice);
    postal?.addEventListener("input", () => void this.#look());
  }

  #part(name: string): HTMLInputElement | null {
    return this.querySelector(`[data-part=${name}]`);
  }

  async #look(): Promise<void> {
    const typed = this.#part("postal")?.value.normalize("NFKC") ?? "";
    const digits = typed.replace(/[^0-9]/g, "");
    if (digits.length !== 7 || digits === this.#asked) return;
    this.#asked = digits;
    this.#choice.replaceChildren();
    try {
      const answer = await fetch(`${this.getAttribute("lookup")}${digits}`);
      const { places } = (await answer.json()) as { places: Place[] };
      if (digits !== this.#asked) return; // more was typed meanwhile
      if (places.length > 1) this.#offer(places);
      else this.#fill(places[0]?.address ?? "");
    } catch {
      this.#asked = ""; // the line was gone; the address can be typed
    }
  }

  #fill(address: string): void {
    const town = this.#part("town");
    if (!town || (address && town.value && town.value !== this.#filled)) return;
    this.#status.textContent = say(
      address
        ? "住所を入れました。続きの番地を書いてください。"
        : "この郵便番号の町名が見つかりません。住所を書いてください。",
    );
    if (!address) return;
    town.value = address;
    this.#filled = address;
    town.dispatchEvent(new Event("input", { bubbles: true }));
  }

  #offer(places: Place[]): void {
    this.#status.textContent = say("町名を選んでください");
    for (const place of places) {
      const button = document.createElement("button");
      button.type = "button";
      button.className = "yk-button";
      button.dataset["look"] = "outline";
      button.textContent = place.address;
      button.addEventListener("click", () => {
        this.#choice.replaceChildren();
        const town = this.#part("town");
        if (town) town.value = "";
        this.#fill(place.address);
        this.#part("house")?.focus();
      });
      this.#choice.append(button);
    }
  }
}

customElements.define("yk-address", Address);

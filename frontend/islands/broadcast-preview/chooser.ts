/** Shows the part marked data-here while the choice `here` is made in the select `who`. */
export class Chooser extends HTMLElement {
  connectedCallback(): void {
    const who = document.getElementById(this.getAttribute("who") ?? "");
    if (!(who instanceof HTMLSelectElement)) return;
    const show = (): void => {
      const part = this.querySelector<HTMLElement>("[data-here]");
      if (part) part.hidden = who.value !== this.getAttribute("here");
    };
    who.addEventListener("change", show);
    show();
  }
}

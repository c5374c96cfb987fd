/**
 * <yk-broadcast-preview who="id_who" here="here">: shows the part marked data-here while that choice is made.
 *
 * The phone beside the form is drawn by the server, which knows how LINE counts and cuts; this file brings its look.
 */
import "./index.css";

class BroadcastPreview extends HTMLElement {
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

customElements.define("yk-broadcast-preview", BroadcastPreview);

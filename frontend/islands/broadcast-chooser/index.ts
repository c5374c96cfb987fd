/** <yk-broadcast-chooser who="id_who" here="here">: the same choice, where the phone is drawn by another island. */
import { Chooser } from "../broadcast-preview/chooser";

customElements.define("yk-broadcast-chooser", class extends Chooser {});

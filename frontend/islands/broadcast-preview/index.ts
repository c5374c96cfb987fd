/**
 * <yk-broadcast-preview who="id_who" here="here">: shows the part marked data-here while that choice is made.
 *
 * The phone beside the form is drawn by the server, which knows how LINE counts and cuts; this file brings its look.
 */
import { Chooser } from "./chooser";
import "./index.css";

customElements.define("yk-broadcast-preview", class extends Chooser {});

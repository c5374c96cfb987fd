/** The composing page of deliveries: its phone, and what takes in pictures and films. */
import "./phone";
import "./media";
import "./index.css";

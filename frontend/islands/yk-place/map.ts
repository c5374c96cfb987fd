import { divIcon, type Map as LeafletMap, type Marker, map, marker, tileLayer } from "leaflet";
import "./map.css";
import { say } from "../portal-words";

const TILES = "https://cyberjapandata.gsi.go.jp/xyz/std/{z}/{x}/{y}.png"; // 国土地理院 標準地図
const CLOSE = 17;

interface Told {
  chosen(latitude: number, longitude: number): void;
  noPictures(): void;
}

interface Centre {
  latitude: number;
  longitude: number;
  zoom?: number;
}

/** A map with one pin: pressed or dragged by a finger; by keyboard the map is moved and Enter puts the pin. */
export class PlaceMap {
  #map: LeafletMap;
  #pin: Marker | undefined;
  #told: Told;

  constructor(canvas: HTMLElement, centre: Centre, told: Told) {
    this.#told = told;
    canvas.className = "yk-place__map";
    const own = canvas.appendChild(document.createElement("div"));
    own.className = "yk-place__canvas";
    this.#map = map(own, { zoomControl: true, keyboard: true }).setView(
      [centre.latitude, centre.longitude],
      centre.zoom ?? CLOSE,
    );
    this.#map.attributionControl.setPrefix(false);
    own.setAttribute("role", "application");
    own.setAttribute("aria-label", say("地図"));
    const attribution =
      '<a href="https://maps.gsi.go.jp/development/ichiran.html" target="_blank" rel="noopener">国土地理院</a>';
    const tiles = tileLayer(TILES, { attribution, minZoom: 5, maxZoom: 18 }).addTo(this.#map);
    let loaded = 0;
    tiles.on("tileload", () => {
      loaded += 1;
    });
    tiles.on("tileerror", () => {
      if (loaded === 0) told.noPictures();
    });
    this.#map.on("click", (event) => {
      told.chosen(event.latlng.lat, event.latlng.lng);
    });
    own.addEventListener("keydown", (event) => {
      if (event.key !== "Enter" || event.target !== own) return;
      event.preventDefault(); // it would send the form
      const { lat, lng } = this.#map.getCenter();
      told.chosen(lat, lng);
    });
  }

  move(latitude: number, longitude: number): void {
    if (this.#pin) this.#pin.setLatLng([latitude, longitude]);
    else this.#pin = this.#drawn(latitude, longitude);
    if (!this.#map.getBounds().pad(-0.1).contains([latitude, longitude]))
      this.#map.setView([latitude, longitude], Math.max(this.#map.getZoom(), CLOSE));
  }

  clear(): void {
    this.#pin?.remove();
    this.#pin = undefined;
  }

  #drawn(latitude: number, longitude: number): Marker {
    const icon = divIcon({ className: "yk-place__pin", iconSize: [44, 44], iconAnchor: [22, 42] });
    const pin = marker([latitude, longitude], {
      icon,
      draggable: true,
      autoPan: true,
      keyboard: false,
      alt: say("場所の印"),
    }).addTo(this.#map);
    pin.getElement()?.setAttribute("aria-label", say("場所の印"));
    pin.getElement()?.setAttribute("role", "img");
    pin.on("dragend", () => {
      const { lat, lng } = pin.getLatLng();
      this.#told.chosen(lat, lng);
    });
    return pin;
  }
}

import type { Press } from "../list/keys";

/** Return the letter (or `?`) that was meant as a wish; nothing while text is typed or composed, or with Ctrl. */
export function wish(press: Press, typing: boolean): string {
  if (typing || press.isComposing || press.ctrlKey || press.metaKey || press.altKey) return "";
  return /^[a-z?]$/.test(press.key) ? press.key : "";
}

/** Return the place to go to along what waits; from outside of it, its beginning. */
export function neighbour(here: number, wanted: "j" | "k", length: number): number {
  if (here < 0) return 0;
  const next = wanted === "j" ? here + 1 : here - 1;
  return next < 0 || next >= length ? -1 : next;
}

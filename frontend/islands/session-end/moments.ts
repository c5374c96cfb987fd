/** When a sign-in ends, in milliseconds, and what is to be said of it. */

export type State = "far" | "near" | "last" | "over";

const WARNING = 120_000; // WCAG 2.2.1 asks for twenty seconds; people finish a sentence first

/** A request now puts the end off by `left`, never beyond `last`. */
export function endOf(now: number, left: number, last: number): number {
  return Math.min(now + left, last);
}

/** `near` can be put off, `last` cannot: the longest time is almost over. */
export function stateOf(now: number, ends: number, left: number, last: number): State {
  const warning = Math.min(WARNING, left / 2);
  if (ends <= now) return "over";
  if (ends - now > warning) return "far";
  return endOf(now, left, last) - now > warning ? "near" : "last";
}

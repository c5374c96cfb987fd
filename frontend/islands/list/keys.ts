/** What a key means in a list, when nobody is typing. */
export type Wish = "down" | "up" | "pick" | "search" | "help" | "clear" | null;

const wishes: Record<string, Wish> = {
  j: "down",
  k: "up",
  x: "pick",
  "/": "search",
  "?": "help",
  Escape: "clear",
};

export interface Press {
  key: string;
  ctrlKey: boolean;
  metaKey: boolean;
  altKey: boolean;
  isComposing: boolean;
}

/** Return what the person wants; nothing while text is typed or composed (日本語入力), or with Ctrl. */
export function wish(press: Press, typing: boolean): Wish {
  if (press.isComposing || press.ctrlKey || press.metaKey || press.altKey) return null;
  if (typing && press.key !== "Escape") return null;
  return wishes[press.key] ?? null;
}

/** Return the row to go to from `present` (-1: none yet), which stays within the list. */
export function step(present: number, by: 1 | -1, length: number): number {
  if (length === 0) return -1;
  return Math.min(Math.max(present + by, 0), length - 1);
}

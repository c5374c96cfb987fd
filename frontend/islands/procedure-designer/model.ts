/** What the designer decides without looking at the page: which key means what, and where something is dropped. */

export interface Keys {
  key: string;
  altKey: boolean;
  ctrlKey: boolean;
  metaKey: boolean;
  shiftKey: boolean;
}

export type Wish = "up" | "down";

/** Alt with an arrow moves what is chosen in the list. */
export function wishOf(event: Keys): Wish | undefined {
  if (!event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) return undefined;
  if (event.key === "ArrowUp") return "up";
  return event.key === "ArrowDown" ? "down" : undefined;
}

export const isSection = (key: string): boolean => key.startsWith("s-");

/**
 * Say before what the server puts the dragged part: `keys` is the list from top to bottom.
 *
 * A question dropped on a question takes its place; on a section it becomes its last. A section is put
 * before the section that holds what it was dropped on. Nothing to do is undefined.
 */
export function dropBefore(dragged: string, target: string, keys: string[]): string | undefined {
  if (dragged === target) return undefined;
  if (!isSection(dragged)) return target;
  const place = keys.indexOf(target);
  if (place < 0) return undefined;
  const section = keys
    .slice(0, place + 1)
    .filter(isSection)
    .at(-1);
  return section === dragged ? undefined : section;
}

/**
 * Return the ids to try for a field that a problem names, the nearest first: `options.choices.1.label`
 * is written in `f-options.choices.1.label.ja`, else shown at `f-options.choices`.
 */
export function fieldIds(field: string): string[] {
  const steps = field.split(".").filter(Boolean);
  const ids: string[] = [];
  for (let length = steps.length; length > 0; length--) {
    const name = steps.slice(0, length).join(".");
    ids.push(`f-${name}.ja`, `f-${name}`);
  }
  return ids;
}

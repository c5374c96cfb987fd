/** The menu that is edited: cells joined and split, tabs, undo. Nothing here looks at the page. */

export type At = [column: number, row: number, width: number, height: number];
export type Height = "full" | "half";
export interface Action {
  do: string;
  [name: string]: string;
}
export interface Cell {
  at: At;
  title: string;
  note: string;
  icon: string;
  label: string;
  action: Action | null;
}
export interface Tab {
  key: string;
  name: string;
  height: Height;
  grid: [columns: number, rows: number];
  picture: { drawn: { theme: string } } | { file: string };
  cells: Cell[];
}
export interface Menu {
  schema: number;
  chat_bar: string;
  opens_by_itself: boolean;
  tabs: Tab[];
}
export interface Board {
  areas: number;
  grid: [number, number];
  cells: At[];
}
export interface Limits {
  areas: number;
  columns: number;
  strip: number;
  width: number;
  heights: Record<Height, number>;
}
export type Way = "left" | "right" | "up" | "down";

export const LONGEST_BAR = 14;
export const LONGEST_LABEL = 20;
const MOST_TABS = 7;

const splitter = new Intl.Segmenter("ja", { granularity: "grapheme" });

/** The letters as a reader counts them, which is how LINE counts the chat bar and the labels. */
export const letters = (text: string): string[] =>
  [...splitter.segment(text)].map((one) => one.segment);

export const isDrawn = (tab: Tab): tab is Tab & { picture: { drawn: { theme: string } } } =>
  "drawn" in tab.picture;

export const emptyCell = (at: At): Cell => ({
  at,
  title: "",
  note: "",
  icon: "",
  label: "",
  action: null,
});

/** What a screen reader says, unless somebody writes it otherwise: the title. */
export const suggestedLabel = (title: string): string =>
  letters(title).slice(0, LONGEST_LABEL).join("");

const hasContent = (cell: Cell): boolean =>
  Boolean(cell.title || cell.note || cell.icon || cell.action);

const inOrder = (cells: Cell[]): Cell[] =>
  [...cells].sort((one, other) => one.at[1] - other.at[1] || one.at[0] - other.at[0]);

function around(cells: At[]): At {
  const left = Math.min(...cells.map((at) => at[0]));
  const top = Math.min(...cells.map((at) => at[1]));
  const right = Math.max(...cells.map((at) => at[0] + at[2]));
  const bottom = Math.max(...cells.map((at) => at[1] + at[3]));
  return [left, top, right - left, bottom - top];
}

const touches = (one: At, other: At): boolean =>
  one[0] < other[0] + other[2] &&
  other[0] < one[0] + one[2] &&
  one[1] < other[1] + other[3] &&
  other[1] < one[1] + one[3];

/** The numbers of the cells in the smallest rectangle that holds both and cuts no cell in two. */
export function between(cells: Cell[], from: number, to: number): number[] {
  const [first, last] = [cells[from], cells[to]];
  if (!first || !last) return [];
  let whole = around([first.at, last.at]);
  for (;;) {
    const inside = cells.filter((cell) => touches(cell.at, whole));
    const larger = around(inside.map((cell) => cell.at));
    if (larger.join() === whole.join()) break;
    whole = larger;
  }
  return cells.flatMap((cell, number) => (touches(cell.at, whole) ? [number] : []));
}

export interface Changed {
  tab: Tab;
  chosen: number;
}

/** Make one cell of those chosen; the first with something in it keeps that, as the server's `grids.join`. */
export function join(tab: Tab, numbers: number[]): Changed | undefined {
  const parts = numbers.flatMap((number) => tab.cells[number] ?? []);
  if (parts.length < 2) return undefined;
  const whole = around(parts.map((cell) => cell.at));
  const ground = parts.reduce((sum, cell) => sum + cell.at[2] * cell.at[3], 0);
  if (ground !== whole[2] * whole[3]) return undefined;
  const kept = { ...(parts.find(hasContent) ?? parts[0] ?? emptyCell(whole)), at: whole };
  const cells = inOrder([...tab.cells.filter((_cell, n) => !numbers.includes(n)), kept]);
  return { tab: { ...tab, cells }, chosen: cells.indexOf(kept) };
}

/** Cut a cell into two; one that is one unit wide gets a finer grid. */
export function split(
  tab: Tab,
  number: number,
  across: boolean,
  limits: Pick<Limits, "areas" | "columns">,
): Changed | undefined {
  if (tab.cells.length >= limits.areas) return undefined;
  const axis = across ? 0 : 1;
  let { grid, cells } = tab;
  if ((cells[number]?.at[2 + axis] ?? 0) < 2) {
    const factor: [number, number] = across ? [2, 1] : [1, 2];
    grid = [grid[0] * factor[0], grid[1] * factor[1]];
    if (grid[axis] > limits.columns) return undefined;
    cells = cells.map((cell) => ({ ...cell, at: times(cell.at, factor) }));
  }
  const cell = cells[number];
  if (!cell) return undefined;
  const half = Math.floor((cell.at[2 + axis] ?? 0) / 2);
  const first: Cell = { ...cell, at: [...cell.at] };
  const second = emptyCell([...cell.at]);
  first.at[2 + axis] = half;
  second.at[axis] = (cell.at[axis] ?? 0) + half;
  second.at[2 + axis] = (cell.at[2 + axis] ?? 0) - half;
  const rest = cells.filter((_cell, n) => n !== number);
  const sorted = inOrder([...rest, first, second]);
  return { tab: { ...tab, grid, cells: sorted }, chosen: sorted.indexOf(first) };
}

const times = (at: At, factor: [number, number]): At => [
  at[0] * factor[0],
  at[1] * factor[1],
  at[2] * factor[0],
  at[3] * factor[1],
];

/** Lay the contents out on a ready board; `lost` is how many had something in them and have no place. */
export function lay(tab: Tab, board: Board): { tab: Tab; lost: number } {
  const filled = tab.cells.filter(hasContent);
  const contents = tab.cells.length > board.cells.length ? filled : tab.cells;
  const cells = board.cells.map((at, number) => ({
    ...(contents[number] ?? emptyCell(at)),
    at: [...at] as At,
  }));
  return {
    tab: { ...tab, grid: [...board.grid], cells },
    lost: Math.max(0, filled.length - board.cells.length),
  };
}

/** The cell that one comes to from `number` by an arrow: the nearest that begins where this one ends. */
export function neighbour(cells: Cell[], number: number, way: Way): number {
  const from = cells[number]?.at;
  if (!from) return number;
  const along = way === "left" || way === "right" ? 0 : 1;
  const across = 1 - along;
  const forward = way === "right" || way === "down";
  const edge = forward ? (from[along] ?? 0) + (from[2 + along] ?? 0) : from[along];
  const found = cells.flatMap((cell, n) => {
    const meets = forward
      ? cell.at[along] === edge
      : (cell.at[along] ?? 0) + (cell.at[2 + along] ?? 0) === edge;
    const start = cell.at[across] ?? 0;
    const shares =
      start < (from[across] ?? 0) + (from[2 + across] ?? 0) &&
      (from[across] ?? 0) < start + (cell.at[2 + across] ?? 0);
    return meets && shares ? [n] : [];
  });
  return found[0] ?? number;
}

/** Where a cell lies on the picture, in parts of a hundred of its width and height. */
export function place(
  menu: Menu,
  tab: Tab,
  at: At,
  limits: Limits,
): [number, number, number, number] {
  const height = limits.heights[tab.height];
  const top = isDrawn(tab) && menu.tabs.length > 1 ? limits.strip : 0;
  const [columns, rows] = tab.grid;
  const part = (number: number): number => Math.round(number * 1e4) / 1e4;
  return [
    part((100 * at[0]) / columns),
    part((100 * (top + (at[1] * (height - top)) / rows)) / height),
    part((100 * at[2]) / columns),
    part((100 * ((at[3] * (height - top)) / rows)) / height),
  ];
}

/** How many cells the tab may have: the strip of a drawn picture counts among LINE's twenty. */
export const mostCells = (menu: Menu, tab: Tab, limits: Pick<Limits, "areas">): number =>
  limits.areas - (isDrawn(tab) && menu.tabs.length > 1 ? menu.tabs.length - 1 : 0);

export function addTab(menu: Menu, board: Board): { menu: Menu; key: string } | undefined {
  if (menu.tabs.length >= MOST_TABS) return undefined;
  const used = new Set(menu.tabs.map((tab) => tab.key));
  const key = [..."abcdefghijklmnopqrstuvwxyz"].find((letter) => !used.has(letter)) ?? "z";
  const like = menu.tabs[0];
  const tab: Tab = {
    key,
    name: `タブ${menu.tabs.length + 1}`,
    height: like?.height ?? "full",
    grid: [...board.grid],
    picture: { drawn: { theme: like && isDrawn(like) ? like.picture.drawn.theme : "town" } },
    cells: board.cells.map((at) => emptyCell([...at])),
  };
  return { menu: { ...menu, tabs: [...menu.tabs, tab] }, key };
}

export function moveTab(menu: Menu, number: number, by: number): Menu {
  const tabs = [...menu.tabs];
  const [moved] = tabs.splice(number, 1);
  if (moved) tabs.splice(Math.max(0, number + by), 0, moved);
  return { ...menu, tabs };
}

/** Take a tab out, and whatever led to it: an area that leads nowhere is worse than one that does nothing. */
export function removeTab(menu: Menu, number: number): Menu {
  const gone = menu.tabs[number]?.key;
  const tabs = menu.tabs
    .filter((_tab, n) => n !== number)
    .map((tab) => ({
      ...tab,
      cells: tab.cells.map((cell) =>
        cell.action?.do === "tab" && cell.action["key"] === gone ? { ...cell, action: null } : cell,
      ),
    }));
  return { ...menu, tabs };
}

/** What was changed, step by step, back and forth. Typing on in one field is one step. */
export class History {
  #back: [Menu, string][] = [];
  #forth: [Menu, string][] = [];
  #lastOf = "";

  constructor(public menu: Menu) {}

  get canUndo(): boolean {
    return this.#back.length > 0;
  }

  get canRedo(): boolean {
    return this.#forth.length > 0;
  }

  /** Take the next state; `of` names the field that is being typed in, and is empty for a deliberate act. */
  change(menu: Menu, words: string, of = ""): void {
    if (!of || of !== this.#lastOf) this.#back.push([this.menu, words]);
    this.#lastOf = of;
    this.#forth = [];
    this.menu = menu;
  }

  undo(): string | undefined {
    const step = this.#back.pop();
    if (!step) return undefined;
    this.#forth.push([this.menu, step[1]]);
    this.menu = step[0];
    this.#lastOf = "";
    return step[1];
  }

  redo(): string | undefined {
    const step = this.#forth.pop();
    if (!step) return undefined;
    this.#back.push([this.menu, step[1]]);
    this.menu = step[0];
    this.#lastOf = "";
    return step[1];
  }
}

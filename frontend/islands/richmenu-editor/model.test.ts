import { describe, expect, it } from "vitest";
import {
  addTab,
  between,
  type Cell,
  emptyCell,
  History,
  isDrawn,
  join,
  lay,
  letters,
  type Menu,
  mostCells,
  moveTab,
  neighbour,
  place,
  removeTab,
  split,
  suggestedLabel,
  type Tab,
} from "./model";

const LIMITS = {
  areas: 20,
  columns: 12,
  strip: 288,
  width: 2500,
  heights: { full: 1686, half: 843 },
};

function tabOf(columns: number, rows: number, key = "a"): Tab {
  const cells: Cell[] = [];
  for (let row = 0; row < rows; row++)
    for (let column = 0; column < columns; column++)
      cells.push({ ...emptyCell([column, row, 1, 1]), title: `${column}${row}` });
  const picture = { drawn: { theme: "town" } };
  return { key, name: key, height: "full", grid: [columns, rows], picture, cells };
}

const menuOf = (...tabs: Tab[]): Menu => ({
  schema: 1,
  chat_bar: "メニュー",
  opens_by_itself: true,
  tabs,
});

/** How often each square of the grid is covered: a good board says 1 everywhere. */
function cover(tab: Tab): number[] {
  const squares = new Array<number>(tab.grid[0] * tab.grid[1]).fill(0);
  for (const { at } of tab.cells)
    for (let row = at[1]; row < at[1] + at[3]; row++)
      for (let column = at[0]; column < at[0] + at[2]; column++)
        squares[row * tab.grid[0] + column] = (squares[row * tab.grid[0] + column] ?? 0) + 1;
  return squares;
}

describe("the board", () => {
  it("joins what lies between two cells, and keeps the first content", () => {
    const tab = tabOf(3, 3);

    const joined = join(tab, between(tab.cells, 0, 4));

    expect(joined?.tab.cells).toHaveLength(6);
    expect(joined?.tab.cells[0]).toMatchObject({ at: [0, 0, 2, 2], title: "00" });
    expect(joined?.chosen).toBe(0);
  });

  it("joins nothing that is no rectangle, and nothing alone", () => {
    const tab = tabOf(3, 3);

    expect(join(tab, [0, 1, 3])).toBeUndefined();
    expect(join(tab, [0])).toBeUndefined();
  });

  it("takes a joined cell whole into what lies between", () => {
    const tab = join(tabOf(3, 2), [1, 4])?.tab ?? tabOf(1, 1);

    expect(between(tab.cells, 0, 1)).toEqual([0, 1, 3]);
  });

  it("splits a cell of one unit on a finer grid", () => {
    const parts = split(tabOf(2, 1), 0, true, LIMITS);

    expect(parts?.tab.grid).toEqual([4, 1]);
    expect(parts?.tab.cells.map((cell) => cell.at)).toEqual([
      [0, 0, 1, 1],
      [1, 0, 1, 1],
      [2, 0, 2, 1],
    ]);
    expect(parts?.tab.cells.map((cell) => cell.title)).toEqual(["00", "", "10"]);
  });

  it("stops at twenty areas and at twelve columns", () => {
    expect(split(tabOf(5, 4), 0, true, LIMITS)).toBeUndefined();
    expect(split(tabOf(8, 1), 0, true, LIMITS)).toBeUndefined();
  });

  it("covers every square once, whatever is joined and split", () => {
    let [tab, seed] = [tabOf(3, 3), 7];
    for (let step = 0; step < 400; step++) {
      seed = (seed * 1103515245 + 12345) % 2147483648;
      const [one, other] = [seed % tab.cells.length, (seed >> 8) % tab.cells.length];
      const changed =
        seed % 3 === 0
          ? join(tab, between(tab.cells, one, other))
          : split(tab, one, seed % 2 === 0, LIMITS);
      tab = changed?.tab ?? tab;
      expect(new Set(cover(tab))).toEqual(new Set([1]));
    }
  });

  it("goes to the neighbour that an arrow points at, and stays at the edge", () => {
    const tab = join(tabOf(3, 2), [0, 1])?.tab ?? tabOf(1, 1);

    expect(neighbour(tab.cells, 0, "right")).toBe(1);
    expect(neighbour(tab.cells, 0, "down")).toBe(2);
    expect(neighbour(tab.cells, 3, "up")).toBe(0);
    expect(neighbour(tab.cells, 0, "left")).toBe(0);
  });

  it("lays contents out on another board and says how many have no place", () => {
    const fewer = lay(tabOf(3, 3), {
      areas: 2,
      grid: [1, 2],
      cells: [
        [0, 0, 1, 1],
        [0, 1, 1, 1],
      ],
    });
    const sparse: Tab = { ...tabOf(3, 1), cells: [0, 1, 2].map((n) => emptyCell([n, 0, 1, 1])) };
    sparse.cells[2] = { ...emptyCell([2, 0, 1, 1]), title: "残す" };

    expect(fewer.lost).toBe(7);
    expect(fewer.tab.cells.map((cell) => cell.title)).toEqual(["00", "10"]);
    const one = lay(sparse, { areas: 1, grid: [1, 1], cells: [[0, 0, 1, 1]] });
    expect(one.lost).toBe(0);
    expect(one.tab.cells[0]?.title).toBe("残す");
    expect(
      lay(sparse, {
        areas: 2,
        grid: [2, 1],
        cells: [
          [0, 0, 1, 1],
          [1, 0, 1, 1],
        ],
      }).tab.cells,
    ).toHaveLength(2);
  });

  it("begins below the strip where the picture is drawn and there are tabs", () => {
    const [first, second] = [tabOf(1, 1), tabOf(1, 1, "b")];
    const brought: Tab = { ...first, picture: { file: "x" } };

    expect(place(menuOf(first), first, [0, 0, 1, 1], LIMITS)).toEqual([0, 0, 100, 100]);
    const [, top] = place(menuOf(first, second), first, [0, 0, 1, 1], LIMITS);
    expect(top).toBeCloseTo(17.08, 2);
    expect(place(menuOf(brought, second), brought, [0, 0, 1, 1], LIMITS)[1]).toBe(0);
    expect(mostCells(menuOf(first, second), first, LIMITS)).toBe(19);
    expect(mostCells(menuOf(brought, second), brought, LIMITS)).toBe(20);
  });
});

describe("tabs", () => {
  it("get a key that is free, and look like the first", () => {
    const board = { areas: 1, grid: [1, 1] as [number, number], cells: [] };

    const added = addTab(menuOf(tabOf(1, 1), tabOf(1, 1, "c")), board);

    expect(added?.key).toBe("b");
    expect(added?.menu.tabs[2] && isDrawn(added.menu.tabs[2])).toBe(true);
  });

  it("leave nothing behind that leads to them", () => {
    const first = tabOf(2, 1);
    first.cells[0] = { ...emptyCell([0, 0, 1, 1]), action: { do: "tab", key: "b" } };

    const left = removeTab(menuOf(first, tabOf(1, 1, "b")), 1);

    expect(left.tabs).toHaveLength(1);
    expect(left.tabs[0]?.cells[0]?.action).toBeNull();
  });

  it("change places", () => {
    const moved = moveTab(menuOf(tabOf(1, 1), tabOf(1, 1, "b"), tabOf(1, 1, "c")), 0, 1);

    expect(moved.tabs.map((tab) => tab.key)).toEqual(["b", "a", "c"]);
  });
});

describe("words", () => {
  it("are counted as a reader counts them", () => {
    expect(letters("が👨‍👩‍👧か\u3099")).toHaveLength(3);
    expect(suggestedLabel("あ".repeat(25))).toBe("あ".repeat(20));
  });
});

describe("the way back", () => {
  it("takes typing in one field as one step", () => {
    const history = new History(menuOf(tabOf(1, 1)));
    for (const bar of ["く", "くら", "くらし"])
      history.change({ ...history.menu, chat_bar: bar }, "下の言葉", "bar");
    history.change({ ...history.menu, opens_by_itself: false }, "開き方");

    expect(history.undo()).toBe("開き方");
    expect(history.undo()).toBe("下の言葉");
    expect(history.menu.chat_bar).toBe("メニュー");
    expect(history.canUndo).toBe(false);
    expect(history.redo()).toBe("下の言葉");
    expect(history.menu.chat_bar).toBe("くらし");
  });

  it("forgets what was taken back as soon as something else is done", () => {
    const history = new History(menuOf(tabOf(1, 1)));
    history.change({ ...history.menu, chat_bar: "い" }, "下の言葉", "bar");
    history.undo();
    history.change({ ...history.menu, chat_bar: "ろ" }, "下の言葉", "bar");

    expect(history.canRedo).toBe(false);
    expect(history.undo()).toBe("下の言葉");
    expect(history.menu.chat_bar).toBe("メニュー");
  });
});

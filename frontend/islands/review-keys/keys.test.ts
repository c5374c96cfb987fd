import { describe, expect, it } from "vitest";
import { neighbour, wish } from "./keys";

const press = { key: "a", ctrlKey: false, metaKey: false, altKey: false, isComposing: false };

describe("wish", () => {
  it("means nothing while somebody types, composes or holds Ctrl", () => {
    expect(wish(press, false)).toBe("a");
    expect(wish({ ...press, key: "?" }, false)).toBe("?");
    expect(wish({ ...press, key: "?" }, true)).toBe("");
    expect(wish(press, true)).toBe("");
    expect(wish({ ...press, isComposing: true }, false)).toBe("");
    expect(wish({ ...press, ctrlKey: true }, false)).toBe("");
    expect(wish({ ...press, key: "Enter" }, false)).toBe("");
  });
});

describe("neighbour", () => {
  it("goes along what waits, and not beyond its ends", () => {
    expect(neighbour(1, "j", 3)).toBe(2);
    expect(neighbour(2, "j", 3)).toBe(-1);
    expect(neighbour(0, "k", 3)).toBe(-1);
    expect(neighbour(-1, "j", 3)).toBe(0);
  });
});

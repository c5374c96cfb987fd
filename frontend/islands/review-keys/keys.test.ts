import { describe, expect, it } from "vitest";
import { letter, neighbour } from "./keys";

const press = { key: "a", ctrlKey: false, metaKey: false, altKey: false, isComposing: false };

describe("letter", () => {
  it("means nothing while somebody types, composes or holds Ctrl", () => {
    expect(letter(press, false)).toBe("a");
    expect(letter(press, true)).toBe("");
    expect(letter({ ...press, isComposing: true }, false)).toBe("");
    expect(letter({ ...press, ctrlKey: true }, false)).toBe("");
    expect(letter({ ...press, key: "Enter" }, false)).toBe("");
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

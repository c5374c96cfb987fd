import { expect, test } from "vitest";
import { type Press, step, wish } from "./keys";

const press = (key: string, more: Partial<Press> = {}): Press => ({
  key,
  ctrlKey: false,
  metaKey: false,
  altKey: false,
  isComposing: false,
  ...more,
});

test("j and k go down and up", () => {
  expect(wish(press("j"), false)).toBe("down");
  expect(wish(press("k"), false)).toBe("up");
});

test("a letter that is typed into a field is a letter", () => {
  expect(wish(press("j"), true)).toBeNull();
});

test("Escape leaves a field", () => {
  expect(wish(press("Escape"), true)).toBe("clear");
});

test("Japanese that is being composed is left alone", () => {
  expect(wish(press("x", { isComposing: true }), false)).toBeNull();
});

test("the browser keeps its own shortcuts", () => {
  expect(wish(press("k", { ctrlKey: true }), false)).toBeNull();
});

test("the first j goes to the first row, and the last row is the end", () => {
  expect(step(-1, 1, 3)).toBe(0);
  expect(step(2, 1, 3)).toBe(2);
  expect(step(0, -1, 3)).toBe(0);
  expect(step(-1, 1, 0)).toBe(-1);
});

import { expect, test } from "vitest";
import { dropBefore, fieldIds, wishOf } from "./model";

const plain = { altKey: false, ctrlKey: false, metaKey: false, shiftKey: false };
const keys = ["s-s1", "q-q1", "q-q2", "s-s2", "q-q3"];

test("Alt and an arrow move what is chosen, and no other stroke does", () => {
  expect(wishOf({ ...plain, key: "ArrowUp", altKey: true })).toBe("up");
  expect(wishOf({ ...plain, key: "ArrowDown", altKey: true })).toBe("down");
  expect(wishOf({ ...plain, key: "ArrowDown" })).toBeUndefined();
  expect(wishOf({ ...plain, key: "ArrowUp", altKey: true, ctrlKey: true })).toBeUndefined();
});

test("a question takes the place of the question it is dropped on, or goes into a section", () => {
  expect(dropBefore("q-q3", "q-q1", keys)).toBe("q-q1");
  expect(dropBefore("q-q3", "s-s1", keys)).toBe("s-s1");
  expect(dropBefore("q-q3", "q-q3", keys)).toBeUndefined();
});

test("a section is put before the section that holds what it is dropped on", () => {
  expect(dropBefore("s-s2", "q-q2", keys)).toBe("s-s1");
  expect(dropBefore("s-s1", "q-q1", keys)).toBeUndefined();
  expect(dropBefore("s-s1", "q-gone", keys)).toBeUndefined();
});

test("a problem leads to the input itself, else to what is around it", () => {
  expect(fieldIds("options.choices.1.label")).toEqual([
    "f-options.choices.1.label.ja",
    "f-options.choices.1.label",
    "f-options.choices.1.ja",
    "f-options.choices.1",
    "f-options.choices.ja",
    "f-options.choices",
    "f-options.ja",
    "f-options",
  ]);
  expect(fieldIds("")).toEqual([]);
});

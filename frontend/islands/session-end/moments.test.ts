import { expect, test } from "vitest";
import { endOf, stateOf } from "./moments";

const MINUTE = 60_000;

test("a request puts the end off, but never beyond the longest time", () => {
  expect(endOf(0, 30 * MINUTE, 720 * MINUTE)).toBe(30 * MINUTE);
  expect(endOf(710 * MINUTE, 30 * MINUTE, 720 * MINUTE)).toBe(720 * MINUTE);
});

test("two minutes before the end it is said, and can be put off", () => {
  expect(stateOf(27 * MINUTE, 30 * MINUTE, 30 * MINUTE, 720 * MINUTE)).toBe("far");
  expect(stateOf(28 * MINUTE, 30 * MINUTE, 30 * MINUTE, 720 * MINUTE)).toBe("near");
});

test("when the longest time is almost over nothing puts it off", () => {
  expect(stateOf(719 * MINUTE, 720 * MINUTE, 30 * MINUTE, 720 * MINUTE)).toBe("last");
});

test("a sign-in that is over is over", () => {
  expect(stateOf(31 * MINUTE, 30 * MINUTE, 30 * MINUTE, 720 * MINUTE)).toBe("over");
});

test("a very short one warns when half of it is gone", () => {
  expect(stateOf(20_000, MINUTE, MINUTE, 720 * MINUTE)).toBe("far");
  expect(stateOf(31_000, MINUTE, MINUTE, 720 * MINUTE)).toBe("near");
});

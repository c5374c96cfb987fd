import { expect, test } from "vitest";
import { piecesOf } from "./pieces";

test("a file is cut without a gap, and the last piece is what is left", () => {
  expect(piecesOf(10, 4)).toEqual([
    [0, 4],
    [4, 8],
    [8, 10],
  ]);
  expect(piecesOf(8, 4)).toEqual([
    [0, 4],
    [4, 8],
  ]);
});

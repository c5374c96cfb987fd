import { expect, test } from "vitest";
import { read, written } from "./days";

const day = (text: string) => read(text)?.toISOString().slice(0, 10);

test("days are read as people type them", () => {
  expect(day("令和8年11月23日")).toBe("2026-11-23");
  expect(day("Ｒ８．４．１")).toBe("2026-04-01");
  expect(day("S25/4/1")).toBe("1950-04-01");
  expect(day("20260401")).toBe("2026-04-01");
  expect(day("令和元年5月1日")).toBe("2019-05-01");
});

test("what is no day, or of another era, is left to the server", () => {
  expect(day("令和8年2月30日")).toBeUndefined();
  expect(day("平成31年5月1日")).toBeUndefined();
  expect(day("あさって")).toBeUndefined();
});

test("a day is written as the town hall writes it", () => {
  expect(written(new Date("2026-11-22"), "ja")).toBe("令和8年11月22日（日）");
  expect(written(new Date("2019-05-01"), "ja")).toBe("令和元年5月1日（水）");
});

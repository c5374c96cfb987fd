import { expect, test } from "vitest";
import { choicesOf, deedOf, gap, letters } from "./model";

const yes = { type: "postback", label: "はい", data: "procedures:trial:n:c0", displayText: "はい" };

test("only the buttons of the newest message are shown", () => {
  const old = { type: "text", text: "古い", quickReply: { items: [{ action: yes }] } };

  expect(choicesOf([old])).toEqual([yes]);
  expect(choicesOf([old, { type: "text", text: "新しい" }])).toEqual([]);
  expect(choicesOf([])).toEqual([]);
});

test("a button is what LINE would make of it", () => {
  expect(deedOf(yes)).toEqual({ do: "press", data: "procedures:trial:n:c0", shown: "はい" });
  expect(deedOf({ type: "camera", label: "撮る" })).toEqual({
    do: "photo",
    shown: "（見本の写真）",
  });
  expect(deedOf({ type: "datetimepicker", data: "d", mode: "date" }).do).toBe("pick");
});

test("a link to our own page opens it at its section, and no other link leaves the phone", () => {
  expect(deedOf({ type: "uri", uri: "https://page.invalid/run/s2?at=q4" })).toEqual({
    do: "page",
    section: "s2",
  });
  expect(deedOf({ type: "uri", uri: "https://page.invalid/run" })).toEqual({
    do: "page",
    section: "",
  });
  expect(deedOf({ type: "uri", uri: "https://page.invalid/runaway" }).do).toBe("nothing");
  expect(deedOf({ type: "uri", uri: "tel:0764721111" }).do).toBe("nothing");
});

test("sizes are LINE's names or lengths", () => {
  expect(gap("lg")).toBe("12px");
  expect(gap("7px")).toBe("7px");
  expect(letters(undefined)).toBe("16px");
});

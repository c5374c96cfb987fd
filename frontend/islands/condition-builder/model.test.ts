import { expect, test } from "vitest";
import { documentOf, type Fact, factOf, freshLeaf, groupOf, withOperator } from "./model";
import { means } from "./picker";

const district: Fact = {
  key: "resident.district",
  label: "地区",
  kind: "choice",
  unit: "",
  choices: [
    ["otosugi", "音杉"],
    ["yunosho", "弓庄"],
  ],
  operators: ["one_of", "is", "answered"],
};
const born: Fact = {
  key: "resident.born_on",
  label: "生年月日",
  kind: "date",
  unit: "",
  choices: [],
  operators: ["age_at_least", "age_at_most", "before"],
};

test("a document comes back exactly as it went in", () => {
  const document = {
    any_of: [
      { fact: "resident.district", operator: "is", value: "otosugi" },
      {
        none_of: [
          { fact: "resident.born_on", operator: "age_at_least", value: 65, day: "2027-04-01" },
        ],
      },
    ],
  };

  expect(documentOf(groupOf(document))).toEqual(document);
});

test("a single clause and nothing at all become a group", () => {
  const leaf = { fact: "resident.district", operator: "answered" };

  expect(documentOf(groupOf(leaf))).toEqual({ all_of: [leaf] });
  expect(documentOf(groupOf(null))).toEqual({ all_of: [] });
});

test("a fresh clause begins with what is usual for its fact", () => {
  expect(freshLeaf(born)).toEqual({
    fact: "resident.born_on",
    operator: "age_at_least",
    value: 18,
  });
  expect(freshLeaf(district)).toEqual({ fact: "resident.district", operator: "one_of", value: [] });
});

test("another operator keeps the value that still fits and drops the one that does not", () => {
  const old = { ...freshLeaf(born), value: 65 };

  expect(withOperator(old, "age_at_most", born).value).toBe(65);
  expect(withOperator(old, "before", born).value).toBe("today");
  expect(withOperator(freshLeaf(district), "answered", district)).not.toHaveProperty("value");
});

const reads: Fact = {
  key: "answer.ab.reads",
  label: "「広報アンケート」の「読みますか」",
  kind: "choice",
  unit: "",
  choices: [["daily", "毎日"]],
  operators: ["one_of"],
  group: "アンケート・申請の回答",
  versions: [["answer.ab.reads:2", "第2版の回答だけ"]],
};

test("a fact is found by any words of its name or its group, however wide they are typed", () => {
  expect(means(reads, "広報　読み")).toBe(true);
  expect(means(reads, "アンケート 読みますか")).toBe(true);
  expect(means(reads, "")).toBe(true);
  expect(means(reads, "除雪")).toBe(false);
  expect(means({ ...reads, label: "R8年度" }, "ｒ８")).toBe(true);
});

test("a clause about one version belongs to the fact of all versions", () => {
  expect(factOf([born, reads], "answer.ab.reads:2")).toBe(reads);
  expect(factOf([born, reads], "answer.ab.reads:9")).toBeUndefined();
});

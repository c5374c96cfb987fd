/**
 * The inputs that belong to an operator; each tells `changed` its value only when it is a good one.
 */
import { type Fact, hasValue, isCounted, isList, isPair, type Leaf, type Value } from "./model";

type Changed = (value: Value) => void;

export function element<Name extends keyof HTMLElementTagNameMap>(
  name: Name,
  className = "",
  words = "",
): HTMLElementTagNameMap[Name] {
  const made = document.createElement(name);
  if (className) made.className = className;
  if (words) made.textContent = words;
  return made;
}

export function select(
  label: string,
  options: [string, string][],
  chosen: string,
  changed: (value: string) => void,
): HTMLSelectElement {
  const made = element("select", "yk-select");
  made.setAttribute("aria-label", label);
  for (const [value, words] of options)
    made.append(new Option(words, value, false, value === chosen));
  made.addEventListener("change", () => changed(made.value));
  return made;
}

/** What stands after the operator of `leaf`; it may write into the leaf. */
export function valueInputs(leaf: Leaf, fact: Fact, grades: string[], said: () => void): Node[] {
  if (!hasValue(leaf.operator)) return [];
  const set: Changed = (value) => {
    leaf.value = value;
    said();
  };
  if (isList(leaf.operator)) {
    const choices: [string, string][] =
      leaf.operator === "grade_in" ? grades.map((grade) => [grade, grade]) : fact.choices;
    return [checkboxes(fact.label, choices, listOf(leaf.value), set)];
  }
  if (leaf.operator === "within_metres") return place(leaf, set, said);
  if (isPair(leaf.operator)) return pair(leaf, fact, set);
  return [
    single(fact.label, leaf.operator, fact, leaf.value ?? "", set),
    ...unit(leaf.operator, fact),
  ];
}

const listOf = (value: Value | undefined): (string | number)[] =>
  Array.isArray(value) ? value : [];

function unit(operator: string, fact: Fact): Node[] {
  const words =
    operator.startsWith("age") || operator.startsWith("fiscal")
      ? "歳"
      : operator.startsWith("days")
        ? "日"
        : operator.startsWith("hours")
          ? "時間"
          : fact.unit;
  return words ? [element("span", "yk-builder__unit", words)] : [];
}

function single(label: string, operator: string, fact: Fact, value: Value, set: Changed): Node {
  if (isCounted(operator)) return number(label, Number(value), set, 0);
  switch (fact.kind) {
    case "choice":
    case "choices":
      return select(`${label}の値`, fact.choices, String(value), set);
    case "boolean": {
      const words: [string, string][] = [
        ["true", "はい"],
        ["false", "いいえ"],
      ];
      return select(`${label}の値`, words, String(value), (chosen) => set(chosen === "true"));
    }
    case "date":
    case "instant":
      return day(label, String(value), set);
    case "time":
      return typed(label, "time", String(value), set);
    case "text":
      return typed(label, "text", String(value), set);
    default:
      return number(label, Number(value), set);
  }
}

function pair(leaf: Leaf, fact: Fact, set: Changed): Node[] {
  const both = [...listOf(leaf.value)];
  const half = (at: number, which: string): Node =>
    single(`${fact.label}の${which}`, leaf.operator, fact, both[at] ?? "", (value) => {
      both[at] = value as string | number;
      set([...both]);
    });
  return [
    half(0, "はじめ"),
    element("span", "yk-builder__unit", "から"),
    half(1, "おわり"),
    ...unit(leaf.operator, fact),
    element("span", "yk-builder__unit", "まで"),
  ];
}

function input(label: string, type: string, value: string): HTMLInputElement {
  const made = element("input", "yk-input");
  made.type = type;
  made.value = value;
  made.setAttribute("aria-label", `${label}の値`);
  return made;
}

function typed(label: string, type: string, value: string, set: Changed): Node {
  const made = input(label, type, value);
  made.addEventListener("input", () => {
    if (made.value || type === "text") set(made.value);
  });
  return made;
}

/** A number is taken while it is one; what was left empty becomes the last good one again. */
function number(label: string, value: number, set: Changed, least?: number): HTMLInputElement {
  const made = input(label, "number", String(value));
  if (least !== undefined) made.min = String(least);
  made.inputMode = "numeric";
  let good = value;
  made.addEventListener("input", () => {
    if (made.value === "" || !made.validity.valid) return;
    good = made.valueAsNumber;
    set(good);
  });
  made.addEventListener("blur", () => {
    if (made.value === "" || !made.validity.valid) made.value = String(good);
  });
  return made;
}

/** A day, or 今日, which is judged anew at each use. */
function day(label: string, value: string, set: Changed): Node {
  const box = element("span", "yk-builder__day");
  const calendar = input(label, "date", value === "today" ? "" : value);
  calendar.hidden = value === "today";
  const words: [string, string][] = [
    ["today", "今日（送る日）"],
    ["day", "決まった日"],
  ];
  const which = select(`${label}の日`, words, value === "today" ? "today" : "day", (chosen) => {
    calendar.hidden = chosen === "today";
    if (chosen === "today") return set("today");
    if (!calendar.value) calendar.value = new Date().toLocaleDateString("sv-SE");
    set(calendar.value);
  });
  calendar.addEventListener("input", () => {
    if (calendar.value) set(calendar.value);
  });
  box.append(which, calendar);
  return box;
}

function checkboxes(
  label: string,
  choices: [string, string][],
  chosen: (string | number)[],
  set: Changed,
): Node {
  const box = element("span", "yk-builder__choices");
  box.setAttribute("role", "group");
  box.setAttribute("aria-label", `${label}の選択肢`);
  const ticks = choices.map(([value, words]) => {
    const tick = element("input", "yk-check");
    tick.type = "checkbox";
    tick.value = value;
    tick.checked = chosen.includes(value);
    const one = element("label", "yk-builder__choice");
    one.append(tick, words);
    box.append(one);
    return tick;
  });
  box.addEventListener("change", () =>
    set(ticks.filter((tick) => tick.checked).map((tick) => tick.value)),
  );
  return box;
}

function place(leaf: Leaf, set: Changed, said: () => void): Node[] {
  const of = leaf.of ?? { latitude: 0, longitude: 0 };
  leaf.of = of;
  const name = input("地点の名前", "text", of.name ?? "");
  name.placeholder = "地点の名前";
  name.addEventListener("input", () => {
    if (name.value) of.name = name.value;
    else delete of.name;
    said();
  });
  const axis = (label: string, key: "latitude" | "longitude"): HTMLInputElement => {
    const made = number(label, of[key], (value) => {
      of[key] = Number(value);
      said();
    });
    made.step = "any";
    return made;
  };
  const metres = number("距離（メートル）", Number(leaf.value), set, 1);
  return [
    name,
    element("span", "yk-builder__unit", "緯度"),
    axis("緯度", "latitude"),
    element("span", "yk-builder__unit", "経度"),
    axis("経度", "longitude"),
    element("span", "yk-builder__unit", "から"),
    metres,
    element("span", "yk-builder__unit", "m以内"),
  ];
}

/**
 * A condition as the server reads it (yakuba.conditions.tree), and what a fresh clause looks like.
 */
export const JOINS = ["all_of", "any_of", "none_of"] as const;
export type Join = (typeof JOINS)[number];

export type Value = string | number | boolean | (string | number)[];

export interface Leaf {
  fact: string;
  operator: string;
  value?: Value;
  of?: { latitude: number; longitude: number; name?: string };
  [more: string]: unknown;
}

export interface Group {
  join: Join;
  clauses: Clause[];
}

export type Clause = Leaf | Group;

export interface Fact {
  key: string;
  label: string;
  kind: string;
  unit: string;
  choices: [string, string][];
  operators: string[];
  group?: string;
  versions?: [string, string][]; // keys of the same fact in one version of its procedure only
}

export interface Vocabulary {
  facts: Fact[];
  grades: string[];
  operators: Record<string, string>;
}

export const isGroup = (clause: Clause): clause is Group => "join" in clause;

/** Read a document; anything that is no group becomes the only clause of one. */
export function groupOf(document: unknown): Group {
  const clause = clauseOf(document);
  return isGroup(clause) ? clause : { join: "all_of", clauses: [clause] };
}

function clauseOf(document: unknown): Clause {
  const known = (document ?? { all_of: [] }) as Record<string, unknown>;
  for (const join of JOINS) {
    const inner = known[join];
    if (Array.isArray(inner)) return { join, clauses: inner.map(clauseOf) };
  }
  return known as unknown as Leaf;
}

/** Write the document of a clause, as the server takes it. */
export function documentOf(clause: Clause): Record<string, unknown> {
  return isGroup(clause) ? { [clause.join]: clause.clauses.map(documentOf) } : { ...clause };
}

/** A clause about `fact` that can be counted at once: with its first operator and a usual value. */
export function freshLeaf(fact: Fact): Leaf {
  return withOperator({ fact: fact.key, operator: "" }, fact.operators[0] ?? "answered", fact);
}

/** The same fact compared in another way; a value that still fits is kept. */
export function withOperator(leaf: Leaf, operator: string, fact: Fact): Leaf {
  const value = fits(leaf, operator) ? leaf.value : usualValue(operator, fact);
  const made: Leaf = { fact: fact.key, operator };
  if (value !== undefined) made.value = value;
  if (operator === "within_metres") made.of = leaf.of ?? { latitude: 36.698, longitude: 137.362 };
  return made;
}

const LISTS = new Set(["one_of", "contains_any", "grade_in"]);
const PAIRS = new Set(["between", "fiscal_age_between"]);
const AGES = new Set(["age_at_least", "age_at_most"]);
const SPANS = /^(days|hours)_since/;

export const isList = (operator: string): boolean => LISTS.has(operator);
export const isPair = (operator: string): boolean => PAIRS.has(operator);
export const hasValue = (operator: string): boolean => !/^(un)?answered$/.test(operator);

/** Operators whose value is a whole number, whatever the kind of the fact. */
export const isCounted = (operator: string): boolean =>
  AGES.has(operator) ||
  SPANS.test(operator) ||
  operator.startsWith("fiscal") ||
  operator === "within_metres";

function family(operator: string): string {
  if (!hasValue(operator)) return "none";
  if (operator === "grade_in" || operator === "fiscal_age_between") return operator;
  if (AGES.has(operator)) return "age";
  if (SPANS.test(operator)) return "span";
  if (operator === "within_metres") return "metres";
  if (isList(operator)) return "list";
  return isPair(operator) ? "pair" : "single";
}

const fits = (leaf: Leaf, operator: string): boolean =>
  leaf.operator !== "" && leaf.value !== undefined && family(leaf.operator) === family(operator);

function usualValue(operator: string, fact: Fact): Value | undefined {
  switch (family(operator)) {
    case "none":
      return undefined;
    case "grade_in":
    case "list":
      return [];
    case "fiscal_age_between":
      return [0, 5];
    case "age":
      return 18;
    case "span":
      return 30;
    case "metres":
      return 1000;
    case "pair":
      return fact.kind === "date" || fact.kind === "instant" ? ["today", "today"] : pairOf(fact);
    default:
      return usualSingle(fact);
  }
}

function usualSingle(fact: Fact): Value {
  switch (fact.kind) {
    case "date":
    case "instant":
      return "today";
    case "time":
      return "09:00";
    case "boolean":
      return true;
    case "choice":
    case "choices":
      return fact.choices[0]?.[0] ?? "";
    case "text":
      return "";
    default:
      return 1;
  }
}

const pairOf = (fact: Fact): Value => (fact.kind === "time" ? ["09:00", "17:00"] : [0, 1]);

/** The fact that `key` names, also by one of its versions. */
export function factOf(facts: Fact[], key: string): Fact | undefined {
  return facts.find((one) => one.key === key || one.versions?.some(([version]) => version === key));
}

/** Days as they are typed and written in Japan. A day is midnight in UTC: no time zone moves it. */

const ERAS = [
  { name: "令和", letter: "R", first: [2019, 5, 1] },
  { name: "平成", letter: "H", first: [1989, 1, 8] },
  { name: "昭和", letter: "S", first: [1926, 12, 25] },
  { name: "大正", letter: "T", first: [1912, 7, 30] },
  { name: "明治", letter: "M", first: [1868, 1, 25] },
] as const;

const DATED =
  /^(?:(令和|平成|昭和|大正|明治|[RHSTM])\s*(元|\d{1,2})|(\d{4}))\s*[年./-]\s*(\d{1,2})\s*[月./-]\s*(\d{1,2})\s*日?$/i;

/** Read 令和8年4月1日, R8.4.1, 2026/4/1 or 20260401; nothing if it is written in another way. */
export function read(typed: string): Date | undefined {
  const plain = typed
    .normalize("NFKC")
    .trim()
    .replace(/[（(].*$/, "");
  const found = DATED.exec(plain.replace(/^(\d{4})(\d{2})(\d{2})$/, "$1-$2-$3"));
  if (!found) return undefined;
  const [, era, eraYear, year, month, day] = found;
  const known = ERAS.find((one) => one.name === era || one.letter === era?.toUpperCase());
  const full = known ? known.first[0] + (eraYear === "元" ? 1 : Number(eraYear)) - 1 : Number(year);
  const made = new Date(Date.UTC(full, Number(month) - 1, Number(day)));
  if (made.getUTCMonth() !== Number(month) - 1) return undefined; // there is no such day
  return !known || eraOf(made) === known ? made : undefined;
}

export function written(day: Date, language: string): string {
  if (language === "en")
    return day.toLocaleDateString("en-GB", { dateStyle: "full", timeZone: "UTC" });
  return `${withoutWeekday(day)}（${"日月火水木金土"[day.getUTCDay()]}）`;
}

export function withoutWeekday(day: Date): string {
  const era = eraOf(day);
  const year = day.getUTCFullYear();
  const number = era ? year - era.first[0] + 1 : year;
  const name = era ? `${era.name}${number === 1 ? "元" : number}` : `${year}`;
  return `${name}年${day.getUTCMonth() + 1}月${day.getUTCDate()}日`;
}

function eraOf(day: Date): (typeof ERAS)[number] | undefined {
  return ERAS.find(
    (era) => Date.UTC(era.first[0], era.first[1] - 1, era.first[2]) <= day.getTime(),
  );
}

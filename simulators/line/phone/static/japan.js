// Time as Japan reads it. The simulator's clock is the only "now" that is shown.

const ZONE = "Asia/Tokyo";
const HOUR = 3_600_000;

const wareki = new Intl.DateTimeFormat("ja-JP-u-ca-japanese", {
  timeZone: ZONE, era: "long", year: "numeric", month: "long", day: "numeric",
});
const weekday = new Intl.DateTimeFormat("ja-JP", { timeZone: ZONE, weekday: "short" });
const hourMinute = new Intl.DateTimeFormat("ja-JP", {
  timeZone: ZONE, hour: "2-digit", minute: "2-digit", hourCycle: "h23",
});
const monthDay = new Intl.DateTimeFormat("ja-JP", { timeZone: ZONE, month: "numeric", day: "numeric" });

/** @type {{base: number, heardAt: number}} */
let clock = { base: Date.now(), heardAt: performance.now() };

/**
 * Set the business time as the simulator just said it.
 * @param {string} iso
 */
export function setNow(iso) {
  clock = { base: Date.parse(iso), heardAt: performance.now() };
}

/** The business time, in milliseconds; it goes on by itself between two words of the simulator. */
export function now() {
  return clock.base + (performance.now() - clock.heardAt);
}

/**
 * 令和8年11月23日（月）
 * @param {number} at
 */
export const longDate = (at) => `${wareki.format(at)}（${weekday.format(at)}）`;

/**
 * 令和8年11月23日（月）18:00
 * @param {number} at
 */
export const longTime = (at) => longDate(at) + hourMinute.format(at);

/**
 * 18:00
 * @param {number} at
 */
export const time = (at) => hourMinute.format(at);

/**
 * The day as a talk separates it: 今日, 昨日, 11月23日(月), or with its year.
 * @param {number} at
 */
export function dayLabel(at) {
  const days = Math.round((midnight(now()) - midnight(at)) / (24 * HOUR));
  if (days === 0) return "今日";
  if (days === 1) return "昨日";
  const day = `${japanDate(at).slice(5, 7).replace(/^0/, "")}月${japanDate(at).slice(8).replace(/^0/, "")}日`;
  const year = japanDate(at).slice(0, 4);
  const label = `${day}(${weekday.format(at)})`;
  return year === japanDate(now()).slice(0, 4) ? label : `${year}年${label}`;
}

/**
 * The time in the list of people: 18:00 today, 昨日, else 11/23.
 * @param {number} at
 */
export function listTime(at) {
  const label = dayLabel(at);
  if (label === "今日") return time(at);
  return label === "昨日" ? label : monthDay.format(at);
}

/**
 * 2026-11-23 in Japan.
 * @param {number} at
 */
export const japanDate = (at) => new Date(at + 9 * HOUR).toISOString().slice(0, 10);

/**
 * 2026-11-23T18:00 in Japan, as a date-time field wants it.
 * @param {number} at
 */
export const japanField = (at) => new Date(at + 9 * HOUR).toISOString().slice(0, 16);

/** @param {number} at */
const midnight = (at) => Date.parse(`${japanDate(at)}T00:00:00+09:00`);

/** Tomorrow 18:00 in Japan, as the simulator wants it. */
export function tomorrowEvening() {
  return `${japanDate(now() + 24 * HOUR)}T18:00:00+09:00`;
}

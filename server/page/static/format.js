// Times and numbers as the page writes them.

const MINUTE = 60_000; // milliseconds

/**
 * The incident's clock so many minutes after an instant: "21:04Z"; without an instant "+4 min".
 * @param {string|null} iso the alert's clock, ISO 8601 in UTC
 * @param {number} [minutes] after it
 */
export function clock(iso, minutes = 0) {
  const at = iso ? Date.parse(iso) : NaN;
  if (Number.isNaN(at)) return `${minutes < 0 ? "−" : "+"}${Math.abs(Math.round(minutes))} min`;
  return `${new Date(at + minutes * MINUTE).toISOString().slice(11, 16)}Z`;
}

/** A span before now in words: "now", "5 min ago", "1 h 5 min ago", "in 3 min". @param {number} minutes */
export function ago(minutes) {
  const whole = Math.round(minutes);
  if (whole === 0) return "now";
  return whole > 0 ? `${span(whole)} ago` : `in ${span(-whole)}`;
}

/** So many minutes in words: "45 min", "1 h 5 min". @param {number} minutes */
export function span(minutes) {
  const whole = Math.round(minutes);
  if (whole < 60) return `${whole} min`;
  return whole % 60 ? `${Math.floor(whole / 60)} h ${whole % 60} min` : `${whole / 60} h`;
}

/** A number with thousands set apart and so many decimals; "–" where there is none. */
export function number(x, digits = 0) {
  if (x == null || !Number.isFinite(Number(x))) return "–";
  return Number(x).toLocaleString("en-US", { minimumFractionDigits: digits, maximumFractionDigits: digits });
}

/** A reward or grade, two decimals: "0.90"; "–" where there is none. */
export function points(x) {
  return x == null || !Number.isFinite(Number(x)) ? "–" : (Number(x) + 0).toFixed(2).replace("-", "−");
}

/** A reward with its sign: "+0.05", "−0.15", "0.00". */
export function signed(x) {
  const text = points(x);
  return Number(x) > 0 && text !== "0.00" ? `+${text}` : text.replace("−0.00", "0.00");
}

/** "1 step", "3 steps". */
export function count(n, noun, nouns = `${noun}s`) {
  return `${number(n, 0)} ${n === 1 ? noun : nouns}`;
}

/** Money by the minute: "$1,250/min"; null where there is no number. */
export function money(x) {
  return x == null || !Number.isFinite(Number(x)) ? null : `$${number(x, 0)}/min`;
}

/** A text in which no line ends between a number and its unit: "0.26 %", "640 ms". */
export function withUnits(text) {
  return String(text ?? "").replace(/(\d) (?=(?:%|ms|s|min|h)(?![\p{L}\d]))/gu, "$1\u00a0");
}

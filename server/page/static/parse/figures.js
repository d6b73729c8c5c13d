/** Reads figures with their units out of the texts of tools: `3,240 ms`, `$0.10`, `10.4 % of limit`, `2.2 M`. */

/** Pattern of a number as the tools write it; without anchors, to be built into other patterns. */
export const NUMBER = String.raw`-?\d[\d,]*(?:\.\d+)?`;

/** Pattern of a time of day, as in `21:41:44Z`. */
export const CLOCK = String.raw`\d\d:\d\d:\d\dZ`;

const FIGURE = new RegExp(String.raw`(^|[\s($])(${NUMBER}) ?([%a-zA-Z/][\w/%]*)?`, "g");

// What each unit is in the smallest one of its kind.
const SCALES = {
  us: ["time", 0.001],
  ms: ["time", 1],
  s: ["time", 1000],
  min: ["time", 60_000],
  h: ["time", 3_600_000],
  d: ["time", 86_400_000],
  day: ["time", 86_400_000],
  days: ["time", 86_400_000],
  B: ["bytes", 1],
  KB: ["bytes", 1e3],
  MB: ["bytes", 1e6],
  GB: ["bytes", 1e9],
  TB: ["bytes", 1e12],
  KiB: ["bytes", 1024],
  MiB: ["bytes", 1024 ** 2],
  GiB: ["bytes", 1024 ** 3],
  TiB: ["bytes", 1024 ** 4],
  k: ["", 1e3],
  M: ["", 1e6],
};

/**
 * @typedef {{value: number, unit: string}} Figure a number and the unit behind it, "" where there is none
 */

/**
 * All figures of a text, in their order.
 * @param {string} text
 * @returns {Figure[]}
 */
function figuresIn(text) {
  return [...text.matchAll(FIGURE)].map((found) => ({
    value: Number(found[2].replaceAll(",", "")),
    unit: found[3] ?? "",
  }));
}

/**
 * The number that a text begins with; null where it begins with none, as `no data` does.
 * @param {string} text
 * @returns {Figure|null}
 */
export function figure(text) {
  const found = text.trim().match(new RegExp(String.raw`^\$?(${NUMBER})(?![\d.:]) ?(\S*)`));
  return found ? { value: Number(found[1].replaceAll(",", "")), unit: found[2] } : null;
}

/** A figure in the smallest unit of its kind, so that `15 s` and `180 ms` can be compared. */
function base({ value, unit }) {
  const [plain, per] = unit.replace(/,$/, "").split("/");
  const [kind, scale] = SCALES[plain] ?? (plain === "%" ? ["%", 1] : [plain && per === undefined ? "" : plain, 1]);
  return { kind: per === undefined ? kind : `${kind}/${per}`, value: value * scale };
}

const ADDRESS = /^\d+(?:\.\d+){3}\b/; // of the network, such as 10.0.5.10:5432

/**
 * How many times the normal value a figure is.
 *
 * Where a text holds more than one figure, the first in the unit of the normal value counts; a normal range is its
 * nearer end. Null where nothing can be compared, or where the normal value is nought and the figure is not.
 * @param {string} now
 * @param {string} normal
 * @returns {number|null}
 */
export function factorOf(now, normal) {
  const usual = figuresIn(normal).map(base);
  if (!usual.length || ADDRESS.test(normal)) return null;
  const found = figuresIn(now)
    .map(base)
    .find((each) => each.kind === usual[0].kind);
  if (!found) return null;
  const range = / to /.test(normal) && usual.length > 1 ? [usual[0].value, usual[1].value] : [usual[0].value];
  const low = Math.min(...range),
    high = Math.max(...range);
  const bounded = /\b(?:below|up to|under|less than)\b/.test(normal);
  if ((found.value >= low && found.value <= high) || (bounded && found.value <= high)) return 1;
  const nearest = found.value > high ? high : low;
  if (nearest === 0) return null;
  const factor = found.value / nearest;
  return factor >= 0 ? factor : null;
}

/** The lines of a text, empty ones left out. */
export function linesOf(text) {
  return text
    .split("\n")
    .map((line) => line.replace(/\r$/, ""))
    .filter((line) => line.trim() !== "");
}

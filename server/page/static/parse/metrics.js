/** Reads `check_metrics`: a table of now, before and normal, a series, or lines such as `CPU: 61 % (normal 38 %)`. */

import { CLOCK, factorOf, figure, linesOf } from "./figures.js";

const TITLE = new RegExp(`^(\\S+) at (${CLOCK})(?= |$)`);
const HEAD = /\S+(?: \S+)*/g;
const WITH_NORMAL = /^(.*?) \(normal ([^()]*)\)(.*)$/;
const ENDS_IN_A_FIGURE = /^\S+ (?:.* )?\$?\d[\d,.]*(?: ?%|\/\w+| [a-zA-Z]{1,3})?$/;

/**
 * @typedef {object} MetricRow
 * @property {string} label
 * @property {string} unit of the figures, "" where they have none
 * @property {number|null} now the latest reading; null where it is missing or no number
 * @property {number|null} before ten minutes ago; of a series, the oldest reading
 * @property {number|null} normal when all is well
 * @property {{at: string, value: number|null}[]} values oldest first; `at` as it is shown
 * @property {{now: string, before: string, normal: string}} text the cells as they are written
 * @property {number|null} deviation now as a factor of normal; null where it cannot be said
 * @property {boolean} fromZero whether normal is nought and now is not
 * @property {string} note what a hand-written line adds behind its figures
 */

/**
 * @param {string} text
 * @returns {{service: string|null, at: string|null, heads: string[], rows: MetricRow[], notes: string[]}|null}
 *   `heads` are the columns between label and normal value; `notes` all lines that are no rows
 */
export function parseMetrics(text) {
  const lines = linesOf(text);
  const title = lines[0]?.match(TITLE);
  const found = title ? table(lines, title) : written(lines);
  return found.rows.length || found.heads.length ? found : null;
}

function table(lines, title) {
  const heads = [],
    ends = [];
  for (const column of lines[0].slice(title[0].length).matchAll(HEAD)) {
    heads.push(column[0]);
    ends.push(title[0].length + column.index + column[0].length);
  }
  const rows = [],
    notes = [];
  for (const line of lines.slice(1)) {
    if (/^No samples of /.test(line) || !/ {2,}/.test(line)) notes.push(line);
    else rows.push(tableRow(line, heads.slice(0, -1), ends));
  }
  return { service: title[1], at: title[2], heads: heads.slice(0, -1), rows, notes };
}

/** A row of a table; its columns end where their heads end. */
function tableRow(line, heads, ends) {
  const first = line.slice(0, ends[0]);
  const gap = first.search(/ {2,}/);
  const label = (gap < 0 ? first : first.slice(0, gap)).trim();
  const cells = [gap < 0 ? "" : first.slice(gap).trim()];
  for (let n = 1; n < ends.length; n += 1) cells.push(line.slice(ends[n - 1], ends[n]).trim());
  const readings = cells.slice(0, -1);
  const values = readings.map((cell, n) => ({ at: heads[n], value: figure(cell)?.value ?? null }));
  if (heads[0] === "now") {
    readings.reverse();
    values.reverse();
  }
  return row(label, readings.at(-1) ?? "", readings.length > 1 ? readings[0] : "", cells.at(-1), values, "");
}

function written(lines) {
  const rows = [],
    notes = [];
  for (const line of lines) {
    const found = line.match(WITH_NORMAL);
    const [label, now] = found ? split(found[1]) : [null, ""];
    if (label === null) notes.push(line);
    else rows.push(row(label, now, "", found[2], [{ at: "now", value: figure(now)?.value ?? null }], found[3]));
  }
  return { service: null, at: null, heads: rows.length ? ["now"] : [], rows, notes };
}

/** The label and the figures of a line, `CPU: 61 %` or `CPU 61 %`. */
function split(text) {
  const colon = text.indexOf(": ");
  if (colon > 0 && !ENDS_IN_A_FIGURE.test(text.slice(0, colon))) return [text.slice(0, colon), text.slice(colon + 2)];
  const found = text.match(/^(\S+(?: (?![a-z]+-\d)[^\d\s$]\S*| 5xx)*) (.*)$/);
  return found ? [found[1], found[2]] : [null, ""];
}

function row(label, now, before, normal, values, note) {
  const [read, usual] = [figure(now), figure(normal)];
  const deviation = factorOf(now, normal);
  return {
    label,
    unit: read?.unit.replace(/,$/, "") ?? "",
    now: read?.value ?? null,
    before: figure(before)?.value ?? null,
    normal: usual?.value ?? null,
    values,
    text: { now, before, normal },
    deviation,
    fromZero: deviation === null && usual?.value === 0 && (read?.value ?? 0) !== 0,
    note: note.replace(/^[,;] */, "").trim(),
  };
}

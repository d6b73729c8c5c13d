/** Reads the spans of one request, as `check_dependencies` shows them with `trace`. */

import { CLOCK, NUMBER, linesOf } from "./figures.js";

const TRACE = new RegExp(`^(\\w+) trace of (\\S+) sampled in the minute before (${CLOCK}), id (\\w+)(?:, (one of .+))?$`);
const NONE = new RegExp(`^No (\\w+) trace of (\\S+) was sampled in the minute before (${CLOCK})\\.$`);
const SPAN = new RegExp(`^( +)\\+(${NUMBER}) ms {2}(\\S+|another service) {2}(${NUMBER}) ms {2}(.*)$`);

/**
 * @param {string} text
 * @returns {{of: string, wanted: string, at: string, id: string|null, among: string|null, notes: string[],
 *   spans: {start: number, depth: number, service: string, ms: number, outcome: string, bad: boolean}[]}|null}
 *   `wanted` is slowest or failed; `among` tells of how many requests a failed one is a sample; times in ms since the
 *   request began; no spans where no such request was sampled
 */
export function parseTrace(text) {
  const lines = linesOf(text);
  const head = lines[0]?.match(TRACE),
    none = lines[0]?.match(NONE);
  if (!head && !none) return null;
  const spans = [],
    notes = none ? [lines[0]] : [];
  for (const line of lines.slice(1)) {
    const found = line.match(SPAN);
    if (!found) notes.push(line);
    else
      spans.push({
        start: Number(found[2].replaceAll(",", "")),
        depth: found[1].length / 2 - 1,
        service: found[3],
        ms: Number(found[4].replaceAll(",", "")),
        outcome: found[5],
        bad: found[5] !== "ok",
      });
  }
  const [, wanted, of, at] = head ?? none;
  return { of, wanted, at, id: head?.[4] ?? null, among: head?.[5] ?? null, notes, spans };
}

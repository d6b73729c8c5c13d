/** Reads `check_recent_deploys`: the latest changes of a service, and the diff of one of them. */

import { CLOCK, linesOf } from "./figures.js";

const HEAD = new RegExp(`^(\\S+): latest changes at (${CLOCK})$`);
const DAY = String.raw`(?<date>\d{4}-\d\d-\d\d)`;
const AGO = String.raw`\((?<ago>[^()]*?)(?: ago)?\)`;
const ISO = String.raw`${DAY}T(?<time>[\d:]+)Z`;
const BY = "(?<author>[^:]+): (?<title>.*)";
const FORMATS = [
  String.raw` *${DAY} (?<time>\d\d:\d\d)Z ${AGO} {2}(?<id>\S+) {2}(?<version>\S+) {2}by ${BY}`, // generated
  String.raw`${ISO} ${AGO} (?<version>.+?) by ${BY}`,
  String.raw`${ISO} ${AGO} (?<version>[^:]+) (?<author>[^\s:]+): (?<title>.*)`,
  String.raw`(?<ago>\d[\w ]*?)(?: ago)? {2,}${ISO} {2,}(?<version>.+?) {2,}(?<author>.+?) {2,}(?<title>.*)`,
].map((form) => new RegExp(`^${form}$`));
const DIFF = /^(\S+): (\S+) of (\d{4}-\d\d-\d\d) (\d\d:\d\d)Z by ([^:]+): (.*)$/;

/**
 * @typedef {object} Change
 * @property {string} at ISO 8601, UTC
 * @property {string} ago how long before the reading, as in `5 d` or `8 min`
 * @property {number} minutes the same in minutes, rounded down to the unit that is shown
 * @property {string|null} id of the change, by which its diff is asked for; null where there is none
 * @property {string} version
 * @property {string} author
 * @property {string} title
 */

/**
 * @param {string} text
 * @returns {{service: string|null, at: string|null, notes: string[], changes: Change[]}|null}
 */
export function parseChanges(text) {
  const lines = linesOf(text);
  const head = lines[0]?.match(HEAD);
  const changes = [],
    notes = [];
  for (const line of head ? lines.slice(1) : lines) {
    const parts = FORMATS.map((form) => line.match(form)?.groups).find(Boolean);
    if (parts) changes.push(changeOf(parts));
    else notes.push(line.trim().replace(/^\((.*)\)$/s, "$1"));
  }
  return head || changes.length ? { service: head?.[1] ?? null, at: head?.[2] ?? null, notes, changes } : null;
}

function changeOf({ date, time, ago, id, version, author, title }) {
  return { at: `${date}T${time}Z`, ago, minutes: minutesOf(ago), id: id ?? null, version, author, title };
}

function minutesOf(ago) {
  const [count, unit] = ago.split(" ");
  return Number(count) * ({ m: 1, h: 60, d: 1440 }[unit?.[0]] ?? 1);
}

/**
 * @param {string} text
 * @returns {{service: string, id: string, at: string, author: string, title: string,
 *   rows: {sign: "+"|"-"|" ", text: string}[]}|null}
 */
export function parseDiff(text) {
  const lines = linesOf(text);
  const head = lines[0]?.match(DIFF);
  if (!head) return null;
  const rows = lines
    .slice(1)
    .map((line) =>
      /^[+-] /.test(line) ? { sign: line[0], text: line.slice(2) } : { sign: " ", text: line.replace(/^ {2}/, "") },
    );
  return { service: head[1], id: head[2], at: `${head[3]}T${head[4]}Z`, author: head[5], title: head[6], rows };
}

/** Reads `check_dependencies`: who calls a service, whom it calls, and how those calls fare. */

import { CLOCK, NUMBER, linesOf } from "./figures.js";

const N = NUMBER;
const HEAD = new RegExp(`^(\\S+) at (${CLOCK}): (.*)$`);
const ANSWERS = new RegExp(
  `^(?<requests>${N})(?:/s| requests/s), (?<fails>${N}) % fail, p99 (?<p99>${N}) ms ` +
    `\\(normal (?<normalFails>${N}) %, (?<normalP99>${N}) ms\\)$`,
);
const CALLER = new RegExp(`^ {2}(?<name>\\S+)(?: \\((?<kind>[^)]+)\\))?: (?<rate>${N}) calls/s$`);
const CALL = new RegExp(
  `^ {2}(?<name>\\S+) \\((?<kind>\\w+)\\): (?<rate>${N}) calls/s, (?<perRequest>${N}) a request, ` +
    `(?<tries>${N}) tries, (?<unconnected>${N})/s not connected, (?<fails>${N}) % fail ` +
    `\\(normal (?<normalFails>${N}) %\\), (?<timedOut>${N}) % time out; ` +
    `answers p99 (?<p99>${N}) ms \\(normal (?<normalP99>${N}) ms\\)(?:; (?<remarks>.+))?$`,
);
const OTHERS = new RegExp(`^ {2}(?<name>others): (?<rate>${N}) calls/s, (?<tries>${N}) tries, (?<fails>${N}) % fail$`);
const PLATFORM = {
  "Runs on": "runsOn",
  Network: "network",
  "Monitored by": "monitoredBy",
  Carries: "carries",
  Hosts: "hosts",
  Schedules: "schedules",
  Monitors: "monitors",
  "Keeps the state of": "keepsStateOf",
  "Keeps its state in": "keepsStateIn",
};
const SENTENCE = /^(Upstream|Downstream|Peer):? (.+?) \(([^()]*)\)(?:: (.*))?$/i;
const IN_COLUMNS = /^(upstream|downstream|peer) +(\S.*)$/i;
const STATES = "ok|slow|failing|unreachable|backlog|idle|down|degraded";
// A neighbour, a protocol of a word or two, and the state; a cell that fills its column is followed by one space.
const COLUMNS = new RegExp(
  `^(?<name>\\S+(?: \\S+){0,8}) +(?<kind>\\S+(?: (?:push|\\d+))?) +(?<state>${STATES})(?: (?<more>\\S+(?: \\S+)*))?` +
    "(?: {2,}(?<detail>.*))?$",
  "i",
);
const SERVICE = /^[a-z0-9]+(?:-[a-z0-9]+)+$/;
const NUMBERS = ["rate", "perRequest", "tries", "unconnected", "fails", "normalFails", "timedOut", "p99", "normalP99"];

/**
 * @typedef {object} Edge calls between the service and a neighbour; a figure that is not shown is null
 * @property {string} name
 * @property {string} kind sync, async, storage or config; of hand-written ones the protocol
 * @property {number|null} rate tries/s
 * @property {number|null} perRequest calls that a request makes
 * @property {number|null} tries of each call
 * @property {number|null} unconnected tries/s that reach nobody
 * @property {number|null} fails percent of the tries, as the next ones
 * @property {number|null} normalFails
 * @property {number|null} timedOut
 * @property {number|null} p99 ms
 * @property {number|null} normalP99 ms
 * @property {number|null} timeout ms
 * @property {number} retries at most
 * @property {boolean} fallback
 * @property {boolean} known whether the name is that of a service, as that of `others` is not
 * @property {string|null} service the service that the name holds, as of `order-service az-1`
 * @property {string|null} state of hand-written ones: ok, slow, failing ..
 * @property {string} detail what else a hand-written line says
 */

/**
 * @param {string} text
 * @returns {object|null} {service, at, requests, fails, p99, normalFails, normalP99, calledBy: Edge[], calls: Edge[],
 *   peers: Edge[], runsOn: [name], network: [name], monitoredBy: [name], .. (each kind of platform), notes: [line],
 *   serves: whether it takes requests}; shares in percent, times in ms
 */
export function parseDependencies(text) {
  const lines = linesOf(text);
  const head = lines[0]?.match(HEAD);
  return head ? generated(lines, head) : written(lines);
}

function empty() {
  const found = { service: null, at: null, serves: true, calledBy: [], calls: [], peers: [], notes: [] };
  for (const name of ["requests", "fails", "p99", "normalFails", "normalP99"]) found[name] = null;
  for (const name of Object.values(PLATFORM)) found[name] = [];
  return found;
}

function generated(lines, head) {
  const found = { ...empty(), service: head[1], at: head[2] };
  const answers = head[3].match(ANSWERS)?.groups;
  if (answers) Object.assign(found, numbers(answers, Object.keys(answers)));
  else found.serves = false;
  if (!answers && head[3] !== "it takes no requests") found.notes.push(head[3]);
  let section = "";
  for (const line of lines.slice(1)) {
    const [, label, names] = line.match(/^([A-Z][a-z ]+): (.*)$/) ?? [];
    if (/^(?:Called by|Calls):$/.test(line)) section = line;
    else if (line.trim() === "nobody") continue;
    else if (PLATFORM[label]) found[PLATFORM[label]] = names.split(", ");
    else if (!addGenerated(found, section, line)) found.notes.push(line);
  }
  return found;
}

function addGenerated(found, section, line) {
  const forms = section === "Calls:" ? [CALL, OTHERS] : section === "Called by:" ? [CALLER] : [];
  const parts = forms.map((form) => line.match(form)?.groups).find(Boolean);
  if (!parts) return false;
  const remarks = parts.remarks ?? "";
  (section === "Calls:" ? found.calls : found.calledBy).push({
    ...edge(parts.name, parts.kind ?? ""),
    ...numbers(parts, NUMBERS),
    timeout: toNumber(remarks.match(new RegExp(`time-out (${N}) ms`))?.[1]),
    retries: Number(remarks.match(/up to (\d+) retr/)?.[1] ?? 0),
    fallback: /\bfallback\b/.test(remarks),
    known: parts.name !== "others",
    service: parts.name === "others" ? null : parts.name,
  });
  return true;
}

function edge(name, kind) {
  const nothing = Object.fromEntries(NUMBERS.map((key) => [key, null]));
  return {
    name,
    kind,
    ...nothing,
    timeout: null,
    retries: 0,
    fallback: false,
    known: true,
    service: name,
    state: null,
    detail: "",
  };
}

function numbers(parts, names) {
  return Object.fromEntries(names.map((name) => [name, toNumber(parts[name])]));
}

function toNumber(text) {
  return text === undefined ? null : Number(text.replaceAll(",", ""));
}

// ---- hand-written reports ---------------------------------------------------------------------------------------

function written(lines) {
  const found = empty();
  for (const line of lines) {
    const parts = / {2,}/.test(line) ? columns(line) : sentence(line);
    if (!parts) found.notes.push(line);
    else ({ upstream: found.calledBy, downstream: found.calls, peer: found.peers })[parts.direction].push(parts.edge);
  }
  return found.calledBy.length + found.calls.length + found.peers.length ? found : null;
}

/** `Downstream postgres-db (SQL): failing, p99 5,000 ms`. */
function sentence(line) {
  const found = line.match(SENTENCE);
  if (!found) return null;
  const [, state, detail] = (found[4] ?? "").match(new RegExp(`^(?:(${STATES})(?:,? |$))?(.*)$`, "s"));
  return { direction: found[1].toLowerCase(), edge: told(found[2], found[3], state ?? null, detail) };
}

/** `downstream  postgres-db  sql  FAILING  no contact since 19:38Z`. */
function columns(line) {
  const found = line.match(IN_COLUMNS);
  if (!found) return null;
  const direction = found[1].toLowerCase();
  const parts = found[2].match(COLUMNS)?.groups;
  if (!parts) {
    const [name, kind = "", ...rest] = found[2].split(/ {2,}/);
    return { direction, edge: told(name, kind, null, rest.join(", ")) };
  }
  const detail = [parts.more, parts.detail].filter(Boolean).join(", ");
  return { direction, edge: told(parts.name, parts.kind, parts.state.toLowerCase(), detail) };
}

function told(name, kind, state, detail) {
  const first = (form) => toNumber(detail.match(new RegExp(form))?.[1]);
  const p99 = detail.match(new RegExp(`p99(?: wait)? (${N}) (ms|s)(?: \\(normal (${N}) (ms|s))?`));
  const time = (value, unit) => (value === undefined ? null : toNumber(value) * (unit === "s" ? 1000 : 1));
  return {
    ...edge(name, kind),
    rate: first(`(${N}) (?:calls|req|commands?)/s`),
    fails: first(`(${N}) % (?:errors|timeouts|time out|5xx|answered 5|end at)`),
    p99: p99 ? time(p99[1], p99[2]) : null,
    normalP99: p99 ? time(p99[3], p99[4]) : null,
    known: SERVICE.test(name),
    service: name.split(" ").find((word) => SERVICE.test(word) && !/-\d+,?$/.test(word)) ?? null,
    state,
    detail,
  };
}

export { parseTrace } from "./trace.js";

/** Reads `query_logs`: lines in the formats of some twenty kinds of software, each with its time and level. */

import { CLOCK, linesOf } from "./figures.js";

const HEAD = new RegExp(`^(\\S+): log from (${CLOCK}) to (${CLOCK})(?:, (.*))?$`);
const NOTE = /^(?:No lines? (?:after|of the last) .*|no line of the last .*|\(.* earlier lines? of the sample .*\))$/;

const ISO = String.raw`(?<date>\d{4}-\d\d-\d\d)T(?<time>\d\d:\d\d:\d\d(?:\.\d{1,6})?)(?:Z|\+0000)`;
const SPACED = String.raw`(?<date>\d{4}-\d\d-\d\d) (?<time>\d\d:\d\d:\d\d[.,]\d{3,6})`;
const MONTHS = "JanFebMarAprMayJunJulAugSepOctNovDec";
const MONTH = "(?<month>Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)";
const TIME = String.raw`(?<time>\d\d:\d\d:\d\d(?:\.\d{3,6})?)`;

const FORMATS = [
  String.raw`time="${ISO}" level=(?<level>\w+) msg=(?<json>".*") service=\S+`, // Go
  String.raw`\{"time":"${ISO}","level":"(?<level>\w+)","service":"[^"]+","pid":\d+,"msg":(?<json>".*")\}`, // Node
  String.raw`(?<fields>\{"level":"(?<level>\w+)","ts":"${ISO}",.*\})`, // etcd
  String.raw`\[${ISO}\]\[(?<level>\w+)\](?<text>\[gc.*)`, // Java, garbage collection
  String.raw`${ISO} +(?<level>[A-Z]+) 1 --- \[\S+\] \[[^\]]*\] \S+ *: (?<text>.*)`, // Java
  String.raw`${ISO} \d+ \[(?<level>Note|Warning|ERROR|System)\] (?<text>.*)`, // MySQL
  String.raw`# Time: ${ISO} (?<text># User@Host: .*)`, // MySQL, slow statements
  String.raw`${ISO} \[(?<level>[A-Z]+)\] +(?<text>.*)`,
  String.raw`${ISO} (?<level>[A-Z]+) cache-\w+ (?<text>.*)`, // a CDN
  String.raw`time=${ISO} level=(?<level>\w+) source=\S+ (?<text>.*)`, // Prometheus
  String.raw`${SPACED} (?<level>[A-Z]+) \[\d+\] (?<text>.*)`, // Python
  String.raw`${SPACED} UTC \[\d+\] (?<level>[A-Z\d]+):  (?<text>.*)`, // PostgreSQL
  String.raw`\[${SPACED}\] (?<level>[A-Z]+) (?<text>.*)`, // Kafka
  String.raw`${SPACED}\+00:00 \[(?<level>\w+)\] <0\.\d+\.0> (?<text>.*)`, // Erlang
  String.raw`\[${SPACED}\]\[\d+\]\[(?<level>\w+)\](?<text>\[\w+\] .*)`, // Envoy
  String.raw`\[${ISO}\] (?<text>.*)`, // Envoy, access log
  String.raw`(?<text>\{.*),"(?:timestamp|stageTimestamp)":"${ISO}"\}`, // event logs of Envoy and Kubernetes
  String.raw`\d+:[CMSX] (?<day>\d\d) ${MONTH} (?<year>\d{4}) ${TIME} (?<level>[.*#-]) (?<text>.*)`, // Redis
  String.raw`(?<level>[IWEF])(?<number>\d\d)(?<day>\d\d) ${TIME} +\d+ (?<text>.*)`, // glog
  String.raw`${MONTH} (?<day>[ \d]\d) ${TIME} \S+ (?<level>[a-z]+) (?<text>.*)`, // syslog
  String.raw`(?<year>\d{4})/(?<number>\d\d)/(?<day>\d\d) ${TIME} \[(?<level>\w+)\] \d+#\d+: (?<text>.*)`, // nginx
  String.raw`(?<text>\S+ - - \[(?<day>\d\d)/${MONTH}/(?<year>\d{4}):${TIME} \+0000\] .*)`, // nginx, access log
  String.raw`${ISO} (?<level>[A-Z]+) +\[[^\]]+\] (?<text>.*)`, // hand-written, with their source in brackets
  String.raw`(?:\d+:[CMSX] )?${ISO} (?<level>[A-Z]+):? +(?<text>.*)`,
  String.raw`${ISO} (?:\S+ ){1,4}?(?<level>DEBUG|LOG|INFO|NOTICE|WARNING|ERROR|FATAL|PANIC): +(?<text>.*)`,
  String.raw`${ISO} (?<text>.*)`,
].map((form) => new RegExp(`^${form}$`, "s"));

const LEVELS = Object.fromEntries(
  Object.entries({
    debug: ["debug", "debug1", "trace", "."],
    info: ["info", "log", "note", "notice", "system", "i", "*", "-"],
    warn: ["warn", "warning", "w", "#"],
    error: ["error", "err", "e"],
    fatal: ["fatal", "critical", "crit", "panic", "f"],
  }).flatMap(([level, words]) => words.map((word) => [word, level])),
);

/** The levels, from the least to the worst. */
export const LEVELS_IN_ORDER = ["debug", "info", "warn", "error", "fatal"];

/**
 * @typedef {object} LogLine
 * @property {string|null} at ISO 8601, UTC; null where the format of the line is not known
 * @property {string|null} level debug, info, warn, error or fatal; null where the line has none
 * @property {string} text the message, decoded where the format encodes it
 * @property {string} prefix what stands before the message: time, level and source
 * @property {string} raw the whole line
 */

/**
 * @param {string} text
 * @param {{year?: number}} [options] the year of lines whose format has none: 2026 if not given, as of all incidents
 * @returns {{service: string|null, from: string|null, to: string|null, notes: string[], lines: LogLine[]}|null}
 */
export function parseLogs(text, { year = 2026 } = {}) {
  const all = linesOf(text);
  const head = all[0]?.match(HEAD);
  const notes = head?.[4] ? [head[4]] : [];
  const lines = [];
  for (const raw of head ? all.slice(1) : all) {
    if (NOTE.test(raw)) notes.push(raw);
    else lines.push(parseLine(raw, year));
  }
  if (!head && !notes.length && !lines.some((line) => line.at)) return null;
  return { service: head?.[1] ?? null, from: head?.[2] ?? null, to: head?.[3] ?? null, notes, lines };
}

/** @returns {LogLine} one line; a line of no known format is all message */
function parseLine(raw, year) {
  for (const form of FORMATS) {
    const parts = raw.match(form)?.groups;
    if (!parts) continue;
    const text = messageOf(parts);
    const place = raw.indexOf(text);
    return {
      at: timeOf(parts, year),
      level: LEVELS[(parts.level ?? "").toLowerCase()] ?? null,
      text,
      prefix: place > 0 ? raw.slice(0, place) : "",
      raw,
    };
  }
  return { at: null, level: null, text: raw, prefix: "", raw };
}

function timeOf(parts, year) {
  const month = parts.number ?? String(MONTHS.indexOf(parts.month ?? "Jan") / 3 + 1).padStart(2, "0");
  const date = parts.date ?? `${parts.year ?? year}-${month}-${(parts.day ?? "1").trim().padStart(2, "0")}`;
  return `${date}T${parts.time.replace(",", ".")}Z`;
}

/** The message of a line; fields of their own follow it as `name=value`. */
function messageOf(parts) {
  try {
    if (parts.json) return String(JSON.parse(parts.json));
    if (!parts.fields) return parts.text;
    const { level, ts, caller, msg, ...rest } = JSON.parse(parts.fields);
    const told = Object.entries(rest).map(([name, value]) => `${name}=${quoted(value)}`);
    return told.length ? `${msg}: ${told.join(" ")}` : String(msg);
  } catch {
    return parts.text ?? parts.json ?? parts.fields;
  }
}

function quoted(value) {
  const text = typeof value === "string" ? value : JSON.stringify(value);
  return text === "" || text.includes(" ") ? JSON.stringify(text) : text;
}

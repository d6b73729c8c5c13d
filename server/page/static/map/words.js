/** Nodes and edges of the map in words. */

import { KIND_WORDS } from "./icons.js";

const grouped = (value, digits) => value.toLocaleString("en-US", { maximumFractionDigits: digits });

/** A share of 0 to 1 as a percentage: "38 %", "0.13 %". */
export function percent(value) {
  const x = value * 100;
  return `${x >= 10 ? grouped(x, 0) : x >= 1 ? grouped(x, 1) : grouped(x, 2)} %`;
}

/** Calls a second: "6,440/s", "1.2/s". */
const perSecond = (rate) => `${grouped(rate, rate < 10 ? 1 : 0)}/s`;

/** Milliseconds: "203 ms", "5.0 s". */
const millis = (ms) => (ms >= 1000 ? `${grouped(ms / 1000, 1)} s` : `${grouped(ms, ms < 10 ? 1 : 0)} ms`);

const beside = (value, normal, write) => (normal === null ? write(value) : `${write(value)} (normal ${write(normal)})`);

/** Figures of an edge: "1,142/s, 2.5 % fail (normal 0.01 %), p99 10 ms". */
export function edgeFigures({ rate, fails, normalFails, p99, normalP99, ok, kind, ground }) {
  if (ground) return kind;
  const parts = [];
  if (rate !== null) parts.push(perSecond(rate));
  if (fails !== null)
    parts.push(`${beside(fails, normalFails ?? null, percent)} fail`.replace(/ (\(.*\)) fail$/, " fail $1"));
  else if (ok === false) parts.push("failing");
  else if (ok) parts.push("ok");
  if (p99 !== null) parts.push(`p99 ${beside(p99, normalP99 ?? null, millis)}`);
  return parts.join(", ") || "no figures";
}

/** The short label of an edge on the map: "1,142/s · 10 ms". */
export const edgeLabel = ({ rate, p99 }) =>
  [rate === null ? null : perSecond(rate), p99 === null ? null : millis(p99)].filter(Boolean).join(" · ");

/** What is said of a node after its name, as a list of short texts. */
export function nodeFacts(node, marks = {}) {
  const facts = [KIND_WORDS[node.kind] ?? "service"];
  if (node.alerting) facts.push("its alert is firing");
  else if (node.affected) facts.push("named by the alert");
  if (!node.read) facts.push("not read yet");
  if (node.health) facts.push(`health ${node.health}`);
  const normal = node.normalErrorRate === null ? "" : ` (normal ${percent(node.normalErrorRate)})`;
  if (node.errorRate !== null) facts.push(`${percent(node.errorRate)} of requests fail${normal}`);
  else if (node.read && !node.health) facts.push("error rate not known");
  if (node.p99 !== null) facts.push(`p99 ${beside(node.p99, node.normalP99, millis)}`);
  if (marks.culprit) facts.push("where the failure began");
  return facts;
}

/** Reads `check_service_status`: health, replicas, version, alerts, notes, flags and runbook steps of a service. */

import { CLOCK, NUMBER, linesOf } from "./figures.js";

const HEALTH = new RegExp(`^(\\w+)(?: at (${CLOCK}))?$`);
const REPLICAS = /^(\d+)\/(\d+) ([^:]*?)(?:: (.*))?$/s;
const INSTANCE = /^(\S+) on (\S+) zone (\w+)( \(not ready\))?$/;
const ERRORS = new RegExp(
  `^(?<all>${NUMBER}) %(?:; (?:errors of its own (?<own>${NUMBER}) %, )?` +
    `worst instance (?<worst>${NUMBER}) %, median instance (?<median>${NUMBER}) %)?$`,
);
const FIRING = /^(.+?) \((.+), limit (.+)\)$/;
const BARE = /^(Version|Config|Release) (.*)$/;

/**
 * @typedef {object} Status
 * @property {string} health healthy, degraded, unhealthy or down
 * @property {string|null} at time of day
 * @property {{ready: number, of: number, text: string,
 *   instances: {name: string, host: string, zone: string, ready: boolean}[]}|null} replicas
 * @property {string|null} version
 * @property {number|null} errorRate in percent, as the other shares
 * @property {{own: number|null, worst: number|null, median: number|null}} errors
 * @property {string|null} errorText the line of the error rate as it is written
 * @property {{name: string, shown: string, limit: string}[]} alerts that fire
 * @property {{label: string, value: string}[]} facts other lines with a label
 * @property {string[]} notes lines without one
 * @property {{name: string, on: boolean}[]} flags
 * @property {string[]} steps of the runbook
 */

/**
 * @param {string} text
 * @returns {Status|null}
 */
export function parseStatus(text) {
  const lines = linesOf(text);
  const health = lines[0]?.startsWith("Health: ") && lines[0].slice(8).match(HEALTH);
  if (!health) return null;
  const status = {
    health: health[1].toLowerCase(),
    at: health[2] ?? null,
    replicas: null,
    version: null,
    errorRate: null,
    errors: { own: null, worst: null, median: null },
    errorText: null,
    alerts: [],
    facts: [],
    notes: [],
    flags: [],
    steps: [],
  };
  for (const line of lines.slice(1)) readLine(status, line);
  return status;
}

// Each reads the value of a line with its label; false where it is written otherwise.
const READERS = {
  Replicas: readReplicas,
  Version: (status, value) => !status.version && Boolean((status.version = value)),
  "Error rate": readErrors,
  Alerts: readAlerts,
  "Feature flags": (status, value) => {
    status.flags = listed(value).map((entry) => ({
      name: entry.replace(/=(?:on|off)$/, ""),
      on: entry.endsWith("=on"),
    }));
    return true;
  },
  "Runbook steps": (status, value) => Boolean((status.steps = listed(value))),
};

function readLine(status, line) {
  const [, label, value] = line.match(/^([^:]{1,40}): (.*)$/s) ?? line.match(BARE) ?? [null, "", ""];
  if (!label) status.notes.push(line);
  else if (!READERS[label]?.(status, value)) addFact(status, label, value, line);
}

/** A line with a label of the report's own is a fact; others are notes, whose colon belongs to their sentence. */
function addFact(status, label, value, line) {
  if (status.at && !READERS[label]) status.notes.push(line);
  else status.facts.push({ label, value });
}

function readReplicas(status, value) {
  const found = value.match(REPLICAS);
  if (!found) return false;
  const places = (found[4] ?? "").split(", ").map((place) => place.match(INSTANCE));
  const said = value.match(/(\d+)\/\d+ ready/);
  const instances = places.every(Boolean)
    ? places.map(([, name, host, zone, down]) => ({ name, host, zone, ready: !down }))
    : [];
  status.replicas = { ready: Number(said?.[1] ?? found[1]), of: Number(found[2]), text: value, instances };
  return true;
}

function readErrors(status, value) {
  const found = value.match(ERRORS)?.groups;
  if (!found) return false;
  const share = (name) => (found[name] === undefined ? null : Number(found[name].replaceAll(",", "")));
  status.errorRate = share("all");
  status.errors = { own: share("own"), worst: share("worst"), median: share("median") };
  status.errorText = value;
  return true;
}

function readAlerts(status, value) {
  if (value === "none firing") return true;
  status.alerts = value.split("; ").map((each) => {
    const found = each.match(FIRING);
    return found ? { name: found[1], shown: found[2], limit: found[3] } : { name: each, shown: "", limit: "" };
  });
  return true;
}

function listed(value) {
  return value === "none"
    ? []
    : value
        .split(",")
        .map((entry) => entry.trim())
        .filter(Boolean);
}

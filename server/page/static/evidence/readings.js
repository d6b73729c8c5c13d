/** The readings of an episode: what each diagnostic showed, when, and what has happened since. */

import { clock } from "../format.js";
import { parse } from "../parse/index.js";

/** What the tools are called, in the order in which a service lists them. */
export const TOOLS = {
  check_metrics: "Metrics",
  query_logs: "Logs",
  check_dependencies: "Dependencies",
  check_recent_deploys: "Changes",
  check_service_status: "Status",
};

/**
 * @typedef {object} Reading
 * @property {number} index among the readings of the episode
 * @property {string} service
 * @property {string} tool
 * @property {string} label what it shows, as in `Metrics, 60 min`
 * @property {string} key readings with the same key show the same thing at different times
 * @property {string} text as the tool wrote it
 * @property {{kind: string, data: object|null}} parsed
 * @property {number} step
 * @property {string} date as in `step 6, 21:04Z`
 * @property {string|null} stale why it may not hold any more
 * @property {number|null} newer index of a later reading of the same
 */

/**
 * @param {object} episode
 * @returns {Reading[]} in the order of the steps
 */
export function readingsOf(episode) {
  const found = [];
  for (const step of episode.steps) {
    if (!step.evidence) continue;
    const { tool, service, parameters, text, minute } = step.evidence;
    const label = labelOf(tool, parameters ?? {});
    found.push({
      index: found.length,
      service,
      tool,
      label,
      key: [service, tool, label].join("\n"),
      text,
      step: step.number,
      date: `step ${step.number}, ${clock(episode.alert_clock, minute)}`,
      parsed: parsedOnce(step.evidence),
      stale: staleSince(episode, step),
      newer: null,
    });
  }
  for (const reading of found)
    reading.newer = found.find((each) => each.index > reading.index && each.key === reading.key)?.index ?? null;
  return found;
}

const parsed = new WeakMap();

function parsedOnce(evidence) {
  if (!parsed.has(evidence)) parsed.set(evidence, parse(evidence));
  return parsed.get(evidence);
}

/** The name of a tool, and what it was asked for. */
function labelOf(tool, parameters) {
  const asked = Object.entries(parameters).filter(
    ([name, value]) => !["service", "target", "reasoning"].includes(name) && value !== null,
  );
  const words = asked.map(([name, value]) => ASKED[name]?.(value) ?? `${name} ${value}`);
  return [TOOLS[tool] ?? tool, ...words].join(", ");
}

const ASKED = {
  window_minutes: (value) => `${value} min`,
  since_minutes: (value) => `last ${value} min`,
  until_minutes: (value) => `until ${value} min ago`,
  level: (value) => `${value} and worse`,
  contains: (value) => `with "${value}"`,
  trace: (value) => `${value} trace`,
  change_id: (value) => `diff ${value}`,
  metric: (value) => String(value),
};

/** The first repair after a reading, in words; null where there was none. */
function staleSince(episode, reading) {
  const repair = episode.steps.find((step) => step.number > reading.number && isRepair(step));
  if (!repair) return null;
  const target = Object.values(repair.parameters ?? {}).find((value) => typeof value === "string") ?? "";
  return `read before step ${repair.number}: ${[repair.action, target].join(" ").trim()}`;
}

const isRepair = (step) => !TOOLS[step.action] && !/^submit/.test(step.action) && !step.error;

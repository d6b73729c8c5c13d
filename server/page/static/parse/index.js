/** Reads what a diagnostic has shown, by the form of its text. */

import { parseChanges, parseDiff } from "./changes.js";
import { parseDependencies } from "./dependencies.js";
import { parseLogs } from "./logs.js";
import { parseMetrics } from "./metrics.js";
import { parseStatus } from "./status.js";
import { parseTrace } from "./trace.js";

export { parseChanges, parseDependencies, parseDiff, parseLogs, parseMetrics, parseStatus, parseTrace };

// Tool -> what its texts may be, in the order in which they are tried.
const READERS = {
  check_metrics: [["metrics", parseMetrics]],
  query_logs: [["logs", parseLogs]],
  check_dependencies: [
    ["trace", parseTrace],
    ["dependencies", parseDependencies],
  ],
  check_recent_deploys: [
    ["diff", parseDiff],
    ["changes", parseChanges],
  ],
  check_service_status: [["status", parseStatus]],
};

/**
 * @param {{tool: string, text: string}} evidence
 * @returns {{kind: "metrics"|"logs"|"dependencies"|"trace"|"changes"|"diff"|"status"|"text", data: object|null}}
 *   `data` is null where the text has no known form; it is then shown as it is
 */
export function parse(evidence) {
  for (const [kind, read] of READERS[evidence.tool] ?? []) {
    const data = read(evidence.text);
    if (data) return { kind, data };
  }
  return { kind: "text", data: null };
}

/** What happened when: the marks of an episode's time line, in minutes since the alert. */

import { levelOf } from "../map/model.js";
import { clock, signed } from "../format.js";
import { parse } from "../parse/index.js";

const HOURS = 6; // before the first symptom: older changes are folded into one mark
const LOOK = /^(query_|check_)/;
const UNITS = { d: 1440, h: 60, m: 1 };
const OUTCOMES = [
  [/^correct remediation/, "held"],
  [/did not hold/, "did not hold"],
  [/already in effect/, "was in effect already"],
  [/^harmless/, "had no effect"],
  [/^wrong remediation/, "did harm"],
];

/** "look", "repair" or "submit". */
export const kindOf = (action) => (LOOK.test(action) ? "look" : action.startsWith("submit_") ? "submit" : "repair");

/** What came of a repair, in two or three words. */
export function outcomeOf(step) {
  if (step.error) return "was refused";
  return OUTCOMES.find(([words]) => words.test(step.reason ?? ""))?.[1] ?? "had no effect";
}

/** An action as one says it: "check metrics payment-api, window 30". */
export function actionWords({ action, parameters }) {
  const { service, reasoning, summary, failure_mode: mode, ...rest } = parameters ?? {};
  const target = rest.target ?? service ?? rest.runbook_action ?? rest.flag ?? rest.severity ?? "";
  const extra = [
    "since_minutes",
    "until_minutes",
    "window_minutes",
    "level",
    "contains",
    "metric",
    "trace",
    "change_id",
    "target_version",
    "replicas",
  ]
    .filter((name) => rest[name] !== undefined && rest[name] !== null)
    .map((name) => `${name.replaceAll("_", " ")} ${rest[name]}`);
  return [`${action.replaceAll("_", " ")} ${target}`.trim(), ...extra, ...(mode ? [`failure mode ${mode}`] : [])].join(
    ", ",
  );
}

function minutesAgo(ago) {
  if (typeof ago === "number") return ago;
  const [, count, unit] = /([\d.,]+)\s*(d|h|m)/.exec(String(ago ?? "")) ?? [];
  return unit ? Number(count.replaceAll(",", "")) * UNITS[unit] : null;
}

/** The changes read, each once, oldest first. */
function changesOf(episode) {
  const found = new Map();
  for (const { evidence, number } of episode.steps) {
    if (evidence?.tool !== "check_recent_deploys") continue;
    const { data } = parse(evidence);
    for (const change of data?.changes ?? []) {
      const at = Date.parse(change.at);
      const ago = minutesAgo(change.ago);
      const minute =
        episode.alert_clock && at
          ? (at - Date.parse(episode.alert_clock)) / 60000
          : ago === null
            ? null
            : evidence.minute - ago;
      const key = `${evidence.service} ${change.id ?? change.version} ${change.at}`;
      if (minute === null || found.has(key)) continue;
      const title = [change.version, change.title, change.author ? `by ${change.author}` : null]
        .filter(Boolean)
        .join(", ");
      found.set(key, {
        kind: "change",
        minute,
        took: 0,
        step: number,
        service: evidence.service,
        text: `change of ${evidence.service}: ${title}`,
        when: when(episode, minute),
      });
    }
  }
  return [...found.values()].sort((a, b) => a.minute - b.minute);
}

/** "21:04Z", and the day where it is another. */
function when(episode, minute) {
  const before = Math.abs(minute);
  const far =
    before >= 2880 ? `${Math.round(before / 1440)} days` : before >= 720 ? `${Math.round(before / 60)} h` : null;
  return `${clock(episode.alert_clock, minute)}${far ? `, ${far} before the alert` : ""}`;
}

/** How a service fares by a piece of evidence: its level, or null where the text has no figures beside normal ones. */
function levelIn(evidence) {
  const { data } = parse(evidence);
  if (data?.health) return /^(healthy|ok|up)/i.test(data.health) ? "ok" : "high";
  const share = (percent) => (percent === null || percent === undefined ? null : percent / 100);
  if (data?.calls && data.normalFails !== undefined) {
    return data.fails === null
      ? null
      : levelOf({
          errorRate: share(data.fails),
          normalErrorRate: share(data.normalFails),
          p99: data.p99,
          normalP99: data.normalP99,
          health: null,
        });
  }
  const row = (name) => data?.rows?.find(({ label }) => name.test(label));
  const errors = row(/^error rate$/i);
  const slow = row(/^latency p99$/i);
  if (!errors || errors.normal === null) return null;
  return levelOf({
    errorRate: share(errors.now),
    normalErrorRate: share(errors.normal),
    p99: slow?.now ?? null,
    normalP99: slow?.normal ?? null,
    health: null,
  });
}

/** The first readings of services back at normal that were read worse than that, once a repair was made. */
function recoveriesOf(episode) {
  const worse = new Set();
  const marks = [];
  let repaired = false;
  for (const step of episode.steps) {
    if (kindOf(step.action) === "repair" && !step.error) repaired = true;
    if (!step.evidence) continue;
    const level = levelIn(step.evidence);
    const { service } = step.evidence;
    if (level === "high" || level === "failing") worse.add(service);
    else if (level === "ok" && repaired && worse.delete(service)) {
      marks.push({
        kind: "recovery",
        minute: step.minute,
        took: 0,
        step: step.number,
        service,
        text: `${service} is back to normal, as read at step ${step.number}`,
        when: when(episode, step.minute),
      });
    }
  }
  return marks;
}

function stepMark(episode, step) {
  const kind = kindOf(step.action);
  const outcome = kind === "repair" ? outcomeOf(step) : null;
  const parts = [actionWords(step)];
  if (outcome) parts.push(`it ${outcome}`);
  if (step.error) parts.push(step.error);
  const cost = step.took > 1 ? `, ${step.took} min` : "";
  const text = `step ${step.number}, ${parts.join(": ")} (${signed(step.reward)}${cost})`;
  return {
    kind,
    minute: step.minute,
    took: step.took,
    step: step.number,
    service: step.parameters?.service ?? null,
    outcome,
    error: Boolean(step.error),
    text,
    when: when(episode, step.minute),
    words: step.words,
    said: kind === "repair" ? step.feedback : null,
  };
}

/**
 * The marks of an episode: `shared` are of the incident (changes read, first symptom, alert), `own` of who plays it.
 * `older` are the changes of more than six hours before the first symptom.
 */
export function marksOf(episode) {
  const onset = -episode.alert.duration_minutes;
  const changes = changesOf(episode);
  const older = changes.filter((change) => change.minute < onset - HOURS * 60);
  const beginning = {
    kind: "onset",
    minute: onset,
    took: 0,
    step: 0,
    text: `first symptom, ${-onset} min before the alert`,
    when: when(episode, onset),
  };
  const alert = {
    kind: "alert",
    minute: 0,
    took: 0,
    step: 0,
    text: `alert: ${episode.alert.title}`,
    when: when(episode, 0),
  };
  const own = [...episode.steps.map((step) => stepMark(episode, step)), ...recoveriesOf(episode)];
  return {
    older,
    changes: changes.filter((change) => !older.includes(change)),
    ends: [beginning, alert],
    own: own.sort((a, b) => a.minute - b.minute || a.step - b.step || (a.kind === "recovery" ? 1 : -1)),
  };
}

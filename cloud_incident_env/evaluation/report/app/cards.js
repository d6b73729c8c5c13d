/** The cards of an episode about its end: the answer beside the right one, the grade and its parts, the record. */

import { bdi, h } from "page/dom.js";
import { number, points } from "page/format.js";
import { longText } from "./long-text.js";

const TITLES = { severity: "Severity", service: "Service", failure_mode: "Failure mode" };
const words = (name) => name.replaceAll("_", " ");
const written = (value) => (typeof value === "string" ? value : JSON.stringify(value));

/** What was handed in, the right answer, and as what the answer was read. */
export function answerCard(row, record) {
  const submitted = record.steps.findLast((step) => step.action.startsWith("submit_"));
  const given = submitted?.parameters ?? {};
  const names = Object.keys(TITLES).filter((name) => name in given || name in record.answer);
  const isAsked = names.some((name) => name in given); // a remediation submits a summary alone
  const heads = ["", isAsked && "submitted", "right"].filter((text) => text !== false);
  const rows = names.map((name) =>
    h(
      "tr",
      null,
      h("th", { scope: "row" }, TITLES[name]),
      isAsked && h("td", null, given[name] == null ? "–" : longText(written(given[name]))),
      h("td", null, record.answer[name] == null ? "–" : longText(written(record.answer[name]))),
    ),
  );
  const others = Object.entries(record.answer).filter(([name]) => !(name in TITLES) && name !== "plan");
  return h(
    "section",
    { class: "card answer" },
    h("h2", null, "Answer"),
    submitted ? null : h("p", null, "The episode ended without an answer."),
    rows.length > 0 &&
      h(
      "table",
      null,
      h("thead", null, h("tr", null, heads.map((text) => (text ? h("th", { scope: "col" }, text) : h("td"))))),
      h("tbody", null, rows),
    ),
    given.summary == null ? null : [h("h3", null, "Its summary"), h("p", null, longText(written(given.summary)))],
    others.map(([name, value]) => h("p", null, bdi(words(name)), ": ", longText(written(value)))),
    record.answer.plan ? plan(record) : null,
    record.feedback ? [h("h3", null, "How it was read"), h("p", null, longText(record.feedback))] : null,
  );
}

/** The plan of the incident, and at which step each part of it was done. */
function plan(record) {
  const target = ({ target: to, service, runbook_action: runbook, flag }) => to ?? runbook ?? flag ?? service ?? "";
  const done = (part) => record.steps.find((step) => `${step.action}:${target(step.parameters)}` === part);
  return [
    h("h3", null, "The incident's own plan"),
    h("p", { class: "quiet-text" }, "Another way may count as well: the reason of each repair says so."),
    h(
      "ol",
      { class: "plan" },
      [record.answer.plan].flat().map((part) => {
        const step = done(String(part));
        const [action, ...rest] = String(part).split(":");
        return h(
          "li",
          null,
          h("code", null, bdi([words(action), rest.join(":")].join(" "))),
          h("span", { class: step ? "is-good" : "quiet-text" }, step ? ` ✓ step ${step.number}` : " not done"),
        );
      }),
    ),
  ];
}

/** The grade and what each part of it earned. */
export function gradeCard(row, record, most) {
  const parts = Object.keys({ ...most, ...record.breakdown });
  const isAnswered = Object.keys(record.breakdown).length > 0;
  return h(
    "section",
    { class: "card grade" },
    h("h2", null, "Grade"),
    row.graded
      ? h("p", { class: "grade-total" }, h("b", null, points(row.grade)), isAnswered ? " in parts:" : ": no valid answer")
      : h("p", null, "An infrastructure error ended this episode, so it has none."),
    row.graded && isAnswered
      ? h("ul", { class: "losses" }, parts.map((name) => part(name, record.breakdown[name] ?? 0, most[name] ?? 0)))
      : null,
  );
}

function part(name, earned, most) {
  const fill = h("i", { class: "bar-fill own", style: { width: `${Math.max(0, earned) * 100}%` } });
  const lost = h("i", { class: "lost", style: { width: `${Math.max(0, most - earned) * 100}%` } });
  return h(
    "li",
    null,
    h(
      "span",
      { class: "loss-head" },
      bdi(words(name)),
      h("span", null, h("b", null, points(earned)), most > 0 ? h("small", null, ` of ${points(most)}`) : null),
    ),
    h("span", { class: "bar-track", "aria-hidden": "true" }, fill, lost),
  );
}

/** What else the record says. */
export function recordCard(row, record) {
  const facts = [
    ["Reward with grade", number(record.cumulative, 2)],
    row.tokens ? ["Tokens", number(row.tokens)] : null,
    ["Seconds", String(row.seconds)],
    ["Reset", JSON.stringify(record.options)],
    ["Key", row.key],
    ["First observation", record.digest],
    ["Replay", `python -m cloud_incident_env.evaluation replay FOLDER --show --episode '${row.key}'`],
  ].filter(Boolean);
  return h(
    "details",
    { class: "card record" },
    h("summary", null, h("h2", null, "Record")),
    h("dl", null, facts.map(([name, text]) => h("div", null, h("dt", null, name), h("dd", null, h("code", null, longText(text)))))),
  );
}

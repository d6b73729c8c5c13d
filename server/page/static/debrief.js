/** An ended episode looked back on: its grade against the best, the truth, and the oracle's run beside it. */

import { h } from "./dom.js";
import { incidentQuery, nextQuery } from "./debrief_links.js";
import { serviceMap } from "./map/map.js";
import { actionWords, kindOf } from "./timeline/marks.js";
import { timeline } from "./timeline/timeline.js";

const RIVALS = [
  ["oracle", "the oracle"],
  ["heuristic", "the heuristic"],
];
const CLOSE = 0.005; // grades are shown to two digits
const two = (x) => x.toFixed(2);
const minus = (x) => (x < 0 ? `\u2212${two(-x)}` : two(x));
const total = (grade) => (typeof grade === "number" ? grade : (grade?.total ?? 0));

function section(title, ...children) {
  return h("section", { class: "db-card" }, h("h2", null, title), ...children);
}

/** A bar from 0 to `most`; decoration, the figures stand beside it. */
function bar(value, most, kind = "") {
  const fill = h("span", { class: `db-fill ${kind}` });
  fill.style.width = `${Math.round(100 * Math.min(1, Math.max(0, most > 0 ? value / most : 0)))}%`;
  return h("span", { class: "db-bar", "aria-hidden": "true" }, fill);
}

function headline(grade, best, episode, parts) {
  const lost = parts.map((part) => ({ ...part, lost: part.most - part.earned })).filter((part) => part.lost > CLOSE);
  const worst = lost.sort((a, b) => b.lost - a.lost)[0];
  const said =
    grade >= best - CLOSE
      ? "As good as this incident can be played."
      : episode.resolved
        ? "Answered in full, with some points left."
        : "Not answered in full.";
  return h(
    "header",
    { class: "db-head" },
    h(
      "h1",
      { tabindex: "-1", class: "db-grade" },
      h("span", { class: "db-number" }, two(grade)),
      ` of ${two(best)} possible`,
    ),
    bar(grade, best, grade >= best - CLOSE ? "is-full" : ""),
    h("p", null, said, worst ? [" Most was lost on ", h("strong", null, worst.title), ` (${two(worst.lost)}).`] : null),
  );
}

const STATES = {
  full: ["\u2713", "in full"],
  part: ["\u25d0", "in part"],
  none: ["\u2715", "nothing"],
  cost: ["\u2212", "points taken off"],
};

function partRow(part) {
  const { title, earned, most, why } = part;
  const state =
    most <= 0
      ? earned < -CLOSE
        ? "cost"
        : "full"
      : earned >= most - CLOSE
        ? "full"
        : earned > CLOSE
          ? "part"
          : "none";
  const [sign, words] = STATES[state];
  const figures = most > 0 ? `${minus(earned)} of ${two(most)}` : minus(earned);
  const lost = most - earned;
  return h(
    "li",
    { class: `db-part is-${state}` },
    h("span", { class: "db-tick", role: "img", "aria-label": words }, sign),
    h(
      "div",
      { class: "db-part-words" },
      h("div", { class: "db-part-head" }, h("strong", null, title), h("span", { class: "db-figures" }, figures)),
      most > 0 ? bar(earned, most, `is-${state}`) : null,
      why
        ? h(
            "p",
            null,
            lost > CLOSE && most > 0 ? h("span", { class: "db-lost" }, `${two(lost)} lost. `) : null,
            h("bdi", null, why),
          )
        : null,
    ),
  );
}

/** What was handed in, as text, and as what it was read. */
function answer(episode, readAs, catalogue) {
  const submitted = episode.steps.findLast((step) => step.action.startsWith("submit_"));
  if (!submitted) return section("Your answer", h("p", null, "The steps ran out before an answer was given."));
  const { summary, failure_mode: mode, service, severity } = submitted.parameters;
  const rows = [
    ["Severity", severity],
    ["Service", service],
    ["Failure mode", mode],
    ["Write-up", summary],
  ].filter(([, text]) => text);
  const given = rows.map(([label, text]) => [
    h("dt", null, label),
    h("dd", null, h("bdi", { class: "db-text" }, String(text))),
  ]);
  const whose = episode.agent ? `The answer of ${episode.agent}` : "Your answer";
  return section(
    whose,
    h("dl", { class: "db-facts" }, ...given.flat()),
    readAs ? [h("h3", null, "Read as"), ...reading(readAs, catalogue)] : null,
  );
}

/** The failure mode as which the text was read; its definition is that of the catalogue. */
function reading({ id, title }, catalogue) {
  const mode = catalogue?.modes?.find((one) => one.id === id);
  return [h("p", null, h("strong", null, h("bdi", null, title ?? id)), mode ? `: ${mode.definition}` : null)];
}

function truthCard(truth) {
  return section(
    "What it was",
    h(
      "p",
      { class: "db-culprit" },
      h("bdi", null, truth.service),
      ": ",
      h("bdi", null, truth.title ?? truth.failure_mode),
    ),
    ...String(truth.story ?? "")
      .split(/\n+/)
      .filter(Boolean)
      .map((text) => h("p", null, h("bdi", null, text))),
    truth.severity
      ? h(
          "p",
          null,
          h("strong", { class: "db-severity" }, truth.severity),
          ` ${String(truth.why_severity ?? "").replace(`${truth.severity}: `, "")}`,
        )
      : null,
  );
}

const targetOf = ({ parameters: { target, service, flag, runbook_action: runbook } = {} }) =>
  target ?? runbook ?? flag ?? service ?? "";

/** The steps of a plan, each with the step at which the episode did the same. */
function planList(plan, episode) {
  return h(
    "ol",
    { class: "db-plan" },
    ...plan.map((step) => {
      const done = episode.steps.find(
        (one) =>
          kindOf(one.action) === "repair" &&
          one.action === step.action &&
          targetOf(one) === targetOf(step) &&
          /^correct/.test(one.reason),
      );
      return h(
        "li",
        { class: done ? "is-done" : "" },
        h("code", null, h("bdi", null, actionWords(step))),
        step.text ? h("span", { class: "db-plan-text" }, h("bdi", null, step.text)) : null,
        h("span", { class: "db-did" }, done ? `\u2713 done at step ${done.number}` : "not done"),
      );
    }),
  );
}

function planCard(truth, episode) {
  if (!truth.plan?.length) return null;
  return section(
    "The plan",
    planList(truth.plan, episode),
    truth.alternative?.length ? [h("h3", null, "Another way"), planList(truth.alternative, episode)] : null,
  );
}

function chainCard(episode, truth, select) {
  const drawn = { chain: truth.chain ?? [], culprit: truth.service };
  const choose = (service) => {
    map.update(episode, service, drawn);
    select(service);
  };
  const map = serviceMap({ onSelect: choose });
  map.update(episode, null, drawn);
  const last = drawn.chain.length - 1;
  const links = drawn.chain.map((name, index) =>
    h("li", null, h("bdi", null, name), index === last ? h("span", { class: "db-cause" }, "cause") : null),
  );
  return section(
    "From the alert to the cause",
    last > 0 ? h("ol", { class: "db-chain", "aria-label": "From the alert to the cause" }, ...links) : null,
    h("div", { class: "db-map" }, map.node),
  );
}

function runsCard(episode, oracle, select) {
  const line = timeline({ onSelect: (step, mark) => select(step, mark) });
  line.update(episode, oracle ? { other: oracle } : {});
  const spent = ({ steps, minute }) => `${steps.length} steps and ${minute} min`;
  const minutes = oracle ? `${episode.agent ?? "You"} took ${spent(episode)}, the oracle ${spent(oracle)}.` : null;
  return section(oracle ? "Beside the oracle" : "Its time line", minutes ? h("p", null, minutes) : null, line.node);
}

function othersCard(grade, best, episode, others) {
  if (!others?.length) return null;
  const rows = [
    { agent: episode.agent ?? "you", grade, own: true },
    ...others.filter((one) => one.agent !== episode.agent).map((one) => ({ ...one, grade: total(one.grade) })),
  ].sort((a, b) => b.grade - a.grade);
  return section(
    "Others on this incident",
    h(
      "ul",
      { class: "db-others" },
      ...rows.map((row) =>
        h(
          "li",
          { class: row.own ? "is-own" : "" },
          h("bdi", { class: "db-agent" }, row.agent),
          bar(row.grade, best, row.own ? "is-own" : ""),
          h("span", { class: "db-figures" }, two(row.grade)),
        ),
      ),
    ),
  );
}

/** The agents that one's own episode can be watched beside, each with the address of that. */
function beside(episode, catalogue) {
  if (!episode.id || episode.agent) return [];
  const names = (catalogue?.agents ?? []).map(({ name }) => name);
  const asked = incidentQuery(episode.options).slice(1);
  return RIVALS.filter(([name]) => names.includes(name)).map(([name, words]) => [
    words,
    `?place=watch&agent=you&against=${name}&${asked}&episode=${encodeURIComponent(episode.id)}`,
  ]);
}

function doors(episode, catalogue) {
  const link = new URL(incidentQuery(episode.options), document.location.href).href;
  const field = h("input", {
    type: "text",
    readonly: true,
    value: link,
    class: "db-link",
    "aria-label": "Link to this incident",
    on: { focus: () => field.select() },
  });
  const status = h("span", { role: "status", class: "db-status" });
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(link);
      status.textContent = "Link copied.";
    } catch {
      field.focus();
      status.textContent = "Copy the marked link.";
    }
  };
  const save = async () => {
    try {
      (await import("./runs/save.js")).saveEpisode(episode);
      status.textContent = "Saved. Drop it on “Watch” to open it again.";
    } catch {
      status.textContent = "It could not be saved. Try again in a moment.";
    }
  };
  const next = nextQuery(episode.options, catalogue);
  const go = (href, text, kind = "") => h("a", { href, class: `db-door ${kind}` }, text);
  return h(
    "nav",
    { class: "db-doors", "aria-label": "After the incident" },
    next ? go(next, episode.options.seed !== undefined ? "Next seed" : "Next incident", "is-first") : null,
    go(incidentQuery(episode.options), "Try again"),
    episode.id ? go(`?episode=${encodeURIComponent(episode.id)}&step=0`, "Replay") : null,
    beside(episode, catalogue).map(([agent, href]) => go(href, `Watch it beside ${agent}`)),
    h(
      "span",
      { class: "db-share" },
      field,
      h("button", { type: "button", class: "db-door", on: { click: copy } }, "Copy link"),
    ),
    h("button", { type: "button", class: "db-door", on: { click: save } }, "Save this episode as a file"),
    status,
  );
}

/**
 * The debrief of an ended episode.
 * @param {{episode: object, data: object, catalogue: object|null}} options the Episode, the answer of
 *   `console/debrief`, and the catalogue, for the titles of failure modes and the number of hand-written incidents
 * @returns {HTMLElement} its links are plain ones; it sends `debrief-step` ({step}) for a mark of the time line and
 *   `debrief-service` ({service}) for a node of the map; its h1 takes the focus
 */
export function debrief({ episode, data, catalogue = null }) {
  const grade = total(data.grade);
  const node = h("article", { class: "db" });
  const send = (name, detail) => node.dispatchEvent(new CustomEvent(name, { detail, bubbles: true }));
  const plan = planCard(data.truth, episode);
  const others = othersCard(grade, data.best, episode, data.others);
  const parts = section("Points", h("ul", { class: "db-parts" }, ...data.parts.map(partRow)));
  node.append(
    ...[
      h("div", { class: "db-top" }, headline(grade, data.best, episode, data.parts), doors(episode, catalogue)),
      h(
        "div",
        { class: "db-columns" },
        h(
          "div",
          { class: "db-column" },
          parts,
          answer(episode, data.read_as, catalogue),
          plan && others,
        ),
        h("div", { class: "db-column" }, truthCard(data.truth), plan ?? others),
      ),
      chainCard(episode, data.truth, (service) => send("debrief-service", { service })),
      runsCard(episode, data.oracle, (step) => send("debrief-step", { step })),
    ].filter(Boolean),
  );
  return node;
}

/** One episode: its alert, what was read step by step, the agent's words, its answer and the right one, and the grade. */

import { alertCard } from "page/alert.js";
import { bdi, h, replace } from "page/dom.js";
import { evidencePane } from "page/evidence/index.js";
import { clock, count, number, points, signed } from "page/format.js";
import { serviceMap } from "page/map/map.js";
import { actionWords } from "page/timeline/marks.js";
import { timeline } from "page/timeline/timeline.js";
import { addressOf } from "./address.js";
import { answerCard, gradeCard, recordCard } from "./cards.js";
import { mostOf, place, recordOf, seenIn } from "./episodes.js";
import { longText } from "./long-text.js";

const LEFT_OUT =
  "This report leaves out what the agent read, because it has many episodes. The command `report` with --evidence " +
  "writes it into a folder beside the file.";

/** The episode as the page of the server has it, made of its record and of what was seen when it was played again. */
function whole(row, record, seen, agent, threshold) {
  const steps = record.steps.map((step, at) => {
    const { minute, took, feedback, evidence } = seen.steps[at];
    return { ...step, minute, took, feedback, evidence };
  });
  const last = steps.at(-1);
  return {
    ...seen,
    id: row.key,
    task_id: row.task,
    scenario_id: row.scenario,
    options: record.options,
    agent,
    steps,
    minute: last ? last.minute + last.took : 0,
    done: Boolean(row.graded),
    resolved: Boolean(row.graded) && row.grade >= threshold,
    reward: steps.reduce((sum, step) => sum + step.reward, 0),
    grade: row.graded ? { total: row.grade, breakdown: record.breakdown, feedback: record.feedback } : null,
  };
}

/** The episode as it was after its first steps. */
function until(episode, cursor) {
  if (cursor === null || cursor >= episode.steps.length) return episode;
  const steps = episode.steps.slice(0, cursor);
  const last = steps.at(-1);
  const minute = last ? last.minute + last.took : 0;
  return { ...episode, steps, minute, done: false, resolved: false, grade: null };
}

/**
 * @param {object} options
 * @param {HTMLElement} options.node the place of the page
 * @param {string} options.agent the name of the run
 * @param {number} options.threshold the least grade that is a success
 * @param {object} options.list of `episodeList`: the episodes before and after, and the way back
 * @returns {(row: object|null, step: number|null) => Promise<void>} opens an episode at a step; null for all of it
 */
export function episodePage({ node, agent, threshold, list }) {
  let open = null; // {row, go}
  let turn = 0;

  return async (row, step) => {
    if (row && open?.row === row) return open.go(step);
    const mine = (turn += 1);
    open = null;
    if (!row) return missing();
    replace(node, h("p", { class: "quiet-text", role: "status" }, "Opening the episode …"));
    const record = await recordOf(row);
    const seen = await seenIn(row).catch((error) => ({ differs: error.message }));
    if (mine !== turn) return;
    open = { row, go: draw(row, record, seen) };
    open.go(step);
    scrollTo(0, 0);
    node.querySelector("h1").focus({ preventScroll: true });
  };

  function missing() {
    replace(node, ways(null), h("h1", { tabindex: "-1" }, "This run has no such episode"));
  }

  function ways(row) {
    const found = list?.found() ?? [];
    const at = found.indexOf(row);
    const way = (other, words) =>
      other
        ? h("a", { class: "button", href: addressOf({ episode: other.key }) }, words)
        : h("span", { class: "button", "aria-disabled": "true" }, words);
    return h(
      "nav",
      { class: "ways", "aria-label": "Episodes" },
      h("a", { class: "button", href: list?.address() ?? "#" }, "\u2190 All episodes"),
      at >= 0 ? h("span", { class: "ways-place" }, `${number(at + 1)} of ${number(found.length)}`) : null,
      at >= 0 ? [way(found[at - 1], "\u2039 Previous"), way(found[at + 1], "Next \u203a")] : null,
    );
  }

  function head(row) {
    const facts = [row.task.replaceAll("_", " "), row.difficulty, row.split, `trial ${row.trial + 1}`];
    const kind = row.graded && row.grade >= threshold ? "is-good" : "";
    return h(
      "header",
      { class: "episode-head" },
      h(
        "div",
        null,
        h("h1", { tabindex: "-1" }, bdi(row.scenario)),
        row.family === row.scenario ? null : h("p", null, bdi(row.family)),
        h("p", { class: "episode-facts" }, facts.map((fact) => h("span", { class: "chip" }, bdi(fact)))),
      ),
      h(
        "p",
        { class: "episode-grade" },
        row.graded ? h("b", { class: kind }, points(row.grade)) : h("b", { class: "is-bad" }, "Error"),
        h("span", null, row.graded ? "grade" : "of the infrastructure, in no mean"),
      ),
    );
  }

  /** Draws an episode; returns what goes to one of its steps. */
  function draw(row, record, seen) {
    const isKnown = seen !== null && seen.differs === undefined;
    const episode = isKnown ? whole(row, record, seen, agent, threshold) : null;
    const stepped = stepList(row, episode ?? record);
    const parts = [ways(row), head(row)];
    if (record.error !== null) parts.push(h("p", { class: "notice danger" }, longText(record.error)));
    if (!isKnown) parts.push(h("div", { class: "notice warn" }, seen === null ? LEFT_OUT : apart(seen.differs)));
    const cards = (alert) => {
      const left = h("div", { class: "episode-left" }, alert, gradeCard(row, record, mostOf(row.task)));
      return h("div", { class: "episode-cards" }, left, answerCard(row, record), recordCard(row, record));
    };
    if (!episode) {
      replace(node, parts, cards(null), stepped.node);
      return (step) => stepped.mark(step);
    }
    const views = panes(row, episode, record);
    const alert = alertCard(episode);
    alert.open = true;
    replace(
      node,
      parts,
      cards(alert),
      h("section", { class: "card" }, h("h2", null, "Time line"), views.line.node),
      h(
        "div",
        { class: "episode-played" },
        stepped.node,
        h("div", { class: "card episode-evidence" }, views.evidence.node),
        h("section", { class: "card episode-map" }, h("h2", null, "Service map, as far as was read"), views.map.node),
      ),
    );
    return (step) => {
      const cursor = step === null ? null : Math.min(Math.max(Math.trunc(step), 0), episode.steps.length);
      stepped.mark(cursor);
      views.go(cursor);
    };
  }

  function panes(row, episode, record) {
    let now = episode;
    const truth = { chain: [], culprit: record.answer.service ?? null };
    const select = (service) => map.update(now, service, now === episode ? truth : undefined);
    const map = serviceMap({ onSelect: select });
    const evidence = evidencePane({ episode, onSelect: ({ service }) => select(service) });
    const line = timeline({
      onSelect: (step, mark) => {
        const href = addressOf({ episode: row.key, step });
        if (mark?.kind !== "cursor") return void (step > 0 && (location.hash = href));
        history.replaceState(null, "", href);
        open.go(step);
      },
    });
    const go = (cursor) => {
      now = until(episode, cursor);
      const here = now.steps.at(-1);
      evidence.update(now);
      if (cursor !== null && here?.evidence) evidence.show(now.steps.filter((step) => step.evidence).length - 1);
      line.update(episode, { cursor });
      select(cursor === null ? null : (here?.evidence?.service ?? here?.parameters.service ?? null));
    };
    return { map, evidence, line, go };
  }

  function stepList(row, { steps, alert_clock: iso }) {
    const isMixed = new Set(steps.map((step) => step.source)).size > 1;
    const items = steps.map((step) => stepItem(row, step, iso, isMixed));
    const to = (step) => addressOf({ episode: row.key, step });
    const before = h("a", { class: "button" }, "\u2039 Step");
    const after = h("a", { class: "button" }, "Step \u203a");
    const all = h("a", { class: "button", href: addressOf({ episode: row.key }) }, "All steps");
    const list = h("ol", { class: "steps" }, items);
    const where = h("p", { class: "quiet-text", role: "status" });
    const node = h(
      "section",
      { class: "card episode-steps" },
      h("h2", null, "Step by step"),
      h("div", { class: "steps-ways" }, before, after, all, where),
      list,
    );
    const mark = (cursor) => {
      const at = cursor ?? steps.length;
      before.href = to(Math.max(0, at - 1));
      after.href = to(cursor === null ? 0 : Math.min(steps.length, at + 1));
      where.textContent = cursor === null ? count(steps.length, "step") : `step ${at} of ${steps.length}`;
      items.forEach((item, place) => {
        item.classList.toggle("is-later", place >= at);
        if (cursor !== null && place === at - 1) item.setAttribute("aria-current", "step");
        else item.removeAttribute("aria-current");
      });
      const current = cursor ? items[at - 1] : null;
      if (current) list.scrollTop = current.offsetTop - 40;
    };
    return { node, mark };
  }

  function stepItem(row, step, iso, isMixed) {
    const when = step.minute === undefined ? null : clock(iso, step.minute);
    const kind = step.reward < 0 ? "is-bad" : step.reward > 0 ? "is-good" : "";
    const why = [when, step.reason, isMixed ? `by ${step.source}` : null].filter(Boolean);
    return h(
      "li",
      null,
      h(
        "a",
        { href: addressOf({ episode: row.key, step: step.number }), class: "step" },
        h("span", { class: "step-number" }, step.number),
        h("code", null, bdi(actionWords(step))),
        h("b", { class: `number ${kind}` }, signed(step.reward)),
      ),
      step.words ? h("blockquote", { class: "step-words" }, longText(step.words)) : null,
      h("p", { class: "step-why" }, why.map((text, at) => [at ? " · " : "", longText(text)])),
      step.error === null ? null : h("p", { class: "is-bad step-why" }, longText(step.error)),
      given(step),
    );
  }

  /** All that was given with an action, where the words for it do not say it. */
  function given({ parameters }) {
    const rest = Object.entries(parameters).filter(([name]) => name !== "reasoning");
    const said = rest.map(([name, value]) => `${name}: ${typeof value === "string" ? value : JSON.stringify(value)}`);
    const text = said.join("\n");
    return rest.length > 1 || text.length > 60 ? h("pre", { class: "step-given" }, longText(text)) : null;
  }

  function apart(message) {
    const kind = place === "folder" && message.startsWith("The folder") ? "" : "What the agent read cannot be shown: ";
    return longText(kind + message);
  }
}

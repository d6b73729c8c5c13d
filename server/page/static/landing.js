// The first place: what this is, today's incident, the tasks, every incident, and the best runs.

import { ApiError, api } from "./api.js";
import { chooser } from "./chooser.js";
import { bdi, h, replace } from "./dom.js";
import { count, points } from "./format.js";
import { masthead } from "./masthead.js";
import { replay } from "./replay.js";
import { incidentQuery, within } from "./router.js";
import { bestRuns } from "./store.js";

const ASKS = {
  alert_classification: ["How bad is it?", "Read the alert, look at two or three services, and give it a severity from P1 to P4."],
  root_cause_analysis: ["Where did it begin?", "Follow the failing calls to the one service in which it began, and name how it failed."],
  remediation_planning: ["Make it work again.", "Find the cause, repair it in the right order, see that it recovers, and write it up."],
};
const WATCHED = "heuristic"; // the agent that is offered to be watched
const GUIDED = { task_id: "alert_classification", scenario_index: 1 };

/** @param {object} context of app.js @param {{error?: string}} wanted of the router */
export function landing(context, wanted) {
  const { catalogue } = context;
  context.title("");
  const shown = replay();
  const heading = h("h1", { tabindex: "-1" }, "You are on call.");
  const today = { task_id: catalogue.today.task, seed: catalogue.today.seed };
  const hero = h("section", { class: "hero" },
    h("div", { class: "hero-words" }, heading,
      h("p", { class: "lead" }, "A service of a simulated cloud is failing. Read what its logs, metrics and calls say, find the cause, fix it, and write it up. You get a grade from 0 to 1, and what it really was."),
      starts(context, [
        [incidentQuery(today), "Play today’s incident", "primary"],
        [`${incidentQuery(GUIDED)}&guide=1`, "Two minutes, with a guide", ""],
      ]),
      h("p", { class: "hint" }, `Today: ${nameOf(catalogue, today.task_id).toLowerCase()}, the same for everyone. AI agents play these incidents through the `, h("a", { href: "docs" }, "API"), "; nothing is tracked.", watching(catalogue, today))),
    shown.node);
  const node = h("div", { class: "landing" }, masthead(context), h("main", null,
    wanted.error && h("p", { class: "notice danger", role: "alert" }, bdi(wanted.error)),
    hero, h("section", { "aria-labelledby": "tasks-title" }, h("h2", { id: "tasks-title" }, "Three tasks"), h("div", { class: "cards" }, catalogue.tasks.map((task) => taskCard(context, task)))),
    h("div", { class: "pair" }, chooser(context), best(context))));
  return { node, heading: null, leave: shown.leave };
}

/** The way to see an agent play today's incident, where this server has agents. */
function watching({ agents }, today) {
  if (!agents.some(({ name }) => name === WATCHED)) return null;
  const query = `?place=watch&agent=${WATCHED}&${incidentQuery(today).slice(1)}`;
  return [" ", h("a", { href: query, on: { click: within(query) } }, "See an agent at it"), "."];
}

const nameOf = ({ tasks }, id) => tasks.find((task) => task.task_id === id)?.name ?? id;

/** Buttons that start incidents, and what went wrong with it, beside them. */
export function starts(context, links) {
  const said = h("div", { class: "said" });
  const node = h("div", { class: "starts" }, h("p", { class: "row" }, links.map(([query, words, kind]) => h("a", { href: query, class: `button ${kind}`, on: { click: (event) => start(event, context, query, said) } }, words))), said);
  return node;
}

/** Starts an incident for a click on its link; an error is shown in `said`, beside it. */
export async function start(event, context, query, said) {
  if (event.button || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
  event.preventDefault();
  replace(said);
  try {
    await context.start(query);
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    replace(said, h("p", { class: "notice danger", role: "alert" }, bdi(error.message)));
  }
}

function taskCard(context, task) {
  const [asks, does] = ASKS[task.task_id] ?? [task.name, task.description];
  const [least, most] = task.minutes;
  const seed = Math.floor(Math.random() * 1_000_000);
  return h("article", { class: "card task" },
    h("p", { class: "row between" }, h("span", { class: "quiet-text" }, bdi(task.name)), h("span", { class: "chip" }, task.difficulty)),
    h("h3", null, asks), h("p", null, does),
    h("p", { class: "hint" }, `${least} to ${most} minutes, up to ${count(task.max_steps[task.difficulty], "step")}; the best grade is ${points(task.best)}`),
    starts(context, [
      [incidentQuery({ task_id: task.task_id, scenario_index: 0 }), "Start", "primary"],
      [incidentQuery({ task_id: task.task_id, seed }), "A random one", ""],
    ]));
}

function best(context) {
  const runs = bestRuns().slice(0, 6);
  const said = h("div", { class: "said" });
  const row = (run) => h("tr", null,
    h("td", null, h("a", { href: run.query, on: { click: (event) => start(event, context, run.query, said) } }, bdi(run.scenario_id))),
    h("td", null, nameOf(context.catalogue, run.task_id)), h("td", { class: "number" }, run.steps), h("td", { class: "number" }, h("b", null, points(run.grade)), ` of ${points(run.best)}`));
  return h("section", { class: "card best", "aria-labelledby": "best-title" }, h("h2", { id: "best-title" }, "Your best runs"),
    runs.length ? h("div", { class: "scroll-x" }, h("table", null, h("thead", null, h("tr", null, ["Incident", "Task", "Steps", "Grade"].map((name) => h("th", { scope: "col" }, name)))), h("tbody", null, runs.map(row))))
      : h("p", { class: "quiet-text" }, "None yet. What you finish is kept here, in this browser alone."), said, earned(context));
}

const SHOWN = ["oracle", "detective", "heuristic", "symptoms", "random"]; // agents, the best first

/** What reference agents earn on the generated test incidents, as it was measured. */
function earned({ catalogue }) {
  const node = h("div", { class: "earned" });
  if (catalogue.needs_token) return node;
  api.scores().then(({ baselines }) => {
    const rows = baselines.filter(({ split }) => split === "test");
    const mean = (agent, task) => rows.find((row) => row.agent === agent && row.task_id === task.task_id)?.mean;
    const agents = SHOWN.filter((agent) => rows.some((row) => row.agent === agent));
    if (!agents.length) return;
    replace(node, h("h3", null, "What agents earn"), h("div", { class: "scroll-x", tabindex: "0", role: "region", "aria-label": "What agents earn" }, h("table", null,
      h("thead", null, h("tr", null, ["Agent", ...catalogue.tasks.map((task) => task.name)].map((name) => h("th", { scope: "col" }, name)))),
      h("tbody", null, agents.map((agent) => h("tr", null, h("td", null, agent), catalogue.tasks.map((task) => h("td", { class: "number" }, points(mean(agent, task))))))))),
      h("p", { class: "hint" }, "Means over the generated incidents of the test split."));
  }, () => {}); // the landing is whole without them
  return node;
}

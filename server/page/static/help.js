// Help: how an incident is played, and how a program plays it, with this server's address.

import { h } from "./dom.js";
import { starts } from "./landing.js";
import { masthead } from "./masthead.js";
import { incidentQuery, within } from "./router.js";
import { snippets } from "./snippets.js";

const HOW = [
  ["Look", "Choose a service and look at its logs, metrics, dependencies, changes or status. Each look takes a step and a minute of the incident’s clock, and steps are few. The map grows from what you have read."],
  ["Judge", "Users feel symptoms far from their cause. Follow failing calls from the service that alerts to the one that fails by itself, and mind what changed shortly before."],
  ["Repair", "In remediation, repairs change the system and cost minutes. Some work only after others, and one that hurts a healthy service costs points. Look again afterwards: earlier evidence is marked stale."],
  ["Answer", "Your answer ends the episode: a severity, a service and failure mode, or a write-up. The debrief then shows what it really was, what your grade consists of, and a plan that works."],
];

/** @param {object} context of app.js */
export function help(context) {
  context.title("Help");
  const heading = h("h1", { tabindex: "-1" }, "Help");
  const guided = incidentQuery({ task_id: "alert_classification", scenario_index: 1 });
  const node = h("div", { class: "help" }, masthead(context, "?place=help"), h("main", null, heading,
    h("section", { class: "card" }, h("h2", null, "A first incident, in two minutes"), h("p", null, "A guide tells you what to press, one hint at a time, and leaves the judgement to you."), starts(context, [[`${guided}&guide=1`, "Start the guided incident", "primary"]])),
    h("section", { class: "cards four" }, HOW.map(([name, words], at) => h("article", { class: "card" }, h("h2", null, `${at + 1}. ${name}`), h("p", null, words)))),
    h("section", { class: "card" }, h("h2", null, "Keys"), h("p", null, "Digits and arrows choose a service, a letter on each button acts, ", h("kbd", null, "/"), " searches all evidence, and ", h("kbd", null, "?"), " lists all keys of an incident. Single keys can be switched off there.")),
    h("section", { class: "card" }, h("h2", null, "Watch"), h("p", null, "Agents play the same incidents, step by step: one alone, two side by side, or one beside your own run. ", h("a", { href: "?place=watch", on: { click: within("?place=watch") } }, "Choose who plays"), ".")),
    h("section", { class: "card" }, h("h2", null, "Addresses"), h("p", null, "Every incident has one: ", h("code", null, "?task=…&seed=…"), ", ", h("code", null, "?task=…&scenario=…"), " or ", h("code", null, "?task=…&split=…&index=…"), ". Whoever opens it plays the same incident, to the last byte.")),
    h("section", { class: "card", "aria-labelledby": "api-title" }, h("h2", { id: "api-title" }, "For programs"), h("p", null, "Agents play the same incidents over REST, OpenEnv and MCP. The ", h("a", { href: "docs" }, "REST interface"), " is described with all its types. The address below is this server’s."), snippets(context.catalogue))));
  return { node, heading };
}

// Every incident: by task, and then hand-written, by seed and difficulty, or by its place in a split.

import { ApiError } from "./api.js";
import { bdi, h, replace } from "./dom.js";
import { inWords } from "./fields.js";
import { number } from "./format.js";
import { incidentQuery } from "./router.js";

const MOST_SEED = 2 ** 31 - 1;
const KINDS = [["written", "Hand-written"], ["seed", "From a seed"], ["split", "From a split"]];

/**
 * The fields that name an incident.
 * @param {object} catalogue
 * @param {{onChange: () => void, first?: object}} options `onChange` is called when another incident is named; `first`
 *   are the options of the incident that is named at first
 * @returns {{nodes: Node[], read: () => object}} `read` gives options of `/reset`, and throws a RangeError for people
 */
export function incidentFields(catalogue, { onChange, first = {} }) {
  const parts = h("div", { class: "choices" });
  const task = select("chosen-task", "Task", catalogue.tasks.map((one) => [one.task_id, one.name]), again, known(catalogue.tasks, first.task_id));
  const named = first.seed != null ? "seed" : first.split != null || first.index != null ? "split" : "written";
  const kinds = KINDS.map(([value, words]) => h("label", { class: "choice-kind" }, h("input", { type: "radio", name: "chosen-kind", value, checked: value === named, on: { change: again } }), words));
  let read = () => ({});

  function draw(given) {
    const kind = kinds.find((label) => label.firstChild.checked).firstChild.value;
    const made = MAKERS[kind](catalogue, catalogue.tasks.find((one) => one.task_id === task.input.value), onChange, given);
    read = made.read;
    replace(parts, made.nodes);
  }

  function again() {
    draw({});
    onChange();
  }

  draw(first);
  return {
    nodes: [task.node, h("fieldset", { class: "choice-kinds" }, h("legend", { class: "sr-only" }, "Which incidents"), kinds), parts],
    read: () => ({ task_id: task.input.value, ...read() }),
  };
}

const known = (tasks, id) => (tasks.some((task) => task.task_id === id) ? id : tasks[0].task_id);

/** @param {object} context of app.js @returns {HTMLElement} */
export function chooser(context) {
  const said = h("div", { class: "said" });
  const link = h("output", { class: "hint mono chooser-link", "aria-label": "Address of this incident" });
  const fields = incidentFields(context.catalogue, { onChange: tell });
  const form = h("form", { class: "card chooser", "aria-labelledby": "all-title", novalidate: true, on: { submit, input: tell } }, h("h2", { id: "all-title" }, "All incidents"), fields.nodes, said,
    h("p", { class: "row between" }, h("button", { class: "button primary" }, "Start"), link));

  function tell() {
    try {
      link.textContent = incidentQuery(fields.read());
    } catch {
      link.textContent = "";
    }
  }

  async function submit(event) {
    event.preventDefault();
    replace(said);
    try {
      await context.start(incidentQuery(fields.read()));
    } catch (error) {
      if (!(error instanceof ApiError || error instanceof RangeError)) throw error;
      replace(said, h("p", { class: "notice danger", role: "alert" }, bdi(error.message)));
    }
  }

  tell();
  return form;
}

const MAKERS = {
  written(catalogue, task, tell, { scenario_index: at = 0 }) {
    const scenario = select("chosen-scenario", "Incident", task.scenarios.map((one) => [one.index, `${one.scenario_id}: ${one.description.split(". ")[0].replace(/\.$/, "")}`]), undefined, at);
    return { nodes: [scenario.node], read: () => ({ scenario_index: Number(scenario.input.value) }) };
  },
  seed(catalogue, task, tell, { seed: at = 1, difficulty: level }) {
    const seed = whole("chosen-seed", "Seed", at, MOST_SEED);
    const dice = h("button", { type: "button", class: "button", on: { click: () => ((seed.input.value = Math.floor(Math.random() * 1_000_000)), tell()) } }, "Any");
    const difficulty = difficulties(catalogue, task, level);
    return { nodes: [h("div", { class: "with-button" }, seed.node, dice), difficulty.node], read: () => ({ seed: seed.read(), difficulty: difficulty.input.value }) };
  },
  split(catalogue, task, tell, { split: name, index: at = 0 }) {
    const splits = catalogue.splits.filter((split) => split.name !== "canonical");
    const split = select("chosen-split", "Split", splits.map((one) => [one.name, `${one.name}: ${one.description}`]), undefined, name);
    const index = whole("chosen-index", "Index", at, MOST_SEED);
    return { nodes: [split.node, index.node], read: () => ({ split: split.input.value, index: index.read() }) };
  },
};

function difficulties(catalogue, task, level) {
  return select("chosen-difficulty", "Difficulty", catalogue.difficulties.map((name) => [name, `${inWords(name)}, ${task.max_steps[name]} steps`]), undefined, level ?? task.difficulty);
}

function select(id, label, options, change, value = options[0][0]) {
  const input = h("select", { id, on: { change } }, options.map(([option, words]) => h("option", { value: option, selected: option === value }, words)));
  return { input, node: h("div", { class: "field" }, h("label", { for: id }, label), input) };
}

function whole(id, label, value, most) {
  const input = h("input", { id, type: "text", inputmode: "numeric", autocomplete: "off", value: String(value), maxlength: "12", "aria-describedby": `${id}-hint` });
  const node = h("div", { class: "field" }, h("label", { for: id }, label), input, h("span", { class: "hint", id: `${id}-hint` }, `a whole number, 0 to ${number(most, 0)}`));
  return {
    input,
    node,
    read() {
      const text = input.value.trim();
      if (/^\d+$/.test(text) && Number(text) <= most) return Number(text);
      throw new RangeError(`${label}: expected a whole number from 0 to ${number(most, 0)}, got “${text}”.`);
    },
  };
}

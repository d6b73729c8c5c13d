// What there is to watch: who plays which incident, runs of evaluations, and files of episodes.

import { askToken } from "../asks.js";
import { ApiError, api } from "../api.js";
import { incidentFields } from "../chooser.js";
import { bdi, h, replace } from "../dom.js";
import { starts } from "../landing.js";
import { masthead } from "../masthead.js";
import { incidentQuery, note, readPlace, within } from "../router.js";
import { styles } from "../sheet.js";
import { endedIds, playedByHand } from "../store.js";
import { ORACLE, YOU, watchPlace, watchQuery } from "./place.js";

const HERE = "?place=watch";
const MODEL = "model";
const NOBODY = "";
const FORMS = [{ legend: "Your model", kept: "model" }, { legend: "Your model beside it", kept: "model-beside" }];

await styles("watch/watch.css");

/** @param {object} context of app.js @param {{options: object|null}} wanted of the router */
export function setup(context, { options: first }) {
  context.title("Watch");
  const heading = h("h1", { tabindex: "-1" }, "Watch");
  const node = h("div", { class: "landing watch-setup" }, masthead(context, HERE), h("main", null,
    h("header", { class: "wu-head" }, heading, h("p", { class: "lead" }, "See an incident through the eyes of who plays it: every step, what it showed, and why. One player alone, or two side by side.")),
    h("div", { class: "wu" }, players(context, first ?? {}), h("div", { class: "wu-more" }, runs(context.catalogue), files(context)))));
  return { node, heading };
}

function players(context, first) {
  const { agents, tasks } = context.catalogue;
  const said = h("div", { class: "said" });
  const known = h("p", { class: "hint wu-known", role: "status" });
  const about = h("p", { class: "hint wu-about" });
  const modelPlaces = FORMS.map(() => h("form", { class: "wu-model", hidden: true, novalidate: true, on: { submit, keydown: enter } }));
  const one = choice("watch-agent", "Who plays", agents, false);
  const other = choice("watch-against", "Side by side with", agents, true);
  const fields = incidentFields(context.catalogue, { onChange: tell, first: first.task_id ? first : { task_id: tasks[0].task_id, ...first } });
  const button = h("button", { class: "button primary" }, "Start");
  // A model's key is a password, of which browsers want one in a form.
  const form = h("section", { class: "card wu-form", "aria-labelledby": "wu-title", on: { input: tell } },
    h("h2", { id: "wu-title" }, "Players and incident"), h("div", { class: "wu-who" }, one.node, other.node), about, modelPlaces,
    h("form", { class: "wu-incident", novalidate: true, on: { submit } }, fields.nodes, known, said, h("p", { class: "row" }, button)));
  let makeForm = null; // of a model, where this page has it
  const models = []; // a form for each side that a model has played

  import("../model/form.js").then(({ modelForm }) => {
    makeForm = modelForm;
    for (const { input } of [one, other]) input.append(h("option", { value: MODEL }, "An AI model of yours"));
    fill();
  }, () => fill());
  if (agents.length) one.input.value = agents.some(({ name }) => name === "heuristic") ? "heuristic" : agents[0].name;

  /** Says it where there is nobody to choose. */
  function fill() {
    if (agents.length) return;
    replace(about, "This server was installed without reference agents.", makeForm ? " A model of yours can play." : " Watch a run or a file instead.");
    if (makeForm) one.input.value = MODEL;
    tell();
  }

  function tell() {
    const chosen = [one.input.value, other.input.value];
    modelPlaces.forEach((place, lane) => {
      place.hidden = chosen[lane] !== MODEL;
      if (place.hidden || models[lane]) return;
      models[lane] = makeForm(context, FORMS[lane]);
      replace(place, models[lane].node);
    });
    if (chosen.every((name) => name === MODEL)) models[1].suggest(models[0].endpoint()); // two models of one endpoint
    const words = agents.filter(({ name }) => chosen.includes(name)).map(({ name, about: does }) => `${name}: ${does}.`).join(" ");
    if (agents.length) about.textContent = words;
    let ids = [];
    try {
      ids = endedIds(incidentQuery(fields.read()));
    } catch {
      // the button says what is wrong
    }
    for (const [name, needed] of [[YOU, playedByHand(ids)], [ORACLE, ids]])
      for (const option of form.querySelectorAll(`option[value="${name}"]`)) option.disabled = needed.length === 0 && !option.selected;
    known.textContent = ids.length ? "You have ended this incident: grades and the truth are told, and the oracle and your own run can be watched."
      : chosen.includes(MODEL) ? "When a model has ended this incident, its grade and the truth are told."
      : "You have not ended this incident in this browser: grades and the truth are not told, and the oracle and your own run cannot be watched.";
  }

  /** Enter starts from a field of a model as well: its form has no button. */
  function enter(event) {
    if (event.key === "Enter" && event.target.matches("input:not([type=radio])")) submit(event);
  }

  async function submit(event) {
    event.preventDefault();
    if (button.disabled) return;
    replace(said);
    button.disabled = true;
    button.textContent = "Getting ready…";
    try {
      await begin();
    } catch (error) {
      if (!["ApiError", "ModelError", "RangeError"].includes(error.name)) throw error;
      const options = error.status === 403 || error.status === 404 ? optionsOf() : null;
      replace(said, h("p", { class: "notice danger", role: "alert" }, bdi(error.message)), options && starts(context, [[incidentQuery(options), "Play it yourself", ""]]));
    } finally {
      button.disabled = false;
      button.textContent = "Start";
    }
  }

  function optionsOf() {
    try {
      return fields.read();
    } catch {
      return null;
    }
  }

  async function begin() {
    const options = fields.read();
    const chosen = [one.input.value, other.input.value].filter((name) => name !== NOBODY);
    if (!chosen.length) throw new RangeError("Choose who plays.");
    if (chosen[0] === chosen[1] && chosen[0] !== MODEL) throw new RangeError("Choose two different players, or one alone.");
    if (context.catalogue.needs_token && !api.hasToken() && !(await askToken(context.ask))) throw new ApiError(401, "This server wants its control token before an agent plays.");
    const opened = await withToken(context, () => (chosen.includes(MODEL) ? withModels(chosen, options) : withAgents(chosen, options)));
    if (opened) context.put(opened);
  }

  async function withAgents([agent, against], options) {
    const query = watchQuery({ agent, against, options });
    const opened = await watchPlace(context, readPlace(query));
    note(query, { replace: false });
    return opened;
  }

  /** One model plays, or two; the view has the address of this set-up, since their keys are in none. */
  async function withModels(chosen, options) {
    const settings = [];
    for (const [lane, name] of chosen.entries()) {
      settings[lane] = name === MODEL ? models[lane].read() : undefined;
      if (settings[lane] === null) return null;
    }
    const [{ modelTrack }, { watchScreen }, { tracksOf }] = await Promise.all([import("../model/play.js"), import("./screen.js"), import("./place.js")]);
    const [other] = await tracksOf({ agent: chosen.find((name) => name !== MODEL), options }); // models' episodes begin last
    const tracks = [];
    for (const each of settings) tracks.push(each ? await modelTrack(context, each, options) : other);
    tellApart(tracks);
    const here = `${HERE}&${incidentQuery(options).slice(1)}`;
    note(here, { replace: false });
    return watchScreen(context, { tracks, query: () => here, title: `${tracks.map(({ name }) => name).join(" and ")} on “${tracks[0].episode.alert.title}”`, back: { query: here, words: "Watch" } });
  }

  tell();
  return form;
}

/** Numbers two tracks of one name, as of a model with two temperatures. */
function tellApart(tracks) {
  const [first, second] = tracks;
  if (first.name === second?.name) tracks.forEach((track, lane) => (track.name += ` (${lane + 1})`));
}

/** Does something that the server may refuse without its token; asks for that until it is right or none is given. */
async function withToken(context, work) {
  for (;;) {
    try {
      return await work();
    } catch (error) {
      if (error.status !== 401 || !(await askToken(context.ask, error))) throw error;
    }
  }
}

function choice(id, label, agents, optional) {
  const input = h("select", { id }, optional && h("option", { value: NOBODY }, "nobody: one alone"),
    agents.map(({ name }) => h("option", { value: name }, name)), h("option", { value: YOU }, "You, as you played it"));
  return { input, node: h("div", { class: "field" }, h("label", { for: id }, label), input) };
}

function runs({ runs: names }) {
  const link = (name) => {
    const query = `?run=${encodeURIComponent(name)}`;
    return h("li", null, h("a", { href: query, on: { click: within(query) } }, bdi(name)));
  };
  return h("section", { class: "card", "aria-labelledby": "wu-runs" }, h("h2", { id: "wu-runs" }, "Runs of evaluations"),
    names.length ? h("ul", { class: "wu-runs" }, names.map(link)) : h("p", { class: "quiet-text" }, "This server shows none. Whoever starts it names a folder of them: ", h("code", null, "--runs DIR"), "."));
}

function files(context) {
  const said = h("div", { class: "said" });
  const input = h("input", { type: "file", id: "wu-file", accept: ".json,.jsonl,application/json", on: { change: () => input.files[0] && open(input.files[0]) } });
  const node = h("section", { class: "card wu-files", "aria-labelledby": "wu-files" }, h("h2", { id: "wu-files" }, "A file of yours"),
    h("p", { class: "quiet-text" }, "Drop a trajectory file of an evaluation here, or choose one. It is read in this browser."),
    h("div", { class: "field" }, h("label", { for: "wu-file" }, "Trajectory file"), input), said);
  node.addEventListener("dragover", (event) => (event.preventDefault(), node.classList.add("is-over")));
  node.addEventListener("dragleave", () => node.classList.remove("is-over"));
  node.addEventListener("drop", (event) => {
    event.preventDefault();
    node.classList.remove("is-over");
    const [file] = event.dataTransfer.files;
    if (file) open(file);
  });

  async function open(file) {
    replace(said, h("p", { role: "status" }, "Reading ", bdi(file.name), "…"));
    try {
      const { openDropped } = await import("../runs/dropped.js");
      const opened = await withToken(context, () => openDropped(context, file));
      if (opened) context.put(opened);
      else replace(said);
    } catch (error) {
      const message = error instanceof TypeError ? "The reader of files could not be loaded. Try again in a moment." : error.message;
      replace(said, h("p", { class: "notice danger", role: "alert" }, bdi(message)));
    }
  }
  return node;
}

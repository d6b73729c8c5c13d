// The episodes of a run: chosen by kind and by text, in an order, page by page.

import { ApiError, api } from "../api.js";
import { bdi, h, replace } from "../dom.js";
import { count, number, points } from "../format.js";
import { masthead } from "../masthead.js";
import { note, within } from "../router.js";
import { endedIds } from "../store.js";
import { ORACLE } from "../watch/place.js";
import { episodeQuery, incidentOf, listQuery, listed } from "./addresses.js";
import { episodesTable } from "./table.js";

const PAGE = 50; // episodes
const WAIT = 250; // milliseconds after the last letter of a search
const SORTS = { recorded: "as they ended", scenario: "by incident", fewest: "fewest steps", most: "most steps", best: "best grade", worst: "worst grade" };
const KINDS = [["task_id", "Task"], ["difficulty", "Difficulty"], ["split", "Split"]];

let last = null; // {run, query} of the list that was shown last: its episodes lead back to it

/** The address of the list of a run as it was last shown, or null. */
export const lastList = (run) => (last?.run === run ? last.query : null);

/**
 * @param {object} context of app.js @param {{run: string, query: URLSearchParams}} wanted of the router
 * @returns {Promise<{node: HTMLElement, heading: HTMLElement}>} throws an ApiError
 */
export async function runList(context, { run, query }) {
  let wanted = listed(query);
  let told = await asked(run, wanted);
  let asks = 0; // counts questions, so that an answer that comes late is not shown over another
  let waiting = null;
  const heading = h("h1", { tabindex: "-1", class: "rn-title" }, bdi(run));
  const said = h("div", { class: "said" });
  const found = h("p", { class: "rn-found", role: "status" });
  const list = h("div", { class: "rn-list" });
  const pages = h("nav", { class: "rn-pages", "aria-label": "Pages" });
  const fields = filters(context, told, wanted, change);
  const node = h("div", { class: "landing rn" }, masthead(context), h("main", null,
    h("header", { class: "rn-head" }, h("p", { class: "rn-back" }, h("a", { href: "?place=watch", on: { click: within("?place=watch") } }, "Watch"), " / run of an evaluation"), heading, about(told)),
    h("section", { class: "card rn-card", "aria-label": "Episodes" }, fields, said, hidden(context, told), found, list, pages)));

  /** Shows other episodes: those of a search once nothing more is typed. */
  function change(more, { soon = false } = {}) {
    wanted = { ...wanted, page: 1, ...more };
    clearTimeout(waiting);
    waiting = setTimeout(read, soon ? WAIT : 0);
  }

  async function read() {
    const mine = ++asks;
    try {
      const answer = await asked(run, wanted);
      if (mine !== asks || !node.isConnected) return;
      told = answer;
      replace(said);
      note(listQuery(run, wanted));
      draw();
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      if (mine !== asks) return;
      replace(said, h("p", { class: "notice danger", role: "alert" }, bdi(error.message), " ", h("button", { type: "button", class: "button", on: { click: read } }, "Try again")));
    }
  }

  function draw() {
    const { episodes, matching, total } = told;
    const first = (wanted.page - 1) * PAGE;
    last = { run, query: listQuery(run, wanted) };
    const some = matching === total ? count(total, "episode") : `${number(matching)} of ${count(total, "episode")}`;
    replace(found, some, episodes.length < matching && `, ${number(first + 1)} to ${number(first + episodes.length)}`, told.mean != null && [". Mean grade ", h("b", { class: "number" }, points(told.mean))],
      !told.is_whole && ". The run has more: these are its first ones");
    replace(list, episodes.length ? table(context, run, told) : h("p", { class: "rn-none" }, total ? "No episode is like that." : "No episode of this run has ended yet."));
    replace(pages, matching > PAGE && pager(matching));
  }

  function pager(matching) {
    const most = Math.ceil(matching / PAGE);
    const turn = (page, words) => h("button", { type: "button", class: "button", disabled: page < 1 || page > most, on: { click: () => (change({ page }), list.scrollIntoView({ block: "start" })) } }, words);
    return [turn(wanted.page - 1, "Previous page"), h("span", { class: "number" }, `Page ${number(wanted.page)} of ${number(most)}`), turn(wanted.page + 1, "Next page")];
  }

  draw();
  context.title(`Run ${run}`);
  return { node, heading, leave: () => clearTimeout(waiting) };
}

const asked = (run, { page, ...wanted }) => api.run(run, { ...wanted, offset: (page - 1) * PAGE, limit: PAGE });

/** Who played, when, and how much. */
function about({ agent, model, started, total }) {
  const at = Date.parse(started);
  const when = Number.isNaN(at) ? null : `${new Date(at).toISOString().slice(0, 16).replace("T", " ")}Z`;
  const facts = [["Agent", agent], ["Model", model], ["Started", when], ["Episodes", number(total)]].filter(([, fact]) => fact);
  return h("dl", { class: "rn-facts" }, facts.map(([name, fact]) => h("div", null, h("dt", null, name), h("dd", null, bdi(fact)))));
}

/** What is not told here, and why; nothing where everything is. */
function hidden({ catalogue }, { told, agent }) {
  if (told) return catalogue.open_runs ? h("p", { class: "hint" }, "This server tells grades and answers of its runs to everybody.") : null;
  return h("p", { class: "notice rn-hidden" }, agent === ORACLE ? "The oracle knows the answers: an episode of it can be opened after you have ended its incident."
    : "Grades and answers are told of incidents that you have ended: play one to its end, and open the episode again.");
}

function filters({ catalogue }, told, wanted, change) {
  const names = Object.fromEntries(catalogue.tasks.map(({ task_id: id, name }) => [id, name]));
  const kinds = KINDS.filter(([field]) => Object.keys(told.kinds[field]).length > 1 || wanted[field]).map(([field, label]) => {
    const values = [...new Set([...Object.keys(told.kinds[field]), ...(wanted[field] ? [wanted[field]] : [])])];
    return choice(field, label, [["", "all"], ...values.map((value) => [value, `${names[value] ?? value} (${number(told.kinds[field][value] ?? 0)})`])], wanted[field] ?? "", (value) => change({ [field]: value || undefined }));
  });
  const shut = told.told ? [] : ["best", "worst", ...(told.agent === ORACLE ? ["fewest", "most"] : [])];
  const sorts = Object.entries(SORTS).filter(([name]) => !shut.includes(name));
  const text = h("input", { type: "search", id: "rn-text", value: wanted.text ?? "", maxlength: 200, placeholder: "incident or key", on: { input: () => change({ text: text.value.trim() || undefined }, { soon: true }) } });
  return h("form", { class: "rn-filters", role: "search", on: { submit: (event) => (event.preventDefault(), change({})) } },
    h("div", { class: "field" }, h("label", { for: "rn-text" }, "Find"), text), kinds, choice("sort", "Order", sorts, wanted.sort ?? "recorded", (sort) => change({ sort: sort === "recorded" ? undefined : sort })));
}

function choice(id, label, values, value, act) {
  const input = h("select", { id: `rn-${id}`, on: { change: () => act(input.value) } }, values.map(([one, words]) => h("option", { value: one, selected: one === value }, words)));
  return h("div", { class: "field" }, h("label", { for: `rn-${id}` }, label), input);
}

function table({ catalogue }, run, { episodes, told }) {
  const task = (id) => catalogue.tasks.find((one) => one.task_id === id)?.name ?? id;
  const trials = episodes.some(({ trial }) => trial > 0);
  const row = (entry) => {
    const query = episodeQuery(run, entry.key);
    const own = endedIds(incidentOf(entry)).length > 0;
    return {
      name: [h("a", { href: query, on: { click: within(query) } }, bdi(entry.scenario_id)), entry.status !== "graded" && h("span", { class: "chip warn" }, "broke off"), own && h("span", { class: "chip accent" }, "you ended it")],
      cells: [bdi(task(entry.task_id)), bdi(entry.difficulty), bdi(whence(entry)), ...(trials ? [number(entry.trial + 1)] : []), number(entry.steps),
        ...(told ? [entry.status === "graded" ? h("b", null, points(entry.grade)) : "–"] : [])],
    };
  };
  const heads = [["Incident", false], ["Task", false], ["Difficulty", false], ["From", false], ...(trials ? [["Trial", true]] : []), ["Steps", true], ...(told ? [["Grade", true]] : [])];
  return episodesTable("Episodes of the run", heads, episodes.map(row));
}

/** Where an incident comes from: a split and a place in it, a seed, or a hand-written one. */
function whence({ options, split }) {
  if (options.scenario_index != null) return `hand-written ${options.scenario_index}`;
  if (options.seed != null && options.index == null && options.split == null) return `seed ${options.seed}`;
  return `${split} ${options.index ?? ""}`;
}

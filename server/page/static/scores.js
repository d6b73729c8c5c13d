// Who earned what: episodes that ended on this server, beside the measured baselines.

import { ApiError, api } from "./api.js";
import { bdi, h, replace } from "./dom.js";
import { count, number, points, span } from "./format.js";
import { starts } from "./landing.js";
import { masthead } from "./masthead.js";
import { incidentQuery } from "./router.js";
import { styles } from "./sheet.js";

const HERE = "?place=scores";
const VISITOR = "visitor";
const PLAYERS = { visitor: "Visitors", rest: "Programs, over REST", openenv: "Programs, over OpenEnv or MCP" };
const SPLITS = { canonical: "Hand-written", train: "Seeds", validation: "Validation", test: "Test", test_families: "New faults", test_systems: "New systems" };
const SEEDS = "train"; // nothing was measured on it: its incidents are made as those of the split `test`
const LIKE_SEEDS = "test";

await styles("scores.css");

/**
 * @param {object} context of app.js
 * @returns {Promise<{node: HTMLElement, heading: HTMLElement}>} throws an ApiError
 */
export async function scores(context) {
  let told = await api.scores();
  let split = splitShown(told);
  const heading = h("h1", { tabindex: "-1" }, "Scores");
  const since = h("p", { class: "hint sc-since" });
  const said = h("div", { class: "said" });
  const again = h("button", { type: "button", class: "button", on: { click: refresh } }, "Refresh");
  const chooser = h("div", { class: "sc-splits", role: "radiogroup", "aria-label": "Incidents" });
  const about = h("p", { class: "hint sc-about" });
  const table = h("div", { class: "sc-headline" });
  const first = h("div", { class: "sc-first" });
  const all = h("section", { class: "card sc-all", "aria-labelledby": "sc-all" });
  const node = h("div", { class: "landing scores" }, masthead(context, HERE), h("main", null,
    h("header", { class: "sc-head" },
      h("div", { class: "sc-words" }, heading, h("p", { class: "lead" }, "Mean grades, from 0 to 1, of the episodes that ended on this server, beside agents that were measured."), since),
      h("div", { class: "sc-again" }, again, said)),
    first, h("section", { class: "card", "aria-labelledby": "sc-by" }, h("h2", { id: "sc-by" }, "By task"), chooser, about, table), all));

  async function refresh() {
    again.disabled = true;
    replace(said);
    try {
      told = await api.scores();
      draw();
      context.say(`Scores read again: ${count(episodesOf(told.finished), "episode")} finished.`);
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      replace(said, h("p", { class: "notice danger", role: "alert" }, bdi(error.message)));
    } finally {
      again.disabled = false;
      again.focus();
    }
  }

  function choose(name) {
    split = name;
    show();
  }

  function draw() {
    since.textContent = `${sinceWords(told.since)} They are kept in memory: a restart forgets them.`;
    const seen = new Set(told.finished.map((row) => row.split));
    replace(chooser, Object.entries(SPLITS).filter(([name]) => seen.has(name) || context.catalogue.splits.some((one) => one.name === name)).map(([name, words]) =>
      h("label", { class: "sc-split" }, h("input", { type: "radio", name: "sc-split", value: name, checked: name === split, on: { change: () => choose(name) } }), h("span", null, words))));
    replace(first, told.finished.length === 0 && nobody(context));
    replace(all, finishedTable(context, told.finished));
    show();
  }

  function show() {
    const measured = split === SEEDS ? LIKE_SEEDS : split;
    const { description } = context.catalogue.splits.find(({ name }) => name === split) ?? {};
    about.textContent = [description && `${description[0].toUpperCase()}${description.slice(1)}.`,
      split === SEEDS && "No baseline was measured on these: those of the test split stand here, whose incidents are made alike.",
      "A line over a bar is its standard error; the upright mark is the visitors’ mean."].filter(Boolean).join(" ");
    const rows = told.finished.filter((row) => row.split === split);
    replace(table, headline(context.catalogue, rows, told.baselines.filter((row) => row.split === measured)));
  }

  draw();
  context.title("Scores");
  return { node, heading };
}

const episodesOf = (rows) => rows.reduce((sum, { episodes }) => sum + episodes, 0);

/** The split in which visitors, or else anybody, finished most; without any, the test split. */
function splitShown({ finished }) {
  const visitors = finished.filter(({ agent }) => agent === VISITOR);
  const sums = new Map();
  for (const { split, episodes } of visitors.length ? visitors : finished) sums.set(split, (sums.get(split) ?? 0) + episodes);
  return [...sums].sort((a, b) => b[1] - a[1])[0]?.[0] ?? LIKE_SEEDS;
}

/** @param {string} [iso] when the server began to count */
function sinceWords(iso) {
  const at = iso ? Date.parse(iso) : NaN;
  if (Number.isNaN(at)) return "Counted since this server started.";
  const minutes = Math.max(0, (Date.now() - at) / 60_000);
  const when = new Date(at).toISOString();
  const age = minutes < 1 ? "less than a minute" : minutes < 2_880 ? span(minutes) : count(Math.floor(minutes / 1_440), "day");
  return `Counted since this server started, ${age} ago (${when.slice(0, 10)} ${when.slice(11, 16)}Z).`;
}

function nobody(context) {
  const { today } = context.catalogue;
  return h("section", { class: "card sc-nobody", "aria-labelledby": "sc-nobody" }, h("h2", { id: "sc-nobody" }, "Nobody has finished an incident here yet"),
    h("p", null, "Play one to its end, and yours is the first grade to stand beside the agents’."),
    starts(context, [[incidentQuery({ task_id: today.task, seed: today.seed }), "Play today’s incident", "primary"], [`${incidentQuery({ task_id: "alert_classification", scenario_index: 1 })}&guide=1`, "Two minutes, with a guide", ""]]));
}

/** One table by task: players of this server first, then the baselines, the best first. */
function headline({ tasks, agents }, rows, baselines) {
  const columns = [...tasks.map(({ task_id: id, name }) => ({ id, name })), { id: null, name: "All tasks" }];
  const players = Object.keys(PLAYERS).filter((name) => name === VISITOR || rows.some(({ agent }) => agent === name)).map((name) => ({ name, words: PLAYERS[name], own: true, cells: columns.map(({ id }) => cellOf(rows.filter(({ agent }) => agent === name), id, tasks)) }));
  const measured = [...new Set(baselines.map(({ agent }) => agent))].map((name) => ({
    name, words: name, does: agents.find((one) => one.name === name)?.about, cells: columns.map(({ id }) => baselines.find((row) => row.agent === name && row.task_id === id) ?? null),
  })).sort((a, b) => (b.cells.at(-1)?.mean ?? 0) - (a.cells.at(-1)?.mean ?? 0));
  const marks = players[0].cells;
  const row = (one) => h("tr", { role: "row", class: one.own ? "is-own" : null },
    h("th", { scope: "row", role: "rowheader" }, h("span", { class: "sc-name" }, bdi(one.words)), one.does && h("span", { class: "hint sc-does" }, bdi(one.does))),
    one.cells.map((cell, at) => h("td", { role: "cell" }, h("span", { class: "sc-label", "aria-hidden": "true" }, columns[at].name), one.own && !cell ? h("span", { class: "quiet-text" }, "none yet") : bar(cell, one.own ? null : marks[at]))));
  const group = (words, body) => [h("tr", { role: "row", class: "sc-group" }, h("th", { scope: "colgroup", role: "columnheader", colspan: columns.length + 1 }, words)), body];
  return h("table", { class: "sc-table", role: "table" }, h("caption", { class: "sr-only" }, "Mean grades by player and task"),
    h("thead", { role: "rowgroup" }, h("tr", { role: "row" }, h("th", { scope: "col", role: "columnheader" }, "Player"), columns.map(({ name }) => h("th", { scope: "col", role: "columnheader" }, name)))),
    h("tbody", { role: "rowgroup" }, group("On this server", players.map(row))),
    measured.length > 0 && h("tbody", { role: "rowgroup" }, group("Measured agents", measured.map(row))));
}

/** The mean of a task; of all, the mean of the tasks' means, where each has one. */
function cellOf(rows, task, tasks) {
  if (task !== null) return rows.find(({ task_id: id }) => id === task) ?? null;
  const found = tasks.map(({ task_id: id }) => rows.find((row) => row.task_id === id));
  if (found.some((row) => !row)) return null;
  const errors = found.map(({ stderr }) => stderr);
  return {
    mean: found.reduce((sum, { mean }) => sum + mean, 0) / found.length,
    stderr: errors.includes(null) ? null : Math.hypot(...errors) / found.length,
    episodes: episodesOf(found),
  };
}

const percent = (x) => `${100 * Math.min(1, Math.max(0, x))}%`;

function bar(cell, marked) {
  if (!cell) return h("span", { class: "quiet-text" }, "–");
  const { mean, stderr, episodes } = cell;
  return [
    h("span", { class: "sc-figure number" }, h("b", null, points(mean)), stderr != null && h("span", { class: "quiet-text" }, " ± ", number(stderr, 2)), episodes != null && h("span", { class: "quiet-text" }, ` · ${count(episodes, "episode")}`)),
    h("span", { class: "sc-bar", "aria-hidden": "true" }, h("span", { class: "sc-fill", style: { width: percent(mean) } }),
      stderr != null && stderr > 0 && h("span", { class: "sc-error", style: { left: percent(mean - stderr), right: percent(1 - Math.min(1, mean + stderr)) } }),
      marked && h("span", { class: "sc-mark", style: { left: percent(marked.mean) } })),
  ];
}

const FINISHED = ["Player", "Incidents", "Task", "Episodes", "Mean grade", "Standard error"];

/** All that was finished, one row for each player, split and task. */
function finishedTable({ catalogue }, finished) {
  const task = (id) => catalogue.tasks.find(({ task_id: one }) => one === id)?.name ?? id;
  const place = (row) => [Object.keys(PLAYERS).indexOf(row.agent), Object.keys(SPLITS).indexOf(row.split)];
  const rows = [...finished].sort((a, b) => place(a)[0] - place(b)[0] || place(a)[1] - place(b)[1]);
  const head = h("h2", { id: "sc-all" }, "All that was finished here");
  if (!rows.length) return [head, h("p", { class: "quiet-text" }, "Nothing yet.")];
  return [head, h("div", { class: "scroll-x", tabindex: "0", role: "region", "aria-label": "Table of finished episodes" }, h("table", { "data-testid": "finished" },
    h("thead", null, h("tr", null, FINISHED.map((words, at) => h("th", { scope: "col", class: at > 2 ? "number" : null }, words)))),
    h("tbody", null, rows.map((row) => h("tr", null,
      h("td", null, bdi(PLAYERS[row.agent] ?? row.agent)), h("td", null, bdi(SPLITS[row.split] ?? row.split)), h("td", null, bdi(task(row.task_id))),
      [number(row.episodes), h("b", null, points(row.mean)), row.stderr == null ? "–" : points(row.stderr)].map((figure, at) => h("td", { class: "number" }, h("span", { class: "sc-label", "aria-hidden": "true" }, FINISHED[at + 3], " "), figure)))))))];
}

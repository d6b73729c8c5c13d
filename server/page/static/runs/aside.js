// Beside a watched episode of a run or a file: its place there, whom it is set against, its debrief, and a copy of it.

import { ApiError } from "../api.js";
import { bdi, h, replace } from "../dom.js";
import { number } from "../format.js";
import { masthead } from "../masthead.js";
import { incidentQuery, within } from "../router.js";
import { endedIds, playedByHand } from "../store.js";
import { ORACLE, YOU } from "../watch/place.js";
import { asOther, episodeQuery } from "./addresses.js";
import { saveEpisode } from "./save.js";


/**
 * @param {object} context of app.js
 * @param {{run: string, key: string, episode: object, against: string|null, problem: string|null, track: object,
 *   query: (step: number|null) => string}} shown `problem`: why nobody stands beside it, where somebody should
 */
export function runAside(context, { run, key, episode, against, problem, track, query }) {
  const beside = (words, one) => (one === null ? h("button", { type: "button", class: "button", disabled: true }, words)
    : h("a", { class: "button", href: episodeQuery(run, one, { against }), on: { click: within(episodeQuery(run, one, { against })) } }, words));
  return h("div", { class: "rn-aside" },
    h("span", { class: "rn-place number" }, `Episode ${number(episode.number)} of ${number(episode.total)}`), beside("Previous", episode.previous), beside("Next", episode.next),
    rival(context, { run, key, episode, against }), save(episode),
    problem && h("p", { class: "notice danger", role: "alert" }, bdi(problem)),
    debriefDoor(context, { track, episode, query }));
}

/** Beside an episode of a file. `again` shows it anew. */
export function fileAside(context, { track, episode, again, others }) {
  return h("div", { class: "rn-aside" }, others && h("button", { type: "button", class: "button", on: { click: others } }, "Other episodes of the file"), save(episode),
    debriefDoor(context, { track, episode, again }));
}

/** Whom this episode stands beside: another run, a reference agent, or who looks at it. */
function rival({ catalogue, go }, { run, key, episode, against }) {
  const ids = endedIds(incidentQuery(episode.options));
  const known = ids.length > 0;
  const runs = catalogue.runs.filter((name) => name !== run);
  const option = (value, words, shut) => h("option", { value, selected: value === (against ?? ""), disabled: shut }, words);
  const input = h("select", { id: "rn-against", on: { change: () => go(episodeQuery(run, key, { against: input.value })) } },
    option("", "nobody"), playedByHand(ids).length > 0 && option(YOU, "You, as you played it"),
    runs.length > 0 && h("optgroup", { label: "Runs" }, runs.map((name) => option(asOther(name), name))),
    catalogue.agents.length > 0 && h("optgroup", { label: "Reference agents" }, catalogue.agents.map(({ name }) => option(name, name === ORACLE && !known ? "oracle (once you have ended it)" : name, name === ORACLE && !known && against !== ORACLE))));
  return h("div", { class: "field rn-against" }, h("label", { for: "rn-against" }, "Against"), input);
}

/** The episode as a file. */
function save(episode) {
  return h("button", { type: "button", class: "button", title: "Save this episode as a file", on: { click: () => saveEpisode(episode) } }, "Save");
}

/** The debrief, where it may be told and no other button leads to it. */
function debriefDoor(context, { track, episode, query, again }) {
  if (!track.debrief || endedIds(incidentQuery(episode.options)).length > 0) return null;
  const said = h("div", { class: "said" });
  const button = h("button", { type: "button", class: "button", on: { click: open } }, "Debrief");

  async function open() {
    replace(said);
    button.disabled = true;
    try {
      const [{ debrief }, data] = await Promise.all([import("../debrief.js"), track.debrief()]);
      const steps = (step) => (again ? again(step) : context.go(query(step)));
      const shown = debrief({ episode: { ...episode, agent: episode.agent ?? track.name }, data, catalogue: context.catalogue });
      shown.addEventListener("debrief-step", ({ detail }) => steps(detail.step));
      const node = h("div", { class: "landing" }, masthead(context), h("main", null, shown, h("p", { class: "row center" }, h("button", { type: "button", class: "button", on: { click: () => steps(episode.steps.length) } }, "Back to the steps"))));
      context.title(`Debrief: ${episode.alert.title}`);
      context.put({ node, heading: shown.querySelector("h1") });
      window.scrollTo(0, 0);
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      replace(said, h("p", { class: "notice danger", role: "alert" }, bdi(error.message)));
    } finally {
      button.disabled = false;
    }
  }

  return [button, said];
}

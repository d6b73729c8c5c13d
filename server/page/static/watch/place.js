// The place to watch: what its address asks for, played by reference agents or taken from this visitor's own episode.

import { ApiError, api } from "../api.js";
import { incidentQuery } from "../router.js";
import { endedIds, playedByHand } from "../store.js";
import { recorded } from "./track.js";

export const YOU = "you";
export const ORACLE = "oracle";

/**
 * @param {object} context of app.js @param {object} wanted of the router
 * @returns {Promise<{node: HTMLElement, heading: HTMLElement, leave?: () => void}>} throws an ApiError
 */
export async function watchPlace(context, wanted) {
  if (!wanted.agent) return (await import("./setup.js")).setup(context, wanted);
  const [{ watchScreen }, tracks] = await Promise.all([import("./screen.js"), tracksOf(wanted)]);
  const { alert } = tracks[0].episode;
  return watchScreen(context, {
    tracks,
    query: (step) => watchQuery(wanted, step),
    title: `${tracks.map(({ name }) => name).join(" and ")} on “${alert.title}”`,
    back: { query: `?place=watch&${incidentQuery(tracks[0].episode.options).slice(1)}`, words: "Watch" },
    step: wanted.step,
  });
}

/** The address of who is watched on which incident. */
export function watchQuery({ agent, against, options, episode }, step = null) {
  const query = new URLSearchParams({ place: "watch", agent });
  if (against) query.set("against", against);
  for (const [name, value] of new URLSearchParams(options ? incidentQuery(options) : "")) query.set(name, value);
  if (episode) query.set("episode", episode);
  if (step !== null) query.set("step", step);
  return `?${query}`;
}

/** The tracks that are asked for: one agent after the other, since a server plays few at once. */
export async function tracksOf(wanted) {
  const asked = [wanted.agent, wanted.against].filter(Boolean);
  const ids = [...new Set([wanted.episode, ...(wanted.options ? endedIds(incidentQuery(wanted.options)) : [])])].filter(Boolean);
  const own = asked.includes(YOU) ? await ownEpisode(playedByHand(ids)) : null;
  const options = wanted.options ?? own?.options;
  if (!options) throw new ApiError(404, "This link names no incident: it wants task=… and seed=… or scenario=…");
  const tracks = [];
  for (const agent of asked) tracks.push(agent === YOU ? recorded(own, { name: "You" }) : await played(agent, options, own ? [own.id] : ids));
  const [first, second] = tracks;
  if (second && first.episode.scenario_id !== second.episode.scenario_id) throw new ApiError(409, "These two are of different incidents: they cannot be shown side by side.");
  return tracks;
}

/** This visitor's own episode, if the server still has one that has ended. */
export async function ownEpisode(ids) {
  for (const id of ids) {
    try {
      const episode = await api.episode(id);
      if (episode.done) return episode;
    } catch (error) {
      if (error.status !== 404) throw error;
    }
  }
  throw new ApiError(404, ids.length ? "Your episode of this incident has not ended, or the server has forgotten it: play it to its end to watch it beside an agent." : "You have not ended this incident in this browser: play it to its end to watch it beside an agent.");
}

/** An agent's episode, told whole where one of the ids names an ended episode of the incident that is still there. */
export async function played(agent, options, ids) {
  for (const id of [...ids, null]) {
    try {
      return { ...recorded(await api.play(agent, options, id), { name: agent }), endedId: id };
    } catch (error) {
      if (error.status !== 404 || id === null) throw error;
    }
  }
  return null;
}

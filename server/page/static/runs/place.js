// A run of an evaluation: the list of its episodes, or one of them as it was played, alone or beside another.

import { ApiError, api } from "../api.js";
import { incidentQuery } from "../router.js";
import { styles } from "../sheet.js";
import { endedIds, playedByHand } from "../store.js";
import { YOU, ownEpisode, played } from "../watch/place.js";
import { episodeQuery, listQuery, runOf } from "./addresses.js";
import { runAside } from "./aside.js";
import { lastList, runList } from "./list.js";
import { NOT_TOLD, runEpisode } from "./told.js";

await styles("runs/runs.css");

/**
 * @param {object} context of app.js
 * @param {{run: string, episode: string|null, against: string|null, step?: number, query: URLSearchParams}} wanted of the router
 * @returns {Promise<{node: HTMLElement, heading: HTMLElement, leave?: () => void}>} throws an ApiError
 */
export function runPlace(context, wanted) {
  return wanted.episode ? runWatched(context, wanted) : runList(context, wanted);
}

async function runWatched(context, { run, episode: key, against, step }) {
  const [{ watchScreen }, { episode, id }] = await Promise.all([import("../watch/screen.js"), runEpisode(run, key)]);
  const tracks = [trackOf(episode, { run, key, id })];
  let problem = null;
  if (against) {
    try {
      tracks.push(await other(context, against, episode, { run, key, id }));
    } catch (error) {
      if (!(error instanceof ApiError) || error.status === 401) throw error;
      problem = error.message;
    }
  }
  if (tracks[1]?.name === tracks[0].name) for (const track of tracks) track.name = `${track.name} (${track.run ?? "played now"})`;
  const [track] = tracks;
  const query = (at) => episodeQuery(run, key, { against, step: at });
  const aside = runAside(context, { run, key, episode, against, problem, track, query });
  return watchScreen(context, {
    tracks, query, step,
    title: `${tracks.map(({ name }) => name).join(" and ")}: ${episode.alert.title}`,
    back: { query: lastList(run) ?? listQuery(run), words: run },
    asideOf: (one) => (one === track ? aside : null),
  });
}

/** A track of an episode of a run, with how its debrief is asked for. */
function trackOf(episode, { run, key, id }) {
  const broke = episode.error ? `It broke off: ${String(episode.error).slice(0, 300)}` : null;
  const debrief = episode.told && episode.done ? async () => (await api.runEpisode(run, key, id, true)).debrief : null;
  return { name: episode.agent ?? run, episode, live: false, note: broke ?? (episode.told ? null : NOT_TOLD), run, debrief };
}

/** Who is set beside an episode: another run's of the same incident, a reference agent, or this visitor. */
async function other(context, against, episode, { run, key, id }) {
  const name = runOf(against);
  const ids = [...new Set([id, ...endedIds(incidentQuery(episode.options))])].filter(Boolean);
  if (name !== null) return otherRun(name, key, run);
  if (against === YOU) return { name: "You", episode: await ownEpisode(playedByHand(ids)), live: false, note: null };
  const track = await played(against, episode.options, ids);
  return { ...track, note: track.episode.grade ? null : NOT_TOLD };
}

/** The same trial of the incident in another run, or else its first. */
async function otherRun(name, key, run) {
  const first = `${key.slice(0, key.lastIndexOf("#"))}#0`;
  for (const one of new Set([key, first])) {
    try {
      const { episode, id } = await runEpisode(name, one);
      return trackOf(episode, { run: name, key: one, id });
    } catch (error) {
      if (error.status !== 404) throw error;
    }
  }
  throw new ApiError(404, name === run ? "This run has no other episode of the incident." : `The run ${name} has no episode of this incident.`);
}

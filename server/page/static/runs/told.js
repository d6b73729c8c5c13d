// Episodes of runs and of files, told whole where this browser has ended one of the same incident.

import { ApiError, api } from "../api.js";
import { incidentQuery } from "../router.js";
import { endedIds } from "../store.js";
import { incidentOf } from "./addresses.js";

const GONE = 404;
const HIDDEN = 403;

/** What is said of an episode whose grade is not told. */
export const NOT_TOLD = "Its grade is told after you have ended this incident.";

/**
 * Asks without an id, and then with those of ended episodes of the incident: a server forgets them.
 * @param {(id: string|null) => Promise<object>} ask gives an Episode with `told`; throws an ApiError
 * @param {() => Promise<string|null>} incident the query of the incident, where `ask` was refused
 * @returns {Promise<{episode: object, id: string|null}>} `id` is the one that was believed
 */
async function askedWith(ask, incident) {
  let untold = null;
  let refusal = null;
  try {
    untold = await ask(null);
    if (untold.told) return { episode: untold, id: null };
  } catch (error) {
    if (!(error instanceof ApiError) || error.status !== HIDDEN) throw error;
    refusal = error;
  }
  const query = untold ? incidentQuery(untold.options) : await incident();
  for (const id of query ? endedIds(query) : []) {
    try {
      const episode = await ask(id);
      if (episode.told) return { episode, id };
    } catch (error) {
      if (!(error instanceof ApiError) || ![GONE, HIDDEN].includes(error.status)) throw error;
    }
  }
  if (refusal) throw refusal;
  return { episode: untold, id: null };
}

/** An episode of a run. Throws an ApiError. */
export function runEpisode(run, key) {
  const incident = async () => {
    const { episodes } = await api.run(run, { text: key, limit: 1 });
    return episodes.length ? incidentOf(episodes[0]) : null;
  };
  return askedWith((id) => api.runEpisode(run, key, id), incident);
}

/** The episode of a trajectory as `/console/replay` takes it. Throws an ApiError. */
export function replayed(trajectory) {
  const { options } = trajectory;
  return askedWith((id) => api.replay({ ...trajectory, ...(id ? { episode_id: id } : {}) }), async () => incidentQuery(options));
}

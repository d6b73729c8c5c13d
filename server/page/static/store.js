// What this browser keeps: drafts of the tab's episode, the theme, letter keys, and best grades. Nothing leaves it.

/** @param {string} name @returns {any} what was kept under it for this browser, or `otherwise` */
export function kept(name, otherwise = null, storage = "localStorage") {
  try {
    const text = window[storage].getItem(name);
    return text === null ? otherwise : JSON.parse(text);
  } catch {
    return otherwise;
  }
}

/** Keeps a value for this browser; a browser that keeps nothing is no error. */
export function keep(name, value, storage = "localStorage") {
  try {
    window[storage].setItem(name, JSON.stringify(value));
  } catch {
    // private windows and full stores: the page works without
  }
}

/** As `kept`, for this tab alone. */
export const keptHere = (name, otherwise) => kept(name, otherwise, "sessionStorage");
/** As `keep`, for this tab alone. */
export const keepHere = (name, value) => keep(name, value, "sessionStorage");

const ENDED = "ended"; // {incident's query: [ids of ended episodes, the latest first]}
const MOST_ENDED = 200; // incidents of which they are kept

/** The ids of the episodes of an incident that were ended in this browser, the latest first. @param {string} query */
export function endedIds(query) {
  const ids = kept(ENDED)?.[query];
  return Array.isArray(ids) ? ids.filter((id) => typeof id === "string") : [];
}

/** Begins the ids of episodes that a model of this visitor plays; where the server makes the ids, none does. */
export const OF_MODELS = "model-";

/** Of such ids those that the visitor played, and no model. @param {string[]} ids */
export const playedByHand = (ids) => ids.filter((id) => !id.startsWith(OF_MODELS));

/** Keeps the id of an episode that was ended here: doors tell its holder what the end tells. */
export function keepEnded(query, id) {
  const all = kept(ENDED);
  const others = Object.entries(all && typeof all === "object" ? all : {}).filter(([other]) => other !== query);
  const ids = [id, ...endedIds(query).filter((other) => other !== id)].slice(0, 3);
  keep(ENDED, Object.fromEntries([[query, ids], ...others].slice(0, MOST_ENDED)));
}

const BEST = "best"; // [{query, task_id, scenario_id, grade, best, steps, at}], the best first
const MOST = 50;

/** The best grades of this browser, one for each incident. */
export const bestRuns = () => (Array.isArray(kept(BEST)) ? kept(BEST) : []).filter((run) => typeof run?.query === "string");

/** Keeps a finished episode, where it is the best of its incident. */
export function keepRun(run) {
  const others = bestRuns().filter((other) => other.query !== run.query || other.grade > run.grade);
  if (others.some((other) => other.query === run.query)) return;
  keep(BEST, [run, ...others].sort((a, b) => b.grade / b.best - a.grade / a.best).slice(0, MOST));
}

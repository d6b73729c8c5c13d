// Addresses within runs, and the incident that an episode of a run is of.

import { incidentQuery } from "../router.js";

const OF_LIST = { task: "task_id", difficulty: "difficulty", split: "split", text: "text", sort: "sort" };
const RUN = "run:"; // before the name of a run, where an agent could stand: no agent has a colon

/** What a list of a run is asked for, in its address and to the door. @returns {{task_id?: string, page: number}} */
export function listed(query) {
  const wanted = {};
  for (const [name, field] of Object.entries(OF_LIST)) if (query.get(name)) wanted[field] = query.get(name).slice(0, 200);
  const page = /^\d{1,6}$/.test(query.get("page") ?? "") ? Number(query.get("page")) : 1;
  return { ...wanted, page: Math.max(1, page) };
}

/** The address of a list. @param {string} run @param {object} wanted as `listed` gives it */
export function listQuery(run, wanted = {}) {
  const query = new URLSearchParams({ run });
  for (const [name, field] of Object.entries(OF_LIST)) if (wanted[field]) query.set(name, wanted[field]);
  if (wanted.page > 1) query.set("page", wanted.page);
  return `?${query}`;
}

/** The address of an episode of a run. @param {{against?: string|null, step?: number|null}} [at] */
export function episodeQuery(run, key, { against = null, step = null } = {}) {
  const query = new URLSearchParams({ run, episode: key });
  if (against) query.set("against", against);
  if (step !== null) query.set("step", step);
  return `?${query}`;
}

/** How a run is named where an agent could stand. */
export const asOther = (run) => `${RUN}${run}`;

/** The run that such a name is of, or null. */
export const runOf = (other) => (other?.startsWith(RUN) ? other.slice(RUN.length) : null);

/**
 * The query under which this browser knows an incident, as the episodes of a server name it.
 * @param {{options: object, task_id: string, difficulty: string}} entry of a run's list
 */
export function incidentOf({ options, task_id: task, difficulty }) {
  const { scenario_index: scenario, seed, split, index, family } = options;
  if (split != null && split !== "canonical") return incidentQuery({ task_id: task, split, index, difficulty });
  if (seed != null || family != null) return incidentQuery({ task_id: task, seed: seed ?? 0, difficulty, family });
  return incidentQuery({ task_id: task, scenario_index: scenario ?? (index ?? 0) % 3 });
}

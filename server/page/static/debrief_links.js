/** Addresses of incidents, as queries of the page. */

const NAMES = {
  task_id: "task",
  scenario_index: "scenario",
  seed: "seed",
  split: "split",
  index: "index",
  difficulty: "difficulty",
  family: "family",
};

/** The query that starts the incident of these reset options. */
export function incidentQuery(options) {
  const query = new URLSearchParams();
  for (const [name, short] of Object.entries(NAMES)) {
    if (options[name] !== undefined && options[name] !== null) query.set(short, options[name]);
  }
  return `?${query}`;
}

/** The query of the next incident of the same kind; null where there is none. */
export function nextQuery(options, catalogue) {
  const { seed, index, scenario_index: scenario } = options;
  if (index !== undefined && index !== null) return incidentQuery({ ...options, index: index + 1 });
  if (seed !== undefined && seed !== null) return incidentQuery({ ...options, seed: seed + 1 });
  const scenarios = catalogue?.tasks?.find((task) => task.task_id === options.task_id)?.scenarios.length ?? 0;
  return scenarios > 1 ? incidentQuery({ ...options, scenario_index: ((scenario ?? 0) + 1) % scenarios }) : null;
}

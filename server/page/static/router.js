// Addresses: every place of the page is a query of its one address, and back works.

const NUMBERS = ["seed", "index", "scenario", "step"];
const WHOLE = /^\d{1,12}$/;

/**
 * What a query asks for.
 * @param {string} search such as "?task=remediation_planning&seed=7"
 * @returns {{place: "landing"|"incident"|"episode"|"help"|"watch"|"run"|"scores"|string, options?: object, episode?: string,
 *   step?: number, agent?: string, against?: string, run?: string, guide?: boolean, query: URLSearchParams, error?: string}} options as `/reset` takes them
 */
export function readPlace(search) {
  const query = new URLSearchParams(search);
  const step = query.has("step") && WHOLE.test(query.get("step")) ? Number(query.get("step")) : undefined;
  const wrong = NUMBERS.find((name) => query.has(name) && !WHOLE.test(query.get(name)));
  if (wrong) return { place: "landing", query, error: `In this link ${wrong} is no whole number: “${query.get(wrong)}”.` };
  if (query.get("place") === "watch") return { place: "watch", ...watched(query), step, query };
  if (query.has("run")) return { place: "run", run: query.get("run"), episode: query.get("episode"), against: query.get("against"), step, query };
  if (query.has("episode")) return { place: "episode", episode: query.get("episode"), step, query };
  if (query.has("task")) return { place: "incident", options: optionsIn(query), guide: query.has("guide"), query };
  if (query.has("place")) return { place: query.get("place"), step, query };
  return { place: "landing", query };
}

/** Who is watched, on which incident; `episode` is the visitor's own ended one of it. */
function watched(query) {
  const options = query.has("task") ? optionsIn(query) : null;
  return { agent: query.get("agent"), against: query.get("against"), episode: query.get("episode"), options };
}

function optionsIn(query) {
  const options = { task_id: query.get("task") };
  if (query.has("scenario")) options.scenario_index = Number(query.get("scenario"));
  for (const name of ["seed", "index"]) if (query.has(name)) options[name] = Number(query.get(name));
  for (const name of ["difficulty", "split", "family"]) if (query.get(name)) options[name] = query.get(name);
  return options;
}

/** The query that leads to an incident again. @param {object} options as `/reset` takes them */
export function incidentQuery(options) {
  const query = new URLSearchParams({ task: options.task_id ?? "alert_classification" });
  if (options.scenario_index != null) query.set("scenario", options.scenario_index);
  for (const name of ["seed", "split", "index", "difficulty", "family"]) if (options[name] != null) query.set(name, options[name]);
  return `?${query}`;
}

/** The whole address of a query of this page, to be handed on. */
export function addressOfQuery(query) {
  return `${location.origin}${location.pathname}${query}`;
}

let listener = () => {};

/** Calls `listen(place, {went})` now and whenever the address changes; `went` where the page itself went there. */
export function onPlace(listen) {
  listener = listen;
  window.addEventListener("popstate", () => listen(readPlace(location.search)));
  return listen(readPlace(location.search));
}

/** Goes to a query ("" is the landing), as a new entry of the history unless it is to replace the present one. */
export function go(query, { replace = false } = {}) {
  note(query, { replace });
  listener(readPlace(location.search), { went: true });
}

/** Writes an address without going anywhere: the place is on the screen already. */
export function note(query, { replace = true } = {}) {
  const url = `${location.pathname}${query}`;
  history[replace ? "replaceState" : "pushState"](null, "", url);
}

/** A click handler for a link within the page: a plain click stays here, and others open it as the browser does. */
export function within(query) {
  return (event) => {
    if (event.button || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
    event.preventDefault();
    go(query);
  };
}

// Calls of the server. Every address is relative to this file, since the server may sit below a prefix.

const ROOT = new URL("../../", import.meta.url);
let held = null; // the control token, in this page's memory alone

/** Why a call failed. `status` is that of HTTP, 0 where no answer came; `message` is for people. */
export class ApiError extends Error {
  constructor(status, message) {
    super(message);
    this.name = "ApiError";
    this.status = status;
  }
}

/** The address of a path of this server, whole. @param {string} [path] relative, such as "docs" */
export function addressOf(path = "") {
  return new URL(path, ROOT).href;
}

/** The header of a call that wants the control token; none where no token is held. */
export const controlHeaders = () => (held ? { Authorization: `Bearer ${held}` } : {});

/** Calls of the server: each resolves to the JSON of its answer, and throws an ApiError. Shapes: docs of the doors. */
export const api = {
  /** Keeps a control token for the calls that follow; null forgets it. */
  useToken(token) {
    held = token || null;
  },
  hasToken: () => held !== null,
  catalogue: () => call("console/catalogue"),
  /** @param {{task_id: string, seed?: number, scenario_index?: number, split?: string, index?: number,
   *   difficulty?: string}} options @param {string|null} [token] */
  reset(options, token = null) {
    if (token) held = token;
    return call("reset", { body: options });
  },
  /** @param {{episode_id: string, action_type: string, parameters: object, expected_step: number}} step */
  step: (step) => call("step", { body: step }),
  episode: (id) => call("console/episode", { query: { episode_id: id } }),
  briefing: (id) => call("console/briefing", { query: { episode_id: id } }),
  debrief: (id) => call("console/debrief", { query: { episode_id: id } }),
  runs: () => call("console/runs"),
  /** @param {string} name of a run @param {{offset?: number, limit?: number, task_id?: string, difficulty?: string,
   *   split?: string, text?: string, sort?: string}} [wanted] */
  run: (name, wanted = {}) => call(`console/runs/${encodeURIComponent(name)}`, { query: wanted }),
  /** @param {string|null} [id] an ended episode of the same incident, to be told all @param {boolean} [debrief] with it */
  runEpisode: (name, key, id = null, debrief = false) =>
    call(`console/runs/${encodeURIComponent(name)}/episode`, { query: { key, episode_id: id, debrief: debrief || null } }),
  /** @param {{options: object, actions: object[], agent?: string, episode_id?: string, debrief?: boolean}} trajectory */
  replay: (trajectory) => call("console/replay", { body: trajectory }),
  scores: () => call("console/scores"),
  /** A reference agent's whole episode. @param {string|null} [id] an ended episode of the same incident, to be told all */
  play: (agent, options, id = null) => call("console/play", { body: { agent, options, ...(id ? { episode_id: id } : {}) } }),
};

async function call(path, { body, query } = {}) {
  const url = new URL(path, ROOT);
  for (const [name, value] of Object.entries(query ?? {})) if (value != null) url.searchParams.set(name, value);
  const headers = { Accept: "application/json", ...controlHeaders() };
  if (body !== undefined) headers["Content-Type"] = "application/json";
  let answer;
  try {
    const sent = body === undefined ? undefined : JSON.stringify(body);
    answer = await fetch(url, { method: body === undefined ? "GET" : "POST", headers, body: sent });
  } catch {
    throw new ApiError(0, "The server cannot be reached. Nothing is lost here: try again in a moment.");
  }
  let told;
  try {
    told = await answer.json();
  } catch {
    const why = answer.ok ? "an answer that is not JSON" : `HTTP ${answer.status} without a reason`;
    throw new ApiError(answer.ok ? 0 : answer.status, `The server sent ${why}: try again in a moment.`);
  }
  if (!answer.ok) throw new ApiError(answer.status, reasonOf(told, answer.status));
  return told;
}

function reasonOf(told, status) {
  const detail = told?.detail;
  if (typeof detail === "string" && detail) return detail;
  if (Array.isArray(detail) && detail.length)
    return detail.map((one) => `${(one.loc ?? []).filter((part) => part !== "body").join(".")}: ${one.msg}`).join("; ");
  return `The server refused this (HTTP ${status}).`;
}

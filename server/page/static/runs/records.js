// Trajectories in a file: the records of an evaluation, one a line, or a single episode.

const MEBIBYTE = 1_048_576;
const MOST_BYTES = 64 * MEBIBYTE; // of a file that is read
const MOST_LINE = 8 * MEBIBYTE; // of a line that is read as an episode
const MOST_LINES = 200_000; // of a file, of which an episode has some thousand characters
const MOST_WORDS = 20_000; // characters that are shown of what a player wrote beside a step
const MOST_WHOLE = 16 * MEBIBYTE; // of a file that is one JSON value over several lines
const MOST_RECORDS = 50_000; // that are listed
const MOST_ACTIONS = 500; // that the server plays again
const OPTIONS = ["task_id", "scenario_index", "seed", "difficulty", "family", "split", "index", "reward_profile"];
const NEWLINE = 10;

/** Why a file cannot be read; `message` is for people. */
export class FileError extends Error {
  constructor(message) {
    super(message);
    this.name = "FileError";
  }
}

/**
 * The episodes of a file. Lines are read one at a time, and of each a few words are kept.
 * @param {File} file
 * @returns {Promise<{entries: {number: number, read: () => Promise<object>, task_id: string, scenario_id: string,
 *   difficulty: string, split: string, steps: number, options: object, broken: boolean}[], problems: string[]}>} `read`
 *   gives the trajectory (`trajectoryOf`), `problems` say which lines are none. Throws a FileError.
 */
export async function readFile(file) {
  if (file.size === 0) throw new FileError(`“${file.name}” is empty.`);
  if (file.size > MOST_BYTES) throw new FileError(`“${file.name}” has ${Math.ceil(file.size / MEBIBYTE)} MiB, and at most ${MOST_BYTES / MEBIBYTE} are read here. Have the server show its folder: --runs DIR.`);
  const found = new Map();
  const problems = [];
  let number = 0;
  let lines = 0;
  for await (const [start, end, bytes] of linesOf(file)) {
    number += 1;
    if (number > MOST_LINES) throw new FileError(`“${file.name}” has more than ${MOST_LINES.toLocaleString("en")} lines: it is no file of episodes.`);
    if (bytes.length > MOST_LINE) {
      if (number === 1 && !found.size && end === file.size) return wholeOf(file);
      problems.push(`Line ${number}: it is longer than ${MOST_LINE / MEBIBYTE} MiB.`);
      continue;
    }
    const text = new TextDecoder().decode(bytes).trim();
    if (!text) continue;
    lines += 1;
    try {
      const value = JSON.parse(text);
      if (found.size < MOST_RECORDS) found.set(String(value?.key ?? `line ${number}`), entryOf(value, number, async () => trajectoryOf(JSON.parse(await file.slice(start, end).text()))));
    } catch (error) {
      if (lines === 1 && !found.size && error instanceof SyntaxError) return wholeOf(file);
      problems.push(`Line ${number}: ${reasonOf(error)}`);
    }
  }
  if (!found.size) throw new FileError(problems.length ? `“${file.name}” holds no episode. ${problems[0]}` : `“${file.name}” is empty.`);
  return { entries: [...found.values()], problems };
}

/** Start, end and bytes of each line. */
async function* linesOf(file) {
  const reader = file.stream().getReader();
  let parts = []; // of the line that goes on
  let start = 0;
  let at = 0;
  for (;;) {
    const { value, done } = await reader.read();
    if (done) break;
    let from = 0;
    for (let end = value.indexOf(NEWLINE); end >= 0; end = value.indexOf(NEWLINE, from)) {
      yield [start, at + end, await joined([...parts, value.subarray(from, end)])];
      parts = [];
      from = end + 1;
      start = at + from;
    }
    if (from < value.length) parts.push(value.subarray(from));
    at += value.length;
  }
  if (parts.length) yield [start, at, await joined(parts)];
}

const joined = async (parts) => (parts.length === 1 ? parts[0] : new Uint8Array(await new Blob(parts).arrayBuffer()));

/** A file that is one JSON value: an episode, or a list of them. */
async function wholeOf(file) {
  if (file.size > MOST_WHOLE) throw new FileError(`“${file.name}” is no list of episodes, one a line.`);
  let value;
  try {
    value = JSON.parse(await file.text());
  } catch (error) {
    throw new FileError(`“${file.name}” is no JSON: ${reasonOf(error)}`);
  }
  const values = Array.isArray(value) ? value : [value];
  const entries = [];
  const problems = [];
  values.slice(0, MOST_RECORDS).forEach((one, at) => {
    try {
      entries.push(entryOf(one, at + 1, async () => trajectoryOf(one)));
    } catch (error) {
      problems.push(values.length > 1 ? `Episode ${at + 1}: ${reasonOf(error)}` : reasonOf(error));
    }
  });
  if (!entries.length) throw new FileError(`“${file.name}” holds no episode. ${problems[0] ?? ""}`);
  return { entries, problems };
}

const reasonOf = (error) => (error instanceof FileError ? error.message : `it is no JSON (${String(error.message).slice(0, 120)}).`);

function entryOf(value, number, read) {
  const { options, steps } = trajectoryOf(value);
  const text = (one) => String(one ?? "").slice(0, 200);
  return {
    number, read, options, steps,
    task_id: text(value.task_id ?? options.task_id), scenario_id: text(value.scenario_id ?? "an incident"), difficulty: text(value.difficulty ?? options.difficulty), split: text(value.split ?? options.split),
    trial: Number.isInteger(value.trial) ? value.trial : 0, broken: value.status === "infrastructure_error",
  };
}

/**
 * What is played again of a record of an evaluation, or of an Episode that the page saved. Throws a FileError.
 * @returns {{options: object, actions: object[], words: string[], rewards: number[], steps: number, agent: string|null,
 *   scenario_id: string|null}}
 */
export function trajectoryOf(value) {
  if (!isObject(value)) throw new FileError("it is no episode, but a single value.");
  if (!isObject(value.options) || !Array.isArray(value.steps)) throw new FileError("it is no episode: it has no options or no steps.");
  if (value.steps.length > MOST_ACTIONS) throw new FileError(`it has ${value.steps.length} steps, and at most ${MOST_ACTIONS} are played again.`);
  if (!isFlat(value.options)) throw new FileError("its options are more than texts and numbers.");
  const actions = value.steps.map((step, at) => {
    const action = step?.action_type ?? step?.action;
    if (typeof action !== "string") throw new FileError(`its step ${at + 1} names no action.`);
    if (step.parameters != null && !isObject(step.parameters)) throw new FileError(`the parameters of its step ${at + 1} are no object.`);
    if (!isFlat(step.parameters ?? {})) throw new FileError(`the parameters of its step ${at + 1} are more than texts and numbers.`);
    return { action_type: action, parameters: step.parameters ?? {}, ...(typeof step.source === "string" ? { source: step.source.slice(0, 200) } : {}) };
  });
  return {
    options: Object.fromEntries(OPTIONS.filter((name) => value.options[name] != null).map((name) => [name, value.options[name]])),
    actions,
    words: value.steps.map(({ words }) => (typeof words === "string" ? words.slice(0, MOST_WORDS) : "")),
    rewards: value.steps.map(({ reward }) => reward),
    steps: actions.length,
    agent: typeof value.agent === "string" ? value.agent.slice(0, 200) : null,
    scenario_id: typeof value.scenario_id === "string" ? value.scenario_id : null,
  };
}

/** Whether an object holds no others: what is nested without end cannot even be sent. */
const isFlat = (value) => Object.values(value).every((one) => one === null || typeof one !== "object");
const isObject = (value) => value !== null && typeof value === "object" && !Array.isArray(value);

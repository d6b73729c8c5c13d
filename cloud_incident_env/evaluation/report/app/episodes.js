/** The episodes that the file holds. `data.py` and `evidence.py` write them. */

import { addressOf } from "./address.js";

const read = (id) => document.getElementById(id)?.textContent ?? null;
const { chunk, rows, names, most, evidence } = JSON.parse(read("episodes"));
const FIELDS = ["task", "difficulty", "split", "family", "scenario"]; // numbers of names
const NUMBERS = ["trial", "graded", "grade", "steps", "mistakes", "tokens", "seconds"];

/**
 * @typedef {object} Row what the list knows of an episode
 * @property {number} number its place in the run, from 0
 * @property {string} key
 * @property {string} task @property {string} difficulty @property {string} split @property {string} family
 * @property {string} scenario @property {number} trial from 0 @property {number} graded 0 after an infrastructure error
 * @property {number} grade @property {number} steps @property {number} mistakes @property {number} tokens
 * @property {number} seconds @property {string[]} lost the parts of the grade that it did not earn in full
 */

/** @type {Row[]} */
export const episodes = rows.map((row, number) => {
  const made = { number, key: row[12], lost: row[13].map((name) => names[name]) };
  FIELDS.forEach((field, place) => (made[field] = names[row[place]]));
  NUMBERS.forEach((field, place) => (made[field] = row[FIELDS.length + place]));
  return made;
});

/** Where what the agents read is: "here", "folder" or "nowhere". */
export const place = evidence.place;

/** What the parts of a task's grade can earn. @param {string} task @returns {{[part: string]: number}} */
export function mostOf(task) {
  return Object.fromEntries(most.filter(([of]) => names[of] === task).map(([, part, value]) => [names[part], value]));
}

let places = null;

/** The episode of a key, as an address has it. @param {string} key @returns {Row|null} */
export function episodeOf(key) {
  places ??= new Map(episodes.map((row) => [addressOf({ episode: row.key }), row]));
  return places.get(addressOf({ episode: key })) ?? null;
}

const kept = new Map(); // element or file: a promise of what it holds

function once(name, load) {
  if (!kept.has(name)) kept.set(name, load());
  return kept.get(name);
}

/** @param {string} text JSON, compressed, as Base64 */
async function unpacked(text) {
  const bytes = Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
  return new Response(new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"))).json();
}

/** What was recorded of an episode. @param {Row} row @returns {Promise<object>} */
export async function recordOf({ number }) {
  const name = `trajectories-${Math.floor(number / chunk)}`;
  const records = await once(name, () => unpacked(read(name)));
  const [options, breakdown, cumulative, error, digest, steps, answer, feedback] = records[number % chunk];
  return {
    options,
    breakdown,
    cumulative,
    error,
    digest,
    answer,
    feedback,
    steps: steps.map(([action, parameters, source, reward, reason, refused, observed, seconds, words], at) => ({
      number: at + 1,
      action: names[action],
      parameters,
      source: names[source],
      reward,
      reason: names[reason],
      error: refused,
      digest: observed,
      seconds,
      words,
    })),
  };
}

/**
 * The alert, and what was read at each step.
 * @param {Row} row
 * @returns {Promise<object|null>} null where the report leaves it out; `{differs}` says why an episode has none. Fails
 *   with an Error for people where the folder beside the report is missing
 */
export async function seenIn({ number }) {
  if (place === "nowhere") return null;
  const part = Math.floor(number / evidence.chunk);
  const name = `evidence-${part}`;
  const chunks = await once(name, async () => unpacked(place === "here" ? read(name) : await loaded(part)));
  return chunks[number % evidence.chunk];
}

const waiting = new Map();

/** Loads a file of the folder beside the report, which calls `evidenceRead` with its number and its text. */
function loaded(part) {
  window.evidenceRead ??= (number, text) => waiting.get(number)?.(text);
  return new Promise((resolve, reject) => {
    waiting.set(part, resolve);
    const script = document.createElement("script");
    script.src = `report-evidence/${part}.js`;
    script.addEventListener("error", () => {
      kept.delete(`evidence-${part}`);
      reject(new Error("The folder report-evidence is not beside this file, so what the agent read cannot be shown."));
    });
    document.head.append(script);
  });
}

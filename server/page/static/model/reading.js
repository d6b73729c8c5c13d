// Which action a model's answer holds, by the rules of the Python agents; the rules' figures come with the briefing.

import { first, parsed, quoted, whole } from "./python.js";

const MOST_BRACES = 500; // of a text at which an object is looked for
const MOST_SIGNS = 20_000_000; // that are looked through for the ends of objects: an endpoint may answer with anything
const EMPTY_FENCE = /```(?:json)?\s*```/g; // which is left of a code block that held the action

/** Why an answer holds no action that can be taken; `attempt` is what it came closest to: {action, parameters} or null. */
export class UnusableAnswer extends Error {
  constructor(message, attempt = null) {
    super(message);
    this.name = "UnusableAnswer";
    this.attempt = attempt;
  }
}

const isObject = (value) => value !== null && typeof value === "object" && !Array.isArray(value);
const normal = (name) => name.trim().toLowerCase();

/** The action of a text. Throws an UnusableAnswer. @returns {{action: string, parameters: object}} */
export function actionIn(text, rules) {
  let attempt = null;
  for (const { value } of objectsIn(text)) {
    const named = namedIn(value);
    if (!named) continue;
    if (rules.offered.includes(normal(named.name))) return taken(named.name, named.parameters, rules);
    attempt ??= attempted(named.name, named.parameters, rules);
  }
  throw new UnusableAnswer(`no JSON object with one of ${[...rules.offered].sort().join(", ")} in ${quoted(first(text, 200))}`, attempt);
}

/** A text without the first object that names an action, and the reasoning in that object. @returns {string[]} */
export function wordsAround(text) {
  for (const { value, start, end } of objectsIn(text)) {
    const named = namedIn(value);
    if (!named) continue;
    const noted = [named.parameters.reasoning, named.holder.reasoning].find((one) => typeof one === "string") ?? "";
    return [(text.slice(0, start) + text.slice(end)).replace(EMPTY_FENCE, ""), noted];
  }
  return [text];
}

/** The action that a model named. Throws an UnusableAnswer, the attempt with it, if it cannot be taken so. */
export function taken(name, parameters, rules) {
  const attempt = attempted(name, parameters, rules);
  if (!rules.offered.includes(attempt.action)) throw new UnusableAnswer(`no action ${quoted(attempt.action)}: one of ${rules.offered.join(", ")}`, attempt);
  const missing = rules.required[attempt.action].filter((one) => !(one in attempt.parameters));
  if (missing.length && (!("target" in attempt.parameters) || rules.submissions.includes(attempt.action)))
    throw new UnusableAnswer(`${attempt.action} without ${missing.join(", ")}`, attempt);
  return attempt;
}

/** What stands for an answer without any action: one that no incident knows. */
export function noAction(problem, rules) {
  return { action: rules.no_action, parameters: { reasoning: first(whole(problem), rules.reason_length) } };
}

/** Texts that a model wrote, as the page keeps them. @returns {string|null} */
export function readable(texts, rules) {
  const told = texts.map((text) => text.trim()).filter(Boolean).join("\n\n");
  return first(whole(told), rules.words_length) || null;
}

function attempted(name, parameters, rules) {
  return { action: first(whole(normal(name)), rules.name_length) || rules.no_action, parameters: cleaned(parameters, rules) };
}

/** The parameters that actions have, each as the type and within the limit that it has. */
function cleaned(parameters, rules) {
  const found = {};
  for (const [name, { most, length }] of Object.entries(rules.parameters)) {
    if (!Object.hasOwn(parameters, name)) continue;
    const value = parameters[name];
    if (most !== null) {
      const text = ["string", "number"].includes(typeof value) ? String(value) : "";
      if (/^\d+$/.test(text) && text.length <= String(most).length && Number(text) <= most) found[name] = Number(text);
    } else if (["string", "number", "boolean"].includes(typeof value) && String(value).trim()) {
      found[name] = first(whole(inPython(value)), length);
    }
  }
  return found;
}

const inPython = (value) => (value === true ? "True" : value === false ? "False" : String(value));

function namedIn(value) {
  const holder = isObject(value.action) ? value.action : value;
  const name = holder.action_type || holder.action || holder.name;
  if (typeof name !== "string") return null;
  const nested = holder.parameters || holder.arguments;
  return { name, holder, parameters: isObject(nested) ? nested : holder };
}

/** Every JSON object that starts at some brace of a text, outermost first. */
function* objectsIn(text) {
  let looked = 0;
  let left = MOST_SIGNS;
  for (let at = text.indexOf("{"); at >= 0 && looked < MOST_BRACES && left > 0; looked += 1) {
    const end = endOf(text, at);
    if (end !== null) left -= (end || text.length) - at;
    let value;
    try {
      value = end && parsed(text.slice(at, end));
    } catch {
      value = null;
    }
    if (value) yield { value, start: at, end };
    at = text.indexOf("{", value ? end : at + 1);
  }
}

/** Where the object that begins at a brace ends; 0 where it does not, null where none begins. */
function endOf(text, start) {
  if (!/^\{\s*["}]/.test(text.slice(start, start + 200))) return null;
  let depth = 0;
  let inString = false;
  for (let at = start; at < text.length; at += 1) {
    const sign = text[at];
    if (inString) {
      if (sign === "\\") at += 1;
      else if (sign === '"') inString = false;
    } else if (sign === '"') inString = true;
    else if (sign === "{" || sign === "[") depth += 1;
    else if ((sign === "}" || sign === "]") && --depth === 0) return at + 1;
  }
  return 0;
}

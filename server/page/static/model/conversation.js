// What a model is asked at each step, and how its answer is read: message by message as the Python agents do it.

import { json, parsed, quoted, first } from "./python.js";
import { UnusableAnswer, actionIn, noAction, readable, taken, wordsAround } from "./reading.js";

/**
 * @typedef {object} Decision
 * @property {string} action
 * @property {object} parameters
 * @property {string|null} words what the model wrote beside the action
 */

/** Words with names in braces, filled in. */
const filled = (template, values) => template.replace(/\{(\w+)\}/g, (whole, name) => (name in values ? String(values[name]) : whole));

/** What a step alone produced: what it showed, or its feedback. */
const resultOf = (step) => step.evidence?.text ?? step.feedback;

/** A conversation by native tool calling: one tool an action, one call a turn. */
export class ToolConversation {
  /** @param {object} briefing of the server */
  constructor(briefing) {
    this.briefing = briefing;
    this.messages = structuredClone(briefing.messages);
    this.open = []; // calls of the last turn, waiting for their messages
    this.problem = ""; // what was wrong with the last answer
  }

  /** @returns {{messages: object[], tools: object[]}} what to ask next */
  question() {
    return { messages: this.messages, tools: this.briefing.tools };
  }

  /** Takes the model's answer in. An unusable one is the invalid action that it is. @returns {Decision} */
  decide(answer) {
    const rules = this.briefing.reading;
    this.messages.push(asMessage(answer));
    this.open = answer.calls;
    const words = readable([answer.reasoning, answer.text, notedIn(answer)], rules);
    try {
      return { ...decided(answer, rules), words };
    } catch (error) {
      return { ...this.refused(error), words };
    }
  }

  /** The same for an answer that the endpoint itself refused. */
  refused(error) {
    if (!(error instanceof UnusableAnswer)) throw error;
    this.problem = error.message;
    return { ...(error.attempt ?? noAction(error.message, this.briefing.reading)), words: null };
  }

  /** Tells the model what its step produced. @param {object} step @param {object} episode with that step */
  report(step, { max_steps: most }) {
    const { problem, next, one_call: unrun, go_on: goOn } = this.briefing;
    const parts = this.problem ? [filled(problem, { problem: this.problem })] : [];
    const text = [...parts, resultOf(step), filled(next, { step: step.number + 1, most })].join("\n\n");
    const [taken, ...others] = this.open;
    if (taken) this.messages.push(toolMessage(taken, text), ...others.map((call) => toolMessage(call, unrun)));
    else this.messages.push({ role: "user", content: `${text} ${goOn}` });
    this.open = [];
    this.problem = "";
  }
}

/** Questions to a model without tools: each holds the whole episode so far, and wants one JSON object. */
export class JsonConversation {
  constructor(briefing) {
    this.briefing = briefing;
    this.shown = {}; // tool -> service -> the latest text
    this.tried = [];
    this.step = 1;
    this.feedback = briefing.json.feedback;
  }

  question() {
    const { system, heading, incident, evidence, so_far: soFar, last_result: last } = this.briefing.json;
    const parts = [filled(heading, { step: this.step }), incident];
    for (const [tool, texts] of Object.entries(this.shown)) for (const [service, text] of Object.entries(texts)) parts.push(filled(evidence, { tool, service, text }));
    if (this.tried.length) parts.push(filled(soFar, { actions: this.tried.join("\n") }));
    parts.push(filled(last, { feedback: this.feedback }));
    return { messages: [{ role: "system", content: system }, { role: "user", content: parts.join("\n\n") }] };
  }

  decide(answer) {
    const rules = this.briefing.reading;
    const words = readable([answer.reasoning, ...wordsAround(answer.text)], rules);
    try {
      return { ...actionIn(answer.text, rules), words };
    } catch (error) {
      return { ...this.refused(error), words };
    }
  }

  refused(error) {
    if (!(error instanceof UnusableAnswer)) throw error;
    return { ...(error.attempt ?? noAction(error.message, this.briefing.reading)), words: null };
  }

  report(step) {
    this.tried.push(`${step.action} ${json(step.parameters)}`);
    if (step.evidence) (this.shown[step.evidence.tool] ??= {})[step.evidence.service] = step.evidence.text;
    this.feedback = step.feedback;
    this.step = step.number + 1;
  }
}

function decided(answer, rules) {
  if (!answer.calls.length) throw new UnusableAnswer(`no tool call in ${quoted(first(answer.text, 200))}`);
  const [call] = answer.calls;
  return taken(call.name, argumentsOf(call), rules);
}

/** The arguments of a call, an object. Throws an UnusableAnswer. */
function argumentsOf({ name, arguments: text }) {
  let found;
  try {
    found = parsed(text || "{}");
  } catch {
    throw new UnusableAnswer(`the arguments of ${name} are not JSON: ${quoted(first(text, 200))}`);
  }
  if (found === null || typeof found !== "object" || Array.isArray(found))
    throw new UnusableAnswer(`the arguments of ${name} are no JSON object: ${quoted(first(text, 200))}`);
  return found;
}

function notedIn({ calls: [call] }) {
  try {
    const noted = call && argumentsOf(call).reasoning;
    return typeof noted === "string" ? noted : "";
  } catch {
    return "";
  }
}

/** An answer as the assistant's message of the conversation. */
function asMessage({ text, calls }) {
  if (!calls.length) return { role: "assistant", content: text };
  const sent = calls.map((call) => ({ id: call.id, type: "function", function: { name: call.name, arguments: sendable(call) } }));
  return { role: "assistant", content: text || null, tool_calls: sent };
}

/** The arguments, or an empty object in place of malformed ones: endpoints parse what they are sent back. */
function sendable(call) {
  try {
    return json(argumentsOf(call), { ascii: true });
  } catch {
    return "{}";
  }
}

const toolMessage = (call, content) => ({ role: "tool", tool_call_id: call.id, content });

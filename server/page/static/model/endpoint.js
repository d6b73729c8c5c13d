// One model behind an OpenAI-compatible endpoint, asked by this browser itself. The key goes to the endpoint alone.

import { addressOf, controlHeaders } from "../api.js";
import { first, json } from "./python.js";
import { UnusableAnswer } from "./reading.js";

const SECONDS = 90; // that one call may take
const TRIES = 4; // of one question, where a failure may pass
const PAUSE = 1; // seconds after the first failure, twice as long after each further one
const MOST_PAUSE = 60; // seconds that an endpoint may ask to be left alone
const MOST_BYTES = 4_000_000; // of an answer
const MOST_CALLS = 100; // of tools in one answer that are read: one is taken
const DETAIL = 300; // characters of an endpoint's own words
// Failures of the model and not of the endpoint: it wrote what the endpoint could not read as a tool call or as JSON.
const OF_THE_MODEL = new Set(["tool_use_failed", "json_validate_failed"]);
const TOO_LONG = new Set(["context_length_exceeded", "exceed_context_size_error"]);
const SAYS_TOO_LONG = /maximum context length|exceeds? (?:the )?(?:available |model's )?context|prompt is too long/i;
const SAYS_NO_TOOLS = /tools?\b.{0,60}not support|not support.{0,60}\btool|tool(?:s|_choice| use| choice).{0,60}(?:requires|unsupported)/i;

/** Why a model gave no answer; `message` is for people, and holds no key. `kind` is one word for it. */
export class ModelError extends Error {
  constructor(kind, message) {
    super(message);
    this.name = "ModelError";
    this.kind = kind;
  }
}

/** A failure that may pass; `pause` seconds are to be waited where the endpoint said so. */
class Passing extends Error {
  constructor(kind, message, pause = null) {
    super(message);
    Object.assign(this, { kind, pause });
  }
}

/** A model at an endpoint; of one episode. */
export class Model {
  /** @param {{endpoint: {name: string, url: string, relayed: boolean}, model: string, key: string,
   *   temperature: number|null, maxTokens: number|null}} settings @param {{pause?: number, seconds?: number}} [waits] */
  constructor(settings, { pause = PAUSE, seconds = SECONDS } = {}) {
    this.settings = settings;
    this.pause = pause;
    this.seconds = seconds;
    this.reached = false; // whether it has answered anything yet
    this.left = {}; // fields that this endpoint refuses, and what is sent in their place: a name or null
    this.stopped = null;
  }

  /** Aborts the call under way; it throws a ModelError of the kind "stopped". */
  stop() {
    this.stopped?.abort();
  }

  /**
   * Asks once, and again where the failure may pass. Throws a ModelError, or an UnusableAnswer where the model failed.
   * @param {{messages: object[], tools?: object[]}} question
   * @returns {Promise<{text: string, reasoning: string, calls: {id: string, name: string, arguments: string}[]}>}
   */
  async ask(question) {
    const stopped = new AbortController();
    this.stopped = stopped;
    for (let tries = 1; ; tries += 1) {
      try {
        return await this.askOnce(question, stopped.signal);
      } catch (error) {
        if (stopped.signal.aborted) throw new ModelError("stopped", "The question to the model was stopped.");
        if (!(error instanceof Passing)) throw error;
        const wait = error.pause ?? this.pause * 2 ** (tries - 1);
        const most = error.kind === "unreachable" && !this.reached ? 1 : error.kind === "slow" ? 2 : TRIES;
        if (tries >= most || wait > MOST_PAUSE) throw new ModelError(error.kind, error.message + (wait > MOST_PAUSE ? ` It asks for a pause of ${Math.ceil(wait)} seconds.` : ""));
        await pausing(wait, stopped.signal);
      }
    }
  }

  async askOnce(question, stopped) {
    const slow = AbortSignal.timeout(this.seconds * 1_000);
    let answer, text;
    try {
      answer = await fetch(this.address(), this.request(question, AbortSignal.any([stopped, slow])));
      text = await textOf(answer);
    } catch (error) {
      if (stopped.aborted || error instanceof ModelError) throw error;
      if (slow.aborted) throw new Passing("slow", `${this.name} did not answer within ${this.seconds} seconds.`);
      throw this.unreachable();
    }
    this.reached = true;
    let told = null;
    try {
      told = JSON.parse(text);
    } catch {
      // an error may be no JSON; an answer must be
    }
    if (!answer.ok) return this.fail(question, stopped, answer, told, text);
    if (told === null) throw new ModelError("not-json", `${this.name} answered with something that is not JSON: is its address right? It usually ends in /v1.`);
    try {
      return this.completion(told);
    } catch (error) {
      if (error instanceof RangeError) throw new Passing("broken", `${this.name} answered with JSON that is nested too deep.`);
      throw error;
    }
  }

  get name() {
    const { endpoint } = this.settings;
    return `The endpoint ${endpoint.relayed ? endpoint.name : new URL(endpoint.url).host}`;
  }

  address() {
    const { endpoint } = this.settings;
    return endpoint.relayed ? addressOf(`console/endpoints/${encodeURIComponent(endpoint.name)}/chat/completions`) : `${endpoint.url}/chat/completions`;
  }

  request({ messages, tools }, signal) {
    const { endpoint, model, key, temperature, maxTokens } = this.settings;
    const headers = { Accept: "application/json", "Content-Type": "application/json" };
    if (endpoint.relayed) Object.assign(headers, controlHeaders(), key && { "X-Endpoint-Key": key });
    else if (key) headers.Authorization = `Bearer ${key}`;
    const body = { model, messages, stream: endpoint.relayed ? undefined : false };
    for (const [name, value] of Object.entries({ temperature, max_tokens: maxTokens })) {
      const sent = name in this.left ? this.left[name] : name;
      if (sent && value !== null) body[sent] = value;
    }
    if (tools) body.tools = tools;
    return { method: "POST", headers, body: JSON.stringify(body), signal, mode: "cors", credentials: "omit", referrerPolicy: "no-referrer", redirect: "error", cache: "no-store" };
  }

  unreachable() {
    const { endpoint } = this.settings;
    if (endpoint.relayed) return new Passing("unreachable", "This page's server cannot be reached. Nothing is lost here: try again in a moment.");
    if (isMixed(endpoint.url)) return new ModelError("mixed", `This page came by https, and a browser calls no http address from it: ${new URL(endpoint.url).host} needs an https address. An endpoint on this very computer may be called as http://localhost.`);
    return new Passing("unreachable", `${this.name} could not be called from this browser. Either nobody answers there, or it does not let pages of ${location.origin} call it (CORS), or it sends on to another address. A server of your own must allow that origin (Ollama: OLLAMA_ORIGINS, vLLM: --allowed-origins, LM Studio: “Enable CORS”). Where an endpoint refuses all browsers, choose another, or ask whoever runs this page to list it (INCIDENT_ENDPOINTS).`);
  }

  /** An answer of status 400 and above. */
  fail(question, stopped, answer, told, text) {
    const own = this.settings.endpoint.relayed && !answer.headers.get("X-Endpoint-Status"); // of this page's server
    const { code, type, param, message } = errorIn(told);
    const said = this.safe(own ? (told?.detail ?? "") : message || (told === null ? "" : text));
    const detail = said ? ` It says: ${said}` : "";
    const { status } = answer;
    if (own) throw this.refusedHere(status, said, answer);
    if (OF_THE_MODEL.has(code) || OF_THE_MODEL.has(type)) throw new UnusableAnswer(`the endpoint refused the model's answer: ${said}`);
    if (TOO_LONG.has(code) || TOO_LONG.has(type) || ((status === 400 || status === 413) && SAYS_TOO_LONG.test(message)))
      throw new ModelError("too-long", `The episode is longer than the model's context: it cannot go on.${detail}`);
    if (status === 401 || status === 403) throw new ModelError("key", `${this.name} refused the key (HTTP ${status}). Go back, and type in one that is valid there and may use this model.${detail}`);
    if (this.settings.mode !== "json" && status < 500 && SAYS_NO_TOOLS.test(message)) throw new ModelError("tools", `This model takes no tools. Go back, and choose “JSON in the text”.${detail}`);
    if (status === 404) throw new ModelError("unknown", `${this.name} knows no model “${this.settings.model}”, or has no chat completions at this address (HTTP 404). Go back, and look at both.${detail}`);
    if ((status === 400 || status === 422) && this.leaveOut(param, message)) return this.askOnce(question, stopped);
    if (code === "insufficient_quota") throw new ModelError("quota", `There is nothing left to spend at this endpoint.${detail}`);
    if (status === 429) throw new Passing("busy", `${this.name} is asked too often (HTTP 429). Try again in a moment.${detail}`, pauseOf(answer));
    if (status === 408 || status === 409 || status >= 500) throw new Passing("failed", `${this.name} failed (HTTP ${status}). Try again in a moment.${detail}`, pauseOf(answer));
    throw new ModelError("refused", `${this.name} refused the question (HTTP ${status}).${detail}`);
  }

  refusedHere(status, said, answer) {
    const words = `This page's server could not ask the endpoint: ${said || `HTTP ${status}`}`;
    if (status === 401) return new ModelError("token", `This page's server wants its control token: ${said}`);
    if (status === 413) return new ModelError("too-long", `The episode is longer than this page's server passes on: ${said}`);
    return [502, 503, 504].includes(status) ? new Passing("failed", words, pauseOf(answer)) : new ModelError("refused", words);
  }

  /** Some models refuse a setting, or want it by another name. @returns {boolean} whether the question has changed */
  leaveOut(param, message) {
    for (const [name, other] of [["max_tokens", "max_completion_tokens"], ["temperature", null]]) {
      if (name in this.left || !(param === name || new RegExp(`\\b${name}\\b`).test(message))) continue;
      this.left[name] = other && message.includes(other) ? other : null;
      return true;
    }
    return false;
  }

  completion(told) {
    const message = told?.choices?.[0]?.message;
    if (message === null || typeof message !== "object") {
      const { message: said } = errorIn(told);
      throw new Passing("broken", `${this.name} answered with JSON that holds no answer of a model.${said ? ` It says: ${this.safe(said)}` : ""}`);
    }
    const calls = Array.isArray(message.tool_calls) ? message.tool_calls.slice(0, MOST_CALLS) : [];
    return {
      text: typeof message.content === "string" ? message.content : "",
      reasoning: [message.reasoning_content, message.reasoning].find((one) => one && typeof one === "string") ?? "",
      calls: calls.filter((call) => call?.function).map(({ id, function: { name, arguments: given } }, at) => ({
        id: typeof id === "string" && id ? id : `call-${at}`,
        name: typeof name === "string" ? name : "",
        arguments: typeof given === "string" ? given : given === undefined ? "" : json(given),
      })),
    };
  }

  /** An endpoint's own words as they may be shown: without the key, and not without end. */
  safe(text) {
    const { key } = this.settings;
    const without = key ? String(text).replaceAll(key, "***") : String(text);
    const told = without.replace(/(Bearer )[^\s'"]+/g, "$1***").trim();
    return told.length > DETAIL ? `${first(told, DETAIL)}…` : told;
  }
}

/** Whether a browser refuses to call an address because this page came by https. Its own computer counts as safe. */
export function isMixed(url, page = location) {
  const { protocol, hostname } = new URL(url);
  return page.protocol === "https:" && protocol === "http:" && !/^(localhost|.*\.localhost|127(\.\d+){3}|\[::1\])$/.test(hostname);
}

async function textOf(answer) {
  const reader = answer.body?.getReader();
  if (!reader) return "";
  const decoder = new TextDecoder();
  let text = "";
  for (let size = 0; ; ) {
    const { done, value } = await reader.read();
    if (done) return text + decoder.decode();
    size += value.length;
    if (size > MOST_BYTES) {
      reader.cancel();
      throw new ModelError("too-much", "The endpoint's answer does not end: it was given up.");
    }
    text += decoder.decode(value, { stream: true });
  }
}

function errorIn(told) {
  const error = told?.error ?? told ?? {};
  if (typeof error === "string") return { message: error };
  const message = [error.message, error.detail, told?.message].find((one) => typeof one === "string") ?? "";
  return { code: error.code, type: error.type, param: error.param, message };
}

/** The pause that an endpoint asks for, in seconds; null where it asks for none. */
function pauseOf(answer) {
  const milliseconds = Number(answer.headers.get("retry-after-ms") ?? NaN);
  if (milliseconds >= 0) return milliseconds / 1_000;
  const told = answer.headers.get("retry-after");
  if (!told) return null;
  const seconds = Number(told);
  const pause = Number.isNaN(seconds) ? (Date.parse(told) - Date.now()) / 1_000 : seconds;
  return pause >= 0 ? pause : null;
}

function pausing(seconds, signal) {
  return new Promise((resolve, reject) => {
    const stop = () => (clearTimeout(timer), reject(new ModelError("stopped", "The question to the model was stopped.")));
    const timer = setTimeout(() => (signal.removeEventListener("abort", stop), resolve()), seconds * 1_000);
    signal.addEventListener("abort", stop, { once: true });
  });
}

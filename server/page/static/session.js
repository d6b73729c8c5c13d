// One episode under way: what is known of it, and its steps, one at a time.

import { api, ApiError } from "./api.js";

/** An episode of this server. `change` is called after each step; `gone` says that the server no longer has it. */
export class Session {
  /** @param {object} episode an Episode @param {object} catalogue */
  constructor(episode, catalogue) {
    this.episode = episode;
    this.catalogue = catalogue;
    this.busy = false;
    this.gone = false;
    this.listeners = new Set();
  }

  /**
   * Starts an incident. Throws an ApiError. The episode is named, so that it does not become the one that programs reach
   * without a name; where the server has a control token it makes the names, which are keys.
   */
  static async start(options, catalogue, beginning = "tab-") {
    const named = catalogue.needs_token ? {} : { episode_id: `${beginning}${randomName()}` };
    const { episode_id: id } = await api.reset({ ...options, ...named });
    return Session.load(id, catalogue);
  }

  /** Goes on with an episode. Throws an ApiError, with status 404 where the server no longer has it. */
  static async load(id, catalogue) {
    return new Session(await api.episode(id), catalogue);
  }

  get id() {
    return this.episode.id;
  }

  get left() {
    return this.episode.max_steps - this.episode.steps.length;
  }

  onChange(listen) {
    this.listeners.add(listen);
  }

  /** The actions of this task of one kind, as entries of the catalogue with their `name`. */
  actions(kind) {
    const all = this.catalogue.actions;
    return this.episode.actions.filter((name) => all[name]?.kind === kind).map((name) => ({ name, ...all[name] }));
  }

  /**
   * Takes a step. A second call while one is under way does nothing and returns null, so that a double click is one step.
   * @returns {Promise<object|null>} the Step. Throws an ApiError; where another page took a step meanwhile, the episode
   *   is read anew first.
   */
  async step(action, parameters) {
    if (this.busy || this.gone || this.episode.done) return null;
    this.busy = true;
    this.tell();
    const number = this.episode.steps.length + 1;
    try {
      const answer = await api.step({ episode_id: this.id, action_type: action, parameters, expected_step: number });
      const step = this.stepFrom(answer, action, parameters, number);
      this.append(step, answer);
      return step;
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      if (error.status === 404) {
        this.gone = true;
        throw new ApiError(404, "This episode is gone: the server was started anew, or nobody played it for long.");
      }
      if (error.status !== 409) throw error;
      this.episode = await api.episode(this.id);
      throw new ApiError(409, "This step was not taken: the episode went on elsewhere. It is shown as it is now.");
    } finally {
      this.busy = false;
      this.tell();
    }
  }

  /** Reads the episode anew, whole. A failure leaves it as it is known here. */
  async refresh() {
    try {
      this.episode = await api.episode(this.id);
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
    }
  }

  stepFrom({ observation, reward }, action, parameters, number) {
    const known = this.catalogue.actions[action];
    const error = observation.last_action_error;
    const minute = this.episode.minute;
    const service = parameters.service;
    const text = known?.kind === "look" && error == null ? observation.queried_data?.[action]?.[service] : null;
    const { service: _, ...narrowed } = parameters;
    return {
      number,
      action,
      parameters,
      reward: reward.value,
      reason: reward.reason,
      error,
      feedback: observation.feedback,
      minute,
      took: error == null ? (known?.minutes ?? 1) : 1,
      evidence: text == null ? null : { tool: action, service, parameters: narrowed, text, step: number, minute },
      words: null,
      source: "visitor",
    };
  }

  append(step, { observation, done, info }) {
    const before = this.episode;
    this.episode = {
      ...before,
      steps: [...before.steps, step],
      minute: step.minute + step.took,
      done,
      reward: before.reward + step.reward,
      grade: info.grade ?? null,
      resolved: done ? null : before.resolved,
    };
  }

  tell() {
    for (const listen of this.listeners) listen(this);
  }
}

/** 32 hexadecimal digits; `crypto.randomUUID` is there on https alone. */
function randomName() {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("");
}

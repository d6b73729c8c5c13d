// A model that plays an episode of this visitor, one step at a time, as a track of the place to watch.

import { ApiError, api } from "../api.js";
import { incidentQuery } from "../router.js";
import { Session } from "../session.js";
import { OF_MODELS, keepEnded } from "../store.js";
import { JsonConversation, ToolConversation } from "./conversation.js";
import { Model, ModelError } from "./endpoint.js";

export { ModelError };

/**
 * Starts an episode and hands it to a model, which is asked nothing until `next` is called.
 * @param {object} context of app.js
 * @param {object} settings as `modelForm` reads them
 * @param {object} options of the reset
 * @param {object} [waits] of the model's calls, for tests
 * @returns {Promise<import("../watch/track.js").Track>} throws an ApiError
 */
export async function modelTrack(context, settings, options, waits) {
  const { episode } = await Session.start(options, context.catalogue, OF_MODELS);
  const session = new ModelSession(episode, context.catalogue);
  const briefing = await api.briefing(session.id);
  const conversation = settings.mode === "json" ? new JsonConversation(briefing) : new ToolConversation(briefing);
  return new ModelTrack(session, settings, conversation, waits);
}

/** A session in which a model takes the steps. */
class ModelSession extends Session {
  words = null; // of the step that is being taken

  stepFrom(answer, action, parameters, number) {
    const step = super.stepFrom(answer, action, parameters, number);
    return { ...step, words: this.words, source: "model", evidence: this.shown(answer, step) };
  }

  /** What a look has shown. A model may name the service by `target`, or in capitals. */
  shown({ observation }, step) {
    if (step.error != null || this.catalogue.actions[step.action]?.kind !== "look") return null;
    const wanted = normal(step.parameters.service) || normal(step.parameters.target);
    const [service, text] = Object.entries(observation.queried_data?.[step.action] ?? {}).find(([name]) => normal(name) === wanted) ?? [];
    if (text == null) return null;
    const { service: _, target: __, ...parameters } = step.parameters;
    return { tool: step.action, service, parameters, text, step: step.number, minute: step.minute };
  }
}

const normal = (name) => String(name ?? "").trim().toLowerCase();

class ModelTrack {
  constructor(session, settings, conversation, waits) {
    this.session = session;
    this.conversation = conversation;
    this.model = new Model(settings, waits);
    this.live = true;
    this.decision = null; // one that is not yet taken, because the server could not be reached
    this.name = settings.model;
    this.note = `Asked by this browser at ${settings.endpoint.relayed ? `${settings.endpoint.name}, by way of this server` : new URL(settings.endpoint.url).host}. An answer without an action counts as an invalid one, as in an evaluation.`;
  }

  get episode() {
    return this.session.episode;
  }

  /** Plays one more step. Throws an ApiError or a ModelError, and may be called again. @returns {Promise<boolean>} */
  async next() {
    if (!this.live) return false;
    this.decision ??= await this.decide();
    const step = await this.take(this.decision);
    this.live = !this.episode.done;
    if (!step) return false;
    this.decision = null;
    if (!this.live) keepEnded(incidentQuery(this.episode.options), this.session.id);
    else this.conversation.report(step, this.episode);
    return true;
  }

  stop() {
    this.model.stop();
  }

  async decide() {
    let answer;
    try {
      answer = await this.model.ask(this.conversation.question());
    } catch (error) {
      return this.conversation.refused(error); // throws what is no fault of the model
    }
    return this.conversation.decide(answer);
  }

  async take({ action, parameters, words }) {
    this.session.words = words;
    const number = this.episode.steps.length + 1;
    try {
      return await this.session.step(action, parameters);
    } catch (error) {
      this.live = !this.session.gone;
      // The answer to the first try may have been lost: then the step was taken, and is in the episode as it is now.
      const last = this.episode.steps.at(-1);
      if (!(error instanceof ApiError) || error.status !== 409 || last?.number !== number || last.action !== action) throw error;
      const step = { ...last, words, source: "model" };
      this.session.episode = { ...this.episode, steps: [...this.episode.steps.slice(0, -1), step] };
      return step;
    }
  }
}

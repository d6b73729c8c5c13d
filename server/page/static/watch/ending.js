// What stands at the end of a watched incident: the way to its debrief, or why there is none.

import { ApiError, api } from "../api.js";
import { bdi, h, replace } from "../dom.js";
import { points } from "../format.js";
import { starts } from "../landing.js";
import { incidentQuery } from "../router.js";
import { endedIds } from "../store.js";

/** The id of an ended episode of a track's incident that this visitor may ask about, or null. */
function askable({ episode, endedId }) {
  if (!episode.grade) return null;
  return episode.id ?? endedId ?? endedIds(incidentQuery(episode.options))[0] ?? null;
}

/** Whether a track can be debriefed by this visitor. */
export const canTell = (track) => Boolean(track.debrief) || askable(track) !== null;

/** What a debrief of a track is made of. Throws an ApiError. */
export async function toldOf(track) {
  return track.debrief ? track.debrief() : dataFor(track.episode, await api.debrief(askable(track)));
}

/** A debrief's data with the parts of another episode's grade: the truth is the same. */
function dataFor(episode, data) {
  if (episode.id && data.grade.total === episode.grade.total) return data;
  const { breakdown, total } = episode.grade;
  const oracle = episode.agent === "oracle" ? null : data.oracle; // beside itself it is not worth a look
  const parts = data.parts.map((part) => ({ ...part, earned: breakdown?.[part.name] ?? 0, why: "" }));
  return { ...data, grade: { ...data.grade, total }, parts, oracle, read_as: null };
}

/**
 * @param {object} context of app.js @param {object[]} tracks
 * @param {{onDebrief: (node: HTMLElement) => void}} options
 * @returns {{node: HTMLElement, update: (seen: object[]) => void, focus: () => void}}
 */
export function ending(context, tracks, { onDebrief }) {
  const node = h("div", { class: "we", "aria-live": "off" });
  let drawn = null;

  function update(seen) {
    const over = seen.every(({ done }) => done);
    const told = over && seen.every(({ grade }) => grade);
    const state = !over ? "" : told ? "told" : "hidden";
    if (state === drawn) return;
    drawn = state;
    replace(node, state === "told" ? tracks.map(door) : state === "hidden" && hidden());
  }

  function door(track) {
    const { episode, name } = track;
    const said = h("div", { class: "said" });
    const button = h("button", { type: "button", class: "button", "aria-label": tracks.length > 1 ? `Debrief of ${name}` : null, on: { click: open } }, "Debrief");
    async function open() {
      replace(said);
      button.disabled = true;
      try {
        const [{ debrief }, data] = await Promise.all([import("../debrief.js"), toldOf(track)]);
        onDebrief(debrief({ episode: { ...episode, agent: episode.agent ?? (name === "You" ? null : name) }, data, catalogue: context.catalogue }));
      } catch (error) {
        if (!(error instanceof ApiError)) throw error;
        replace(said, h("p", { class: "notice danger", role: "alert" }, bdi(error.message)));
      } finally {
        button.disabled = false;
      }
    }
    return h("section", { class: "pane we-told" }, h("p", null, bdi(name), ": grade ", h("b", { class: "number" }, points(episode.grade.total))), canTell(track) && button, said);
  }

  function hidden() {
    return h("section", { class: "pane we-hidden" }, h("p", null, "Grade and truth are told after you have ended this incident yourself."),
      starts(context, [[incidentQuery(tracks[0].episode.options), "Play it yourself", "primary"]]));
  }

  return { node, update, focus: () => node.querySelector("button, a")?.focus() };
}

// What a player does: the present step in its own words, with what came of it, and the list of all its steps.

import { bdi, h, replace } from "../dom.js";
import { clock, signed } from "../format.js";
import { actionWords, kindOf } from "../timeline/marks.js";

const CHOSEN = {
  visitor: "chosen by a person",
  rules: "chosen without a model",
  model: "chosen by the model",
  fallback: "chosen by the fallback: the model gave no usable answer",
};
const ANSWERS = [["severity", "Severity"], ["service", "Service"], ["failure_mode", "Failure mode"], ["summary", "Write-up"]];

/**
 * The present step of a track.
 * @param {import("./track.js").Track} track
 * @returns {{node: HTMLElement, update: (seen: object) => void}} `seen`: the Episode as far as it is shown
 */
export function stepCard(track, { aside = null } = {}) {
  const step = h("div", { class: "ws-step" });
  const node = h("section", { class: "pane ws-card", tabindex: "0", "aria-label": `What ${track.name} does` },
    h("div", { class: "ws-who" }, h("h2", null, bdi(track.name)), track.note && h("span", { class: "hint" }, bdi(track.note))), step, aside);

  function update(seen) {
    const now = seen.steps.at(-1);
    if (!now) return replace(step, h("p", { class: "ws-action" }, h("b", null, "The alert has come.")), h("p", { class: "quiet-text" }, bdi(seen.summary)));
    const kind = kindOf(now.action);
    replace(step,
      h("p", { class: "ws-when hint" }, `Step ${now.number} · ${clock(seen.alert_clock, now.minute)} · ${Object.hasOwn(CHOSEN, now.source) ? CHOSEN[now.source] : "chosen by it"}`),
      h("p", { class: "ws-action" }, h("b", null, bdi(kind === "submit" ? now.action.replaceAll("_", " ") : actionWords(now))), " ", h("span", { class: `chip number ${did(now)}`, title: "Reward of the step" }, signed(now.reward))),
      spoken(now, track.name), handedIn(now),
      h("p", { class: `notice ws-came ${isHarm(now) ? "danger" : kind === "repair" ? "warn" : ""}` }, bdi(now.error ?? (now.evidence ? now.reason : now.feedback)), now.error == null && kind === "repair" && h("span", { class: "hint" }, bdi(now.reason))));
  }
  return { node, update };
}

/** Whether a step was refused or did harm. */
const isHarm = ({ error, reason }) => error != null || /^wrong/.test(reason ?? "");
const did = (step) => (isHarm(step) ? "danger" : step.reward > 0 ? "good" : step.reward < 0 ? "warn" : "");

function spoken({ words }, name) {
  if (!words) return h("p", { class: "ws-silent hint" }, "It gives no reasons in words.");
  return h("blockquote", { class: "ws-words", tabindex: "0", role: "region", "aria-label": `Words of ${name}`, "data-testid": "words" }, bdi(words));
}

/** The answer of a step that submits one. */
function handedIn({ action, parameters }) {
  if (kindOf(action) !== "submit") return null;
  const rows = ANSWERS.filter(([field]) => parameters?.[field]);
  return h("dl", { class: "facts ws-answer" }, rows.map(([field, label]) => [h("dt", null, label), h("dd", { tabindex: field === "summary" ? "0" : null }, bdi(parameters[field]))]));
}

/**
 * All steps of a track, each a button that goes there; of those that are still to come the number alone.
 * @param {import("./track.js").Track} track
 * @param {(count: number) => void} onStep shows the track after so many of its steps
 */
export function stepList(track, onStep) {
  const list = h("ol", { class: "ws-list" });
  const node = h("section", { class: "pane ws-steps", "aria-label": `Steps of ${track.name}` }, h("h2", null, "Steps"), list);
  let drawn = { length: -1, shown: -1 };

  function update(count) {
    const { steps, alert_clock: start } = track.episode;
    if (drawn.length === steps.length && drawn.shown === count) return;
    const held = list.contains(document.activeElement) ? document.activeElement.dataset.step : null;
    replace(list, steps.map((step, at) => row(step, at + 1, count, start)));
    drawn = { length: steps.length, shown: count };
    if (held) list.querySelector(`[data-step="${held}"]`)?.focus({ preventScroll: true });
    reveal();
  }

  function row(step, number, count, start) {
    const seen = number <= count;
    const kind = seen ? kindOf(step.action) : "later";
    const current = number === count;
    return h("li", null, h("button", { type: "button", class: `ws-row is-${kind}${seen && step.error != null ? " is-error" : ""}`, "aria-current": current ? "step" : null, dataset: { step: number }, on: { click: () => onStep(number) } },
      h("span", { class: "ws-number number" }, h("span", { class: "sr-only" }, "Step "), number),
      h("span", { class: "ws-time number" }, seen ? clock(start, step.minute) : ""),
      h("span", { class: "ws-what" }, seen ? bdi(actionWords(step)) : "to come"),
      h("span", { class: `ws-reward number${seen && isHarm(step) ? " is-lost" : ""}` }, seen ? signed(step.reward) : "")));
  }

  /** Scrolls the list alone to the present step: the page stays where it is. */
  function reveal() {
    const item = list.children[Math.max(0, drawn.shown - 1)];
    if (!item || list.clientHeight === 0) return;
    const top = item.offsetTop; // in the list, which is positioned
    if (top < list.scrollTop || top + item.offsetHeight > list.scrollTop + list.clientHeight) list.scrollTop = top - list.clientHeight / 2;
  }
  new ResizeObserver(reveal).observe(list);
  return { node, update };
}

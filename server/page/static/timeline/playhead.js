/** The playhead of a replay: a slider over the steps that stands at the time of the step. */

import { clock } from "../format.js";
import { h } from "../dom.js";
import { actionWords } from "./marks.js";

/** A slider; `onMove(step)` is called while it moves, with the number of steps to show. */
export function playhead({ onMove }) {
  let state = null;
  const node = h(
    "div",
    {
      class: "tl-head",
      role: "slider",
      tabindex: "0",
      "aria-label": "Step of the replay",
      "aria-orientation": "horizontal",
    },
    h("span", { class: "tl-grip" }),
  );
  const minuteOf = (step) => {
    const last = state.episode.steps[step - 1];
    return last ? last.minute + last.took : 0;
  };
  const go = (step) => {
    const to = Math.min(Math.max(step, 0), state.episode.steps.length);
    if (to !== state.cursor) onMove(to);
  };
  const nearest = (px) => {
    const steps = [...Array(state.episode.steps.length + 1).keys()];
    return steps.reduce(
      (best, step) => (Math.abs(state.x(minuteOf(step)) - px) < Math.abs(state.x(minuteOf(best)) - px) ? step : best),
      0,
    );
  };
  node.addEventListener("keydown", (event) => {
    const last = state.episode.steps.length;
    const by = {
      ArrowLeft: -1,
      ArrowDown: -1,
      ArrowRight: 1,
      ArrowUp: 1,
      PageDown: -5,
      PageUp: 5,
      Home: -last,
      End: last,
    }[event.key];
    if (by === undefined || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    event.stopPropagation();
    go(state.cursor + by);
  });
  let dragged = false;
  node.addEventListener("pointerdown", (event) => {
    dragged = true;
    node.setPointerCapture(event.pointerId);
  });
  node.addEventListener("pointermove", (event) => {
    if (dragged) go(nearest(event.clientX - node.parentElement.getBoundingClientRect().left));
  });
  for (const end of ["pointerup", "pointercancel"]) node.addEventListener(end, () => (dragged = false));

  /** `x` gives the px of a minute; the slider stays the same node, so that it keeps the focus and the pointer. */
  const update = ({ episode, cursor, x }) => {
    state = { episode, cursor: Math.min(cursor, episode.steps.length), x };
    node.style.left = `${x(minuteOf(state.cursor))}px`;
    const step = episode.steps[state.cursor - 1];
    const all = episode.steps.length;
    node.setAttribute("aria-valuemin", "0");
    node.setAttribute("aria-valuemax", String(episode.steps.length));
    node.setAttribute("aria-valuenow", String(state.cursor));
    node.setAttribute(
      "aria-valuetext",
      step
        ? `step ${step.number} of ${all}, ${clock(episode.alert_clock, step.minute)}, ${actionWords(step)}`
        : "the alert, before the first step",
    );
  };
  return { node, update };
}

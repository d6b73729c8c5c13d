// The board of two tracks on one incident: what each reads and says, side by side, and where they part.

import { alertCard } from "../alert.js";
import { h } from "../dom.js";
import { evidencePane } from "../evidence/index.js";
import { timeline } from "../timeline/timeline.js";
import { comparison } from "./comparison.js";
import { stepCard, stepList } from "./words.js";

let groups = 0;

/** As `singleBoard`, of two tracks. */
export function pairBoard(context, { tracks, player, controls, end, asideOf }) {
  const sides = tracks.map((track, lane) => side(track, lane));
  const group = `watch-side-${++groups}`;
  const tabs = tracks.map((track, lane) => h("label", { class: "wp-tab" }, h("input", { type: "radio", name: group, checked: lane === 0, on: { change: () => turn(lane) } }), h("bdi", null, track.name)));
  const alert = alertCard(tracks[0].episode);
  alert.open = false;
  const compared = comparison(context, tracks);
  const line = timeline({ onSelect: (step, mark) => player.go(mark.kind === "cursor" ? step : eventOf(step, mark)) });
  const node = h("main", { class: "watch-board", dataset: { side: "0" } },
    h("fieldset", { class: "wp-tabs" }, h("legend", { class: "sr-only" }, "Whose side is shown"), tabs),
    sides[0].node, h("div", { class: "column wp-middle" }, alert, end.node, compared.node), sides[1].node,
    h("section", { class: "pane pane-line", "aria-label": "Player and time line" }, controls.node, line.node));

  function side(track, lane) {
    const evidence = evidencePane({ episode: { ...track.episode, steps: [] }, whose: track.name, nothing: "Nothing was read yet." });
    const card = stepCard(track, { aside: asideOf(track) });
    const list = stepList(track, (count) => player.go(indexOf(lane, count)));
    return {
      node: h("section", { class: `column wp-side wp-side-${lane}`, "aria-label": track.name }, card.node, h("div", { class: "pane wp-evidence" }, evidence.node), list.node),
      evidence,
      update(seen, count) {
        evidence.update(seen);
        const readings = seen.steps.filter((step) => step.evidence).length;
        if (seen.steps.at(-1)?.evidence) evidence.show(readings - 1);
        card.update(seen);
        list.update(count);
      },
    };
  }

  function turn(lane) {
    node.dataset.side = String(lane);
  }

  /** How many events are shown once a lane has taken so many steps. */
  const indexOf = (lane, count) => player.order.events.findIndex((event) => event.lane === lane && event.count === count) + 1;
  const eventOf = (step, mark) => (step === 0 ? 0 : indexOf(mark.lane ?? 0, step));

  function update({ seen, counts, at }) {
    sides.forEach((each, lane) => each.update(seen[lane], counts[lane]));
    compared.update(seen);
    const [own, other] = tracks.map((track) => ({ ...track.episode, agent: track.name }));
    line.update(own, { other, cursor: at, seen: seen[0], otherSeen: seen[1], head: { episode: { ...own, steps: walk() }, cursor: at } });
  }

  /** The steps of the playhead: it never goes back, though a long repair of one reaches over looks of the other. */
  function walk() {
    let minute = 0;
    return player.order.events.map(({ step, lane }, at) => {
      minute = Math.max(minute, step.minute + step.took);
      return { ...step, number: at + 1, minute, took: 0, lane };
    });
  }

  const active = () => sides[Number(node.dataset.side)];
  return { node, update, open: (step) => player.go(indexOf(0, step)), search: () => active().evidence.focusSearch() };
}

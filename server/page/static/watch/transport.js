// Play, pause, step, jump, scrub and speed, by buttons and by keys.

import { ask, isAsking } from "../asks.js";
import { bdi, h, replace, svg } from "../dom.js";
import { clock, count } from "../format.js";
import { isTyping } from "../keys.js";
import { keep, kept } from "../store.js";
import { actionWords } from "../timeline/marks.js";

const SPEEDS = [0.5, 1, 2, 4]; // steps in a second
const SPEED = "watch-speed";
const MOVES = ".map, .tl, .evidence, dialog, summary, select, input, [tabindex='0']"; // where arrows mean something else
const SHAPES = {
  start: "M3 3v10M13 3 6 8l7 5z",
  back: "M11 3 4 8l7 5z",
  play: "M4 2.5 13 8l-9 5.5z",
  pause: "M4.5 3v10M11.5 3v10",
  forward: "M5 3l7 5-7 5z",
  end: "M13 3v10M3 3l7 5-7 5z",
};
const KEYS = [["Space", "Play, or pause"], ["→", "One step on"], ["←", "One step back"], ["Home", "To the alert, before the first step"], ["End", "To the last step"], ["/", "Search all evidence"], ["?", "This list"], ["Esc", "Close what is open"]];

/** The speed with which this browser last watched, in steps a second. */
export const keptSpeed = () => (SPEEDS.includes(kept(SPEED)) ? kept(SPEED) : SPEEDS[0]);

/** Whether this visitor wants no motion that was not asked for. */
export const calm = () => matchMedia("(prefers-reduced-motion: reduce)").matches;

const shape = (name) => svg("svg", { viewBox: "0 0 16 16", class: "wt-shape", "aria-hidden": "true" }, svg("path", { d: SHAPES[name] }));

/**
 * @param {import("./player.js").Player} player
 * @param {{nameOf: (lane: number) => string|null}} options the name of a lane, where there are several
 * @returns {{node: HTMLElement, update: () => void}}
 */
export function transport(player, { nameOf = () => null, onAgain = () => player.play() } = {}) {
  const button = (name, label, act) => h("button", { type: "button", class: "button icon", "aria-label": label, title: label, on: { click: act } }, shape(name));
  const toStart = button("start", "To the start", () => player.go(0));
  const back = button("back", "One step back", () => player.go(player.at - 1));
  const toggle = h("button", { type: "button", class: "button primary wt-toggle", title: "Play or pause (space)", on: { click: () => player.toggle() } });
  const forward = button("forward", "One step on", () => player.forward());
  const toEnd = button("end", "To the last step", () => player.go(player.known));
  const scrubber = h("input", { type: "range", class: "wt-scrubber", min: "0", step: "1", "aria-label": "Step", on: { input: () => player.go(Number(scrubber.value)) } });
  const where = h("span", { class: "number", "data-testid": "where" });
  const thinking = h("span", { class: "wt-thinking", role: "status" });
  const place = h("div", { class: "wt-where" }, where, thinking);
  const speed = h("select", { id: "watch-speed", on: { change: () => (keep(SPEED, Number(speed.value)), player.setSpeed(Number(speed.value))) } },
    SPEEDS.map((each) => h("option", { value: each, selected: each === player.speed }, `${each} a second`)));
  const said = h("div", { class: "wt-said" });
  const node = h("div", { class: "wt", role: "group", "aria-label": "Player" },
    h("div", { class: "wt-buttons" }, toStart, back, toggle, forward, toEnd), scrubber, place,
    h("div", { class: "wt-speed" }, h("label", { for: "watch-speed" }, "Speed"), speed), said);
  let shown = null;

  function update() {
    const { at, known, playing, asking, error, order } = player;
    const more = order.wanted !== null;
    [toStart.disabled, back.disabled] = [at === 0, at === 0];
    [forward.disabled, toEnd.disabled] = [(at === known && !more) || asking !== null, at === known];
    const words = playing ? "Pause" : player.over && known > 0 ? "Replay" : "Play";
    if (shown !== words) replace(toggle, shape(playing ? "pause" : "play"), words);
    shown = words;
    scrubber.max = String(known);
    scrubber.value = String(at);
    const event = order.events[at - 1];
    const who = event && nameOf(event.lane);
    scrubber.setAttribute("aria-valuetext", event ? `step ${at} of ${known}${who ? `, ${who}` : ""}, ${clock(player.tracks[0].episode.alert_clock, event.step.minute)}, ${actionWords(event.step).slice(0, 200)}` : "the alert, before the first step");
    where.textContent = `${at} of ${count(known, "step")}${more ? " so far" : ""}`;
    place.classList.toggle("is-live", player.tracks.some(({ live }) => live));
    where.hidden = asking !== null;
    tell(error, asking);
  }

  let told;
  function tell(error, asking) {
    if (told === (error ?? asking)) return;
    told = error ?? asking;
    replace(thinking, asking && [bdi(asking.name), " is thinking", h("span", { class: "wt-dots", "aria-hidden": "true" })]);
    thinking.title = asking ? asking.name : "";
    replace(said, error && h("p", { class: "notice danger", role: "alert" }, player.tracks.length > 1 && [bdi(player.failed.name), ": "], bdi(error.message), " ", h("button", { type: "button", class: "button", on: { click: onAgain } }, "Try again")));
  }

  update();
  return { node, update };
}

/**
 * Listens for the keys of a watched episode.
 * @param {import("./player.js").Player} player
 * @param {{search: () => void, help: () => void, asleep: () => boolean}} screen `asleep`: whether the player is hidden
 * @returns {() => void} takes them away
 */
export function watchKeys(player, { search, help, asleep }) {
  const acts = {
    " ": () => player.toggle(),
    ArrowRight: () => player.forward(),
    ArrowLeft: () => player.go(player.at - 1),
    Home: () => player.go(0),
    End: () => player.go(player.known),
    "/": search,
    "?": help,
  };
  const listen = (event) => {
    const { key, target } = event;
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || isAsking() || asleep()) return;
    const scrubber = target?.type === "range";
    if (!acts[key] || (!scrubber && isTyping(target))) return;
    if (key === " " && target?.closest?.("button, a, summary, label, [role='region'], input:not([type='range'])")) return;
    if (/^(Arrow|Home|End)/.test(key) && target?.closest?.(MOVES)) return;
    event.preventDefault();
    acts[key]();
  };
  document.addEventListener("keydown", listen);
  return () => document.removeEventListener("keydown", listen);
}

/** The list of these keys. */
export function showWatchKeys(parent) {
  return ask(parent, "Keys", () => [
    h("table", { class: "keys" }, h("caption", { class: "sr-only" }, "Keys and what they do"), h("thead", { class: "sr-only" }, h("tr", null, h("th", { scope: "col" }, "Key"), h("th", { scope: "col" }, "What it does"))),
      h("tbody", null, KEYS.map(([key, does]) => h("tr", null, h("td", null, h("kbd", null, key)), h("td", null, does))))),
    h("p", { class: "hint" }, "The arrows move through the map and the time line while the focus is in them."),
  ]);
}

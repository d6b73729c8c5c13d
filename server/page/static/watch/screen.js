// An incident as somebody else plays it: the screen of an incident, read-only, with a player below it.

import { askToken } from "../asks.js";
import { h, replace } from "../dom.js";
import { clock, signed } from "../format.js";
import { note } from "../router.js";
import { styles } from "../sheet.js";
import { actionWords } from "../timeline/marks.js";
import { pairBoard } from "./pair.js";
import { Player } from "./player.js";
import { singleBoard } from "./single.js";
import { top } from "./top.js";
import { countsAt, until } from "./track.js";
import { calm, keptSpeed, showWatchKeys, transport, watchKeys } from "./transport.js";
import { ending } from "./ending.js";

const WRITES = 500; // milliseconds between two writes of the address: browsers refuse more than some 100 in 30 s

await styles("watch/watch.css");

/**
 * @param {object} context of app.js
 * @param {object} options
 * @param {import("./track.js").Track[]} options.tracks one, or two of the same incident
 * @param {(step: number|null) => string} options.query the address of this view at a step
 * @param {string} options.title
 * @param {{query: string, words: string}|null} [options.back] where one came from
 * @param {number} [options.step] how many steps are shown at first; without it the player starts by itself
 * @param {(track: object) => Node|null} [options.asideOf] what else is shown beside the words of a track
 * @returns {{node: HTMLElement, heading: HTMLElement, leave: () => void}}
 */
export function watchScreen(context, { tracks, query, title, back = null, step, asideOf = () => null }) {
  const player = new Player(tracks, { at: step ?? 0, speed: keptSpeed(), onChange: draw });
  const [{ episode: first }] = tracks;
  const alone = tracks.length === 1;
  const bar = top(first.alert, { title, address: () => query(player.at), options: first.options, back, onKeys: keys, alone });
  const controls = transport(player, { nameOf: (lane) => (alone ? null : tracks[lane].name), onAgain: again });
  const end = ending(context, tracks, { onDebrief: show });
  const board = (alone ? singleBoard : pairBoard)(context, { tracks, player, controls, end, asideOf });
  const ended = h("main", { class: "ended", hidden: true });
  const node = h("div", { class: `play watch ${alone ? "" : "is-pair"}` }, bar.node, board.node, ended);
  const off = watchKeys(player, { search: board.search, help: keys, asleep: () => board.node.hidden });
  let drawn = { at: null, known: 0 };
  let written = 0;
  let writing = null;

  function keys() {
    showWatchKeys(context.ask);
  }

  function draw() {
    const { at, known, order } = player;
    const counts = countsAt(tracks, order.events, at);
    const seen = tracks.map(({ episode }, lane) => until(episode, counts[lane]));
    controls.update();
    if (drawn.at === at && drawn.known === known) return;
    const moved = drawn.at !== null && drawn.at !== at;
    drawn = { at, known };
    bar.update(seen[0], tracks[0].episode, Math.max(...seen.map(({ minute }) => minute)));
    board.update({ seen, counts, at });
    end.update(seen);
    if (moved) (write(), speak(order.events[at - 1], seen));
  }

  /** Says a step to who cannot see it; not while the player runs through what is known. */
  function speak(event, seen) {
    if (player.playing && !tracks.some(({ live }) => live)) return player.over && context.say("The end.");
    if (!event) return context.say("The alert, before the first step.");
    const { step: taken, lane } = event;
    const whose = alone ? "" : `${tracks[lane].name}, `;
    context.say(`${whose}step ${taken.number}, ${clock(first.alert_clock, taken.minute)}: ${actionWords(taken)}, reward ${signed(taken.reward)}. ${taken.words ?? ""}`.slice(0, 400));
  }

  /** The address follows the step. */
  function write() {
    if (writing) return;
    writing = setTimeout(() => {
      writing = null;
      written = Date.now();
      note(query(player.at));
    }, Math.max(0, written + WRITES - Date.now()));
  }

  async function again() {
    if (player.error?.status === 401 && !(await askToken(context.ask, player.error))) return;
    player.play();
  }

  /** Shows a debrief in place of the board; without one, the board again. */
  function show(debrief) {
    ended.hidden = !debrief;
    board.node.hidden = Boolean(debrief);
    node.classList.toggle("over", Boolean(debrief));
    if (!debrief) return end.focus();
    player.pause();
    replace(ended, debrief, h("p", { class: "row center" }, h("button", { type: "button", class: "button", on: { click: () => show(null) } }, "Back to the steps")));
    debrief.addEventListener("debrief-step", ({ detail }) => (show(null), board.open(detail.step)));
    debrief.querySelector("h1")?.focus();
    window.scrollTo(0, 0);
  }

  draw();
  context.title(title);
  return {
    node,
    heading: bar.heading,
    shown() {
      if (step === undefined && !calm()) player.play();
    },
    leave() {
      off();
      clearTimeout(writing);
      player.leave();
    },
  };
}


/** All evidence of an episode: search, one or two panes, pins. */

import { h, replace } from "../dom.js";
import { hits, marker, wanted } from "./highlight.js";
import { rail } from "./rail.js";
import { readingView } from "./reading-view.js";
import { readingsOf } from "./readings.js";

/**
 * @param {object} options
 * @param {object} options.episode
 * @param {(chosen: {service: string, index: number|null}) => void} [options.onSelect] a reading was opened by the
 *   visitor, or a service chosen in one (`index` is null)
 * @param {(change: {pin: object, pinned: boolean, pins: object[]}) => void} [options.onPin] a pin is {index, step,
 *   service, tool, date, text}
 * @param {string} [options.whose] who read it, where the page shows several
 * @param {string} [options.nothing] said while nothing was read
 * @param {(request: {tool: string, service: string, parameters: object}) => void} [options.onLook] asks for another
 *   look; without it no buttons for that are shown
 * @returns {{node: HTMLElement, show: (index: number) => void, update: (episode: object) => void,
 *   search: (text: string) => void, focusSearch: () => void, pins: () => object[]}} `show` opens the reading with that
 *   index among those of the episode, from 0; `pins` gives all pins
 */
export function evidencePane({ episode, onSelect = () => {}, onPin = () => {}, onLook = null, whose = null, nothing = "Nothing read yet. Choose a service, and look at its logs, metrics or dependencies." }) {
  let readings = [],
    open = [null, null],
    active = 0,
    two = false,
    query = "",
    current = null;
  const of = whose === null ? "" : ` of ${whose}`;
  const pins = new Map(),
    states = new Map();

  const field = h("input", {
    type: "search",
    placeholder: "Search all evidence",
    "aria-label": "Search all evidence",
    spellcheck: "false",
  });
  const found = h("output", { class: "quiet" });
  const twoPanes = h("button", { type: "button", class: "ev-toggle two", "aria-pressed": "false" }, "Two panes");
  const pinned = h("ul", { class: "ev-pins", "aria-label": "Pins", hidden: true });
  const list = rail({ onChoose: (index) => choose(index), of });
  const views = ["Reading", "Reading beside it"].map((name, place) => view(name + of, place));
  const panes = h("div", { class: "ev-panes" }, ...views.map((each) => each.node));
  const full = h("div", { class: "ev-main" }, list.node, panes);
  const empty = h("p", { class: "ev-empty quiet" }, nothing);
  const bar = h("div", { class: "ev-bar" }, field, found, twoPanes);
  const title = h("h2", { class: "unseen" }, "Evidence");
  const node = h("section", { class: "evidence", "aria-label": `Evidence${of}` }, title, bar, pinned, full, empty);

  function view(name, place) {
    const made = readingView({
      name,
      contextOf,
      isPinned: (reading) => pins.has(keyOf(reading, reading.text)),
      onPin: (reading) => pin(reading, reading.text),
      onChoose: (index) => {
        activate(place);
        choose(index);
      },
    });
    for (const event of ["focusin", "pointerdown"]) made.node.addEventListener(event, () => activate(place));
    return made;
  }

  /** The pane in which the next reading opens. */
  function activate(place) {
    active = place;
    views.forEach((each, n) => each.node.classList.toggle("active", two && n === place));
  }

  function contextOf(reading) {
    if (!states.has(reading.index)) states.set(reading.index, {});
    return {
      reading,
      query,
      mark: marker(query),
      state: states.get(reading.index),
      knows: (name) => current.services.includes(name),
      select: (service) => onSelect({ service, index: null }),
      look: onLook,
      pin: (text) => pin(reading, text),
      isPinned: (text) => pins.has(keyOf(reading, text)),
    };
  }

  const keyOf = (reading, text) => `${reading.index}\n${text}`;

  /** Pins a text of a reading, or takes it off again. */
  function pin(reading, text) {
    const key = keyOf(reading, text);
    const made = pins.get(key) ?? {
      index: reading.index,
      step: reading.step,
      service: reading.service,
      tool: reading.tool,
      date: reading.date,
      text,
    };
    const isNew = !pins.delete(key);
    if (isNew) pins.set(key, made);
    drawPins();
    onPin({ pin: made, pinned: isNew, pins: [...pins.values()] });
    return isNew;
  }

  function drawPins() {
    const there = [...pins.values()].filter((each) => readings[each.index]); // a replay goes back before what was pinned
    pinned.hidden = there.length === 0;
    replace(pinned, ...there.map(pinItem));
  }

  function pinItem(each) {
    const reading = readings[each.index];
    const isWhole = each.text === reading.text;
    const said = isWhole ? reading.label : each.text;
    const off = () => {
      pin(reading, each.text);
      drawViews(true);
    };
    return h(
      "li",
      {},
      h(
        "button",
        { type: "button", class: "show", title: said, on: { click: () => choose(each.index) } },
        h("b", {}, h("bdi", {}, each.service)),
        " ",
        h("bdi", {}, said),
      ),
      h(
        "button",
        { type: "button", class: "off", "aria-label": `Take off the pin: ${said}`, on: { click: off } },
        "\u00d7",
      ),
    );
  }

  function choose(index, tells = true) {
    if (!readings[index]) return;
    open[two ? active : 0] = index;
    draw();
    if (tells) onSelect({ service: readings[index].service, index });
  }

  function drawViews(anew = false) {
    views.forEach(({ node: place, show }, n) => {
      const reading = n === 1 && !two ? null : readings[open[n]];
      place.hidden = !reading;
      if (anew) delete place.dataset.query;
      if (reading) show(reading, readings);
    });
    panes.classList.toggle("two", two);
    activate(active);
  }

  function draw() {
    const some = readings.length > 0;
    [bar.hidden, full.hidden, empty.hidden] = [!some, !some, some];
    twoPanes.hidden = readings.length < 2;
    twoPanes.setAttribute("aria-pressed", String(two));
    const counts = wanted(query) ? readings.map((each) => hits(each.text, query)) : [];
    const total = counts.reduce((sum, each) => sum + each, 0),
      among = counts.filter(Boolean).length;
    found.textContent = wanted(query) ? `${total} found in ${among} ${among === 1 ? "reading" : "readings"}` : "";
    list.update({ readings, shown: two ? open : [open[0]], query });
    drawViews();
  }

  /** The reading beside which the open one is best seen: an earlier one of the same, or the one read before it. */
  function beside(index) {
    const same = readings.filter((each) => each.key === readings[index].key && each.index !== index);
    return same.at(-1)?.index ?? (index > 0 ? index - 1 : index + 1);
  }

  twoPanes.addEventListener("click", () => {
    two = !two;
    [open[1], active] = two ? [beside(open[0]), 1] : [null, 0];
    draw();
  });
  field.addEventListener("input", () => search(field.value));
  field.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || !wanted(query)) return;
    const after = [...readings.slice((open[0] ?? -1) + 1), ...readings].find((each) => hits(each.text, query));
    if (after) choose(after.index);
  });

  function search(text) {
    if (field.value !== text) field.value = text;
    query = text;
    draw();
  }

  function update(next) {
    const isOther = current && current.id !== next.id;
    const before = isOther ? 0 : readings.length;
    if (isOther) {
      [open, active, two] = [[null, null], 0, false];
      pins.clear();
      states.clear();
      drawPins();
    }
    current = next;
    readings = readingsOf(next);
    if (readings.length > before) open[two ? active : 0] = readings.length - 1;
    open = open.map((index) => (index !== null && index < readings.length ? index : null));
    if (open[0] === null && readings.length) open[0] = readings.length - 1;
    if (pins.size) drawPins();
    draw();
  }

  update(episode);
  return {
    node,
    show: (index) => choose(index, false),
    update,
    search,
    focusSearch: () => field.focus(),
    pins: () => [...pins.values()],
  };
}

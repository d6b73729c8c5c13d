// Notes and pinned evidence of an episode, kept in this tab, and offered to the write-up.

import { bdi, h, replace } from "./dom.js";
import { keepHere, keptHere } from "./store.js";

const LONGEST_PIN = 300; // characters of a pinned line that are kept
const MOST_PINS = 50;

/**
 * @param {string} id of the episode
 * @returns {{node: HTMLElement, pin: (piece: {text: string, from?: string}) => void,
 *   unpin: (piece: {text: string}) => void, text: () => string}}
 */
export function notes(id) {
  const where = `notes:${id}`;
  const held = { text: "", pins: [], ...keptHere(where, {}) };
  const list = h("ul", { class: "pins", "aria-label": "Pinned evidence" });
  const area = h("textarea", { id: "notes", rows: "4", maxlength: "4000", placeholder: "What do you think is going on?", on: { input: () => ((held.text = area.value), save()) } });
  area.value = held.text;
  const node = h("section", { class: "pane pane-notes", "aria-labelledby": "notes-title" }, h("h2", { id: "notes-title" }, h("label", { for: "notes" }, "Notes")),
    area, list, h("p", { class: "hint" }, "Pins and notes stay in this tab. The write-up can take them over."));

  function save() {
    keepHere(where, held);
  }

  function draw() {
    replace(list, held.pins.map((pin, at) => h("li", { class: "pin" }, h("p", null, bdi(pin.text)), pin.from && h("span", { class: "hint" }, bdi(pin.from)),
      h("button", { type: "button", class: "button quiet icon", "aria-label": `Take away the pin ${at + 1}`, title: "Take this pin away", on: { click: () => {
        held.pins.splice(at, 1);
        save();
        draw();
        (list.querySelectorAll("button")[Math.min(at, held.pins.length - 1)] ?? area).focus();
      } } }, "✕"))));
  }

  draw();
  return {
    node,
    pin({ text, from = "" }) {
      const line = { text: String(text).trim().slice(0, LONGEST_PIN), from: String(from).slice(0, LONGEST_PIN) };
      if (!line.text || held.pins.some((pin) => pin.text === line.text && pin.from === line.from)) return;
      held.pins = [...held.pins, line].slice(-MOST_PINS);
      save();
      draw();
    },
    unpin({ text }) {
      held.pins = held.pins.filter((pin) => pin.text !== String(text).trim().slice(0, LONGEST_PIN));
      save();
      draw();
    },
    text: () => [held.text.trim(), ...held.pins.map((pin) => `${pin.text}${pin.from ? ` (${pin.from})` : ""}`)].filter(Boolean).join("\n"),
  };
}

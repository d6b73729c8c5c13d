// On a narrow screen the evidence has the screen, and the rest is a dock below it and sheets above it.

import { bdi, h, replace } from "./dom.js";

const SHEETS = [["alert", "Alert"], ["map", "Map"], ["repairs", "Repairs"], ["notes", "Notes"], ["line", "Time line"]];

/**
 * @param {HTMLElement} board @param {import("./session.js").Session} session @param {() => void} onAnswer
 * @returns {{node: HTMLElement, update: (selected: string) => void, open: (name: string) => void, close: () => void}}
 */
export function sheets(board, session, onAnswer) {
  const offered = SHEETS.filter(([name]) => name !== "repairs" || session.actions("repair").length > 0);
  const buttons = new Map(offered.map(([name, words]) => [name, h("button", { type: "button", class: "button quiet", "aria-pressed": "false", on: { click: () => toggle(name) } }, words)]));
  const service = h("button", { type: "button", class: "button quiet dock-service", "aria-pressed": "false", title: "Choose a service, and options of looks", on: { click: () => toggle("services") } });
  const send = h("button", { type: "button", class: "button primary", on: { click: onAnswer } }, "Answer…");
  const node = h("nav", { class: "dock", "aria-label": "Service, answer and sheets" }, service, send, [...buttons.values()]);
  buttons.set("services", service);

  function toggle(name) {
    if (board.dataset.sheet === name) close();
    else open(name);
  }

  function open(name) {
    board.dataset.sheet = name;
    if (name === "alert") board.querySelector(".pane-alert").open = true;
    draw();
  }

  function close() {
    delete board.dataset.sheet;
    draw();
  }

  function draw() {
    for (const [name, button] of buttons) button.setAttribute("aria-pressed", String(board.dataset.sheet === name));
  }

  for (const part of [board, node]) part.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || !board.dataset.sheet || event.defaultPrevented) return;
    const button = buttons.get(board.dataset.sheet);
    close();
    button?.focus();
  });
  return { node, open, close, update(selected) {
    replace(service, "Service: ", h("b", null, bdi(selected)), " ▾");
    send.disabled = session.busy || session.gone || session.episode.done;
  } };
}

// The write-up of a resolution: a text, how long it may be, and which of the four things it seems to say.

import { h, replace } from "./dom.js";
import { number } from "./format.js";

const MOST = 8_000; // characters
const STATE = /\b(recover\w*|restor\w*|normal|healthy|resolved|stable|back (?:to|up)|ok|green|serving|fine)\b/i;
const WHY = /\b(because|due to|caus\w*|since|after|led to|leak\w*|exhaust\w*|full|expired|misconfig\w*|wrong|bad|bug|deploy\w*|release|overload\w*|lock\w*|fail\w*|drop\w*|withdr\w*|crash\w*|limit\w*)\b/i;

/** A part of the answer, as those of `submit.js`. */
export function writeUp(session, given, { notes, changed }) {
  const counter = h("span", { class: "hint number", id: "summary-count" });
  const list = h("ul", { class: "checklist", "aria-label": "What a write-up says" });
  const area = h("textarea", { id: "summary", rows: "7", maxlength: MOST, autofocus: true, "aria-describedby": "summary-count", on: { input: () => (tell(), changed()) } });
  area.value = given || "";
  const taken = h("button", { type: "button", class: "button", on: { click: () => {
    area.value = `${area.value.trim()}${area.value.trim() ? "\n" : ""}${notes()}`.slice(0, MOST);
    tell();
    changed();
    area.focus();
  } } }, "Take over notes and pins");
  taken.hidden = !notes();
  const node = h("div", { class: "field" }, h("label", { for: "summary" }, "Summary"), area,
    h("div", { class: "row between" }, counter, taken), list, h("p", { class: "hint" }, "Ticked by words alone, as a reminder; the grader reads for what is true."));

  function tell() {
    const text = area.value;
    counter.textContent = `${number(text.length, 0)} of ${number(MOST, 0)} characters`;
    const lower = text.toLowerCase();
    const names = session.episode.services.filter((name) => lower.includes(name.toLowerCase()));
    const checks = [
      ["Culprit: the service in which it began", names.length > 0],
      ["Mechanism: how it failed", WHY.test(text)],
      ["Actions: what you did", repaired(session).some((word) => lower.includes(word))],
      ["State: how it is now", STATE.test(text)],
    ];
    replace(list, checks.map(([words, there]) => h("li", { class: there ? "there" : "" }, h("span", { "aria-hidden": "true" }, there ? "✓" : "○"), h("span", null, words), h("span", { class: "sr-only" }, there ? ", seems to be there" : ", not seen yet"))));
  }

  tell();
  return { name: "summary", title: "Summary", node, missing: "Write a summary first: an empty one earns nothing.", read: () => area.value.trim(), focus: () => area.focus() };
}

/** Words by which a text would name the repairs that were done. */
function repaired({ episode, catalogue }) {
  const words = episode.steps.filter((step) => catalogue.actions[step.action]?.kind === "repair").flatMap((step) => {
    const stem = step.action.split("_")[0];
    const { flag, runbook_action: named } = step.parameters;
    return [stem === "execute" ? "runbook" : stem, ...[flag, named].filter(Boolean).map((name) => String(name).toLowerCase())];
  });
  return words.map((word) => (word === "rollback" ? "roll" : word));
}

// The answer that ends an episode: filled in, looked over, and confirmed in a second step.

import { ask } from "./asks.js";
import { modeSearch } from "./combobox.js";
import { bdi, h, replace } from "./dom.js";
import { keepHere, keptHere } from "./store.js";
import { writeUp } from "./writeup.js";

/**
 * Asks for the answer of a task. What is filled in is kept in this tab until it is sent.
 * @param {Element} parent of the dialog
 * @param {import("./session.js").Session} session
 * @param {{selected: string, notes: () => string, take: (action: string, parameters: object) => Promise<object|null>}} how
 * @returns {Promise<void>}
 */
export function answer(parent, session, { selected, notes, take }) {
  const [action] = session.actions("submit");
  const where = `answer:${session.id}`;
  const draft = keptHere(where, {});
  return ask(parent, TITLES[action.name], (close) => {
    const parts = action.required.map((name) => PARTS[name](session, draft[name], { selected, notes, changed: () => keep() }));
    const wrong = h("div", { role: "alert" });
    const foot = h("p", { class: "row end" });
    const form = h("form", { class: "answer", novalidate: true, on: { submit: (event) => (event.preventDefault(), look()) } }, parts.map((part) => part.node), wrong, foot);
    const over = h("div", { class: "answer", tabindex: "-1", hidden: true });
    const keep = () => keepHere(where, Object.fromEntries(parts.map((part) => [part.name, part.read()])));
    replace(foot, h("button", { type: "button", class: "button", on: { click: () => close() } }, "Not yet"), h("button", { class: "button primary" }, "Look it over"));

    function look() {
      const missing = parts.find((part) => !part.read());
      if (missing) {
        replace(wrong, h("p", { class: "notice danger" }, missing.missing));
        missing.focus();
        return;
      }
      replace(wrong);
      const send = h("button", { type: "button", class: "button primary", on: { click: () => submit(send) } }, "Submit and end the episode");
      replace(over, h("p", { class: "notice warn" }, "This ends the episode and is graded. It cannot be taken back."),
        h("dl", { class: "facts" }, parts.map((part) => [h("dt", null, part.title), h("dd", null, bdi(part.shown?.() ?? part.read()))])),
        h("div", { role: "alert", class: "said" }), h("p", { class: "row end" },
          h("button", { type: "button", class: "button", on: { click: back } }, "Change it"), send));
      form.hidden = true;
      over.hidden = false;
      send.focus();
    }

    function back() {
      over.hidden = true;
      form.hidden = false;
      parts[0].focus();
    }

    async function submit(button) {
      button.disabled = true;
      try {
        const step = await take(action.name, Object.fromEntries(parts.map((part) => [part.name, part.read()])));
        if (step?.error) throw new Error(step.error);
        if (step) close(true);
      } catch (error) {
        replace(over.querySelector(".said"), h("p", { class: "notice danger" }, bdi(error.message)));
        button.disabled = false;
        button.focus();
      }
    }

    return [h("p", { class: "hint" }, SAID[action.name]), form, over];
  }, "wide");
}

const TITLES = { submit_severity: "Classify the alert", submit_root_cause: "Name the root cause", submit_resolution: "Write up the resolution" };
const SAID = {
  submit_severity: "Which severity does this incident have, by its effect on users and revenue?",
  submit_root_cause: "In which service did it begin, and how did that service fail? Services that merely suffer are not the cause.",
  submit_resolution: "Say what happened to someone who was not there. True statements earn points, and false ones none.",
};

const PARTS = { severity, service, failure_mode: failureMode, summary: writeUp };

function severity({ catalogue }, given, { changed }) {
  const inputs = catalogue.severities.map(({ id }) => h("input", { type: "radio", name: "severity", value: id, checked: id === given, on: { change: changed } }));
  inputs[0].setAttribute("autofocus", "");
  const node = h("fieldset", { class: "severities" }, h("legend", null, "Severity"), catalogue.severities.map(({ id, definition }, at) =>
    h("label", { class: "severity-choice" }, inputs[at], h("span", { class: `severity s-${id.toLowerCase()}` }, id), h("span", null, definition))));
  node.addEventListener("keydown", ({ key }) => {
    const input = inputs[Number(key) - 1];
    if (input) (input.click(), input.focus());
  });
  return { name: "severity", title: "Severity", node, missing: "Choose a severity first.", read: () => inputs.find((input) => input.checked)?.value ?? "", focus: () => (inputs.find((input) => input.checked) ?? inputs[0]).focus() };
}

function service({ episode }, given, { selected, changed }) {
  const input = h("select", { id: "answer-service", on: { change: changed } }, episode.services.map((name) => h("option", { value: name, selected: name === (given || selected) }, name)));
  const node = h("div", { class: "field" }, h("label", { for: "answer-service" }, "Service"), input, h("span", { class: "hint" }, "The one in which it began."));
  return { name: "service", title: "Service", node, missing: "Choose a service first.", read: () => input.value, focus: () => input.focus() };
}

function failureMode({ catalogue }, given, { changed }) {
  const search = modeSearch(catalogue.modes, { value: given ?? "", onInput: changed });
  search.input.setAttribute("autofocus", "");
  const shown = () => {
    const mode = catalogue.modes.find(({ id }) => id === search.read());
    return mode ? `${mode.title} (${mode.id})` : `“${search.read()}”, in your own words`;
  };
  return { name: "failure_mode", title: "Failure mode", node: search.node, missing: "Choose a failure mode, or say the cause in your own words.", read: search.read, shown, focus: () => search.input.focus() };
}

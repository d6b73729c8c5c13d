// Questions that interrupt: dialogs that one answers or closes, with the focus back where it was.

import { api } from "./api.js";
import { bdi, h } from "./dom.js";
import { count } from "./format.js";

let titles = 0;

/**
 * A modal dialog with a title.
 * @param {Element} parent @param {string} title
 * @param {(close: (answer?: any) => void) => Array} body makes its children
 * @param {string} [kind] a class
 * @returns {Promise<any>} what it was closed with; undefined for Escape
 */
export function ask(parent, title, body, kind = "") {
  return new Promise((resolve) => {
    const before = document.activeElement;
    let answer;
    const id = `dialog-${++titles}`;
    const dialog = h("dialog", { class: `dialog ${kind}`, "aria-labelledby": id, "data-once": true });
    const close = (given) => {
      answer = given;
      dialog.close();
    };
    dialog.append(h("div", { class: "dialog-head" }, h("h2", { id }, title),
      h("button", { type: "button", class: "button quiet", "aria-label": "Close", on: { click: () => close() } }, "✕")), ...body(close));
    dialog.addEventListener("click", (event) => event.target === dialog && close());
    dialog.addEventListener("close", () => {
      dialog.remove();
      // The browser gives the focus back where it can; a key may have taken it elsewhere meanwhile.
      if (before?.isConnected && document.activeElement === document.body) before.focus();
      resolve(answer);
    });
    parent.append(dialog);
    dialog.showModal();
    dialog.querySelector("[autofocus]")?.focus();
  });
}

/** Whether a dialog is open. */
export const isAsking = () => document.querySelector("#console dialog[open]") !== null;

/** Asks before an episode under way is left. @returns {Promise<boolean>} */
export async function confirmLeaving(parent, session) {
  const { steps } = session.episode;
  return (await ask(parent, "Leave this incident?", (close) => [
    h("p", null, `You have taken ${count(steps.length, "step")} of it. The server keeps the episode for a while: its link brings you back until then.`),
    h("p", { class: "row end" },
      h("button", { type: "button", class: "button", autofocus: true, on: { click: () => close(false) } }, "Stay"),
      h("button", { type: "button", class: "button danger", on: { click: () => close(true) } }, "Leave it")),
  ])) === true;
}

/** Asks for the control token, and keeps it in this page's memory alone. @returns {Promise<boolean>} whether one was given */
export async function askToken(parent, error = null) {
  const given = await ask(parent, "This server wants its control token", (close) => {
    const field = h("input", { type: "password", id: "control-token", autocomplete: "off", maxlength: "1000", autofocus: true, required: true });
    return [
      h("p", null, "Whoever runs this server knows it. It stays in this page's memory and is asked for again after a reload."),
      error && api.hasToken() && h("p", { class: "notice danger", role: "alert" }, "The control token is wrong. ", bdi(error.message)),
      h("form", { on: { submit: (event) => (event.preventDefault(), close(field.value)) } },
        h("div", { class: "field" }, h("label", { for: "control-token" }, "Control token"), field),
        h("p", { class: "row end" }, h("button", { class: "button primary" }, "Use it"))),
    ].filter(Boolean);
  });
  if (!given) return false;
  api.useToken(given);
  return true;
}

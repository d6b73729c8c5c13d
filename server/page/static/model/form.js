// Which model plays: its endpoint, its name and a key, kept for this tab's session alone.

import { bdi, h, replace } from "../dom.js";
import { styles } from "../sheet.js";
import { keepHere, keptHere } from "../store.js";
import { isMixed } from "./endpoint.js";

const OWN = ""; // of the list of endpoints: an address that is typed in
const TEMPERATURE = 0; // as in an evaluation
const MOST_TOKENS = 600;
const WAYS = [
  ["tools", "Native tools", "each action is a tool that it calls"],
  ["json", "JSON in the text", "for a model without tools"],
];
let forms = 0;

/**
 * A form for a model; it stands in a form of the caller's.
 * @param {object} context of app.js
 * @param {object} [options]
 * @param {(ready: boolean) => void} [options.onReady] told at every change
 * @param {string} [options.legend] its title
 * @param {string} [options.kept] under which name the tab keeps it, for a second one beside it
 * @returns {{node: HTMLElement, read: () => object|null, endpoint: () => object, suggest: (endpoint: object) => void}}
 *   `read` shows what is wrong and then returns null; else it keeps and returns {endpoint: {name, url, relayed}, model,
 *   key, mode: "tools"|"json", temperature, maxTokens}; `suggest` takes the `endpoint` of another form where this one is still blank
 */
export function modelForm(context, { onReady, legend = "Your model", kept: where = "model" } = {}) {
  styles("model/model.css");
  const id = `model-${++forms}`;
  const before = keptHere(where) ?? {};
  const listed = context.catalogue.endpoints ?? [];
  const choice = h("select", { id: `${id}-endpoint`, on: { change: draw } }, listed.map(({ name }) => h("option", { value: name }, name)), h("option", { value: OWN }, "An address of your own"));
  const address = text(`${id}-url`, "Address", { type: "url", inputmode: "url", placeholder: "https://api.example.com/v1", maxlength: "500" }, "OpenAI-compatible, up to and with /v1. Your browser calls it; this page's server does not.");
  const model = text(`${id}-name`, "Model", { type: "text", placeholder: "as the endpoint calls it", maxlength: "200" });
  const key = text(`${id}-key`, "Key", { type: "password", maxlength: "1000" }, "", "optional");
  const ways = WAYS.map(([value, words, why], at) => h("label", { class: "mf-way" }, h("input", { type: "radio", name: `${id}-way`, value, checked: (before.mode ?? "tools") === value || (!at && !before.mode) }), h("span", null, words, h("span", { class: "hint" }, `: ${why}`))));
  const temperature = text(`${id}-temperature`, "Temperature", { type: "text", inputmode: "decimal", maxlength: "6" }, "0 to 2. Empty: the endpoint's own.");
  const tokens = text(`${id}-tokens`, "Most tokens of an answer", { type: "text", inputmode: "numeric", maxlength: "6" }, "1 to 100,000. Empty: the endpoint's own.");
  const forget = h("button", { type: "button", class: "button", on: { click: clear } }, "Forget all this");
  const said = h("p", { class: "hint", role: "status" });
  const fields = [address, model, key, temperature, tokens];
  const node = h("fieldset", { class: "mf", on: { input: changed } }, h("legend", null, legend),
    listed.length > 0 && h("div", { class: "field" }, h("label", { for: choice.id }, "Endpoint"), choice),
    address.node, h("div", { class: "mf-pair" }, model.node, key.node),
    h("fieldset", { class: "mf-ways" }, h("legend", null, "How it acts"), ways),
    h("details", { class: "mf-more" }, h("summary", null, "Temperature and length"), h("div", { class: "mf-pair" }, temperature.node, tokens.node)),
    h("p", { class: "hint" }, "It gets the same words as in an evaluation, and its answers cost what your endpoint takes for them. Address, name and key stay in this tab until it is closed."),
    h("p", { class: "row" }, forget, said));
  fill(before);

  function fill(kept) {
    choice.value = listed.some(({ name }) => name === kept.listed) ? kept.listed : kept.url || !listed.length ? OWN : listed[0].name;
    address.input.value = kept.url ?? "";
    model.input.value = kept.model ?? "";
    key.input.value = kept.key ?? "";
    temperature.input.value = kept.temperature === undefined ? TEMPERATURE : (kept.temperature ?? "");
    tokens.input.value = kept.maxTokens === undefined ? MOST_TOKENS : (kept.maxTokens ?? "");
    draw();
  }

  const endpoint = () => ({ chosen: choice.value, url: address.input.value, key: key.input.value });

  function suggest({ chosen, url, key: secret }) {
    if (model.input.value || address.input.value || key.input.value) return;
    [choice.value, address.input.value, key.input.value] = [chosen, url, secret];
    draw();
  }

  function draw() {
    address.node.hidden = choice.value !== OWN;
    key.hint.textContent = choice.value === OWN ? "It goes to this endpoint alone." : "It passes through this page's server, which neither logs nor keeps it.";
    changed();
  }

  function changed(event) {
    for (const field of fields) if (!event || event.target === field.input) field.complain("");
    said.textContent = "";
    onReady?.(Boolean((choice.value !== OWN || address.input.value.trim()) && model.input.value.trim()));
  }

  function clear() {
    keepHere(where, null);
    fill({});
    ways[0].querySelector("input").checked = true;
    said.textContent = "Forgotten.";
  }

  function read() {
    for (const field of fields) field.complain("");
    const relayed = choice.value !== OWN;
    const url = relayed ? null : addressIn(address.input.value);
    const problems = [
      [address, relayed ? "" : url.problem],
      [model, model.input.value.trim() ? "" : "Name the model, as its endpoint calls it."],
      [key, /^[!-~]*$/.test(key.input.value.trim()) ? "" : "A key has no spaces and ASCII characters alone: this is something else."],
      [temperature, inBounds(temperature.input.value, 2, /^\d+(\.\d+)?$/) ? "" : "Expected a number from 0 to 2, or nothing."],
      [tokens, inBounds(tokens.input.value, 100_000, /^[1-9]\d*$/) ? "" : "Expected a whole number from 1 to 100,000, or nothing."],
    ].filter(([, problem]) => problem);
    for (const [field, problem] of problems) field.complain(problem);
    if (problems.length) {
      const [[field]] = problems;
      field.input.closest("details")?.setAttribute("open", "");
      field.input.focus();
      return null;
    }
    const settings = {
      endpoint: relayed ? { name: choice.value, url: "", relayed } : { name: new URL(url.address).host, url: url.address, relayed },
      model: model.input.value.trim(),
      key: key.input.value.trim(),
      mode: ways.map((way) => way.querySelector("input")).find((input) => input.checked).value,
      temperature: numberIn(temperature.input.value),
      maxTokens: numberIn(tokens.input.value),
    };
    const { endpoint: at, ...others } = settings;
    keepHere(where, { ...others, url: address.input.value.trim(), listed: relayed ? at.name : null });
    return settings;
  }

  return { node, read, endpoint, suggest };
}

/** A field with a place for what is wrong with it. */
function text(id, label, props, hint = "", remark = "") {
  const told = h("span", { class: "hint", id: `${id}-hint` }, hint);
  const wrong = h("span", { class: "mf-wrong", id: `${id}-wrong`, hidden: true });
  const input = h("input", { id, autocomplete: "off", autocapitalize: "off", spellcheck: "false", "aria-describedby": `${id}-wrong ${id}-hint`, ...props });
  const node = h("div", { class: "field" }, h("label", { for: id }, label, remark && h("span", { class: "hint" }, ` (${remark})`)), input, wrong, told);
  function complain(problem) {
    wrong.hidden = !problem;
    replace(wrong, problem && bdi(problem));
    if (problem) input.setAttribute("aria-invalid", "true");
    else input.removeAttribute("aria-invalid");
  }
  return { node, input, hint: told, complain };
}

const numberIn = (value) => (value.trim() === "" ? null : Number(value));
const inBounds = (value, most, form) => value.trim() === "" || (form.test(value.trim()) && Number(value) <= most);

/** The base address of an endpoint, as it is meant. @returns {{address: string, problem: string}} */
function addressIn(typed) {
  const address = typed.trim().replace(/\/+$/, "").replace(/\/chat\/completions$/, "");
  let url;
  try {
    url = new URL(address);
  } catch {
    url = null;
  }
  if (!url || !/^https?:$/.test(url.protocol) || !url.hostname) return { problem: "Expected an address that begins with https:// (or http:// for one on your own computer)." };
  if (url.username || url.password || url.search || url.hash) return { problem: "Leave out what is no address, such as a key: that has a field of its own." };
  if (isMixed(address)) return { problem: "This page came by https, so your browser calls https addresses alone, and http://localhost." };
  return { address, problem: "" };
}

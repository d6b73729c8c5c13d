// Fields for the parameters of actions, made from the catalogue.

import { h } from "./dom.js";

let fields = 0;

/** A parameter's name in words: "since_minutes" is "Since minutes". */
export function inWords(name) {
  const words = name.replaceAll("_", " ");
  return words[0].toUpperCase() + words.slice(1);
}

/**
 * A field for a parameter.
 * @param {{name: string, description: string, kind: string, most: number|null, choices: string[]}} parameter
 * @param {{required?: boolean, suggest?: string[]}} [how] names that evidence has told
 * @returns {{node: HTMLElement, input: HTMLElement, read: () => (string|number|null)}} null where it is empty.
 *   `read` throws a RangeError, in words, for a number that is none or too large.
 */
export function field(parameter, { required = false, suggest = [] } = {}) {
  const { name, description, kind, most, choices = [] } = parameter;
  const id = `field-${++fields}`;
  const isNumber = kind === "minutes" || kind === "replicas";
  const about = { id, name, "aria-describedby": `${id}-hint`, autocomplete: "off", "aria-required": required ? "true" : null };
  const list = suggest.length ? h("datalist", { id: `${id}-list` }, suggest.map((value) => h("option", { value }))) : null;
  const input = choices.length
    ? h("select", about, h("option", { value: "" }, "any"), choices.map((value) => h("option", { value }, value)))
    : h("input", { ...about, type: "text", inputmode: isNumber ? "numeric" : null, maxlength: isNumber ? 12 : (most ?? null), list: list ? list.id : null, spellcheck: "false" });
  const node = h("div", { class: "field" }, h("label", { for: id }, inWords(name), required ? null : h("span", { class: "hint" }, " (optional)")), input, list,
    h("span", { class: "hint", id: `${id}-hint` }, description, isNumber && most ? `, 0 to ${most.toLocaleString("en-US")}` : ""));
  return { node, input, read: () => (isNumber ? wholeNumber(input, name, most) : input.value.trim() || null) };
}

function wholeNumber(input, name, most) {
  const text = input.value.trim();
  if (!text) return null;
  if (/^\d+$/.test(text) && (most == null || Number(text) <= most)) return Number(text);
  input.focus();
  throw new RangeError(`${inWords(name)}: expected a whole number from 0 to ${most?.toLocaleString("en-US")}, got “${text}”.`);
}

/** The values of fields that are filled in, by name. Throws a RangeError. */
export function readFields(all) {
  return Object.fromEntries(all.map((one) => [one.input.name, one.read()]).filter(([, value]) => value !== null));
}

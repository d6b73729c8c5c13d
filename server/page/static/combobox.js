// A search in the catalogue of failure modes: a text field with a listbox of its own. What is typed may also stay as it is.

import { h, replace } from "./dom.js";

const MOST = 60; // found modes that are listed at once
let boxes = 0;

/**
 * @param {{id: string, title: string, definition: string, group_title: string}[]} modes
 * @param {{value?: string, onInput?: () => void}} [how]
 * @returns {{node: HTMLElement, input: HTMLInputElement, read: () => string}} the id of the chosen mode, or the text
 */
export function modeSearch(modes, { value = "", onInput = () => {} } = {}) {
  const id = `modes-${++boxes}`;
  const byId = new Map(modes.map((mode) => [mode.id, mode]));
  const list = h("ul", { class: "options", role: "listbox", id, "aria-label": "Failure modes of the catalogue", hidden: true, on: { mousedown: (event) => event.preventDefault(), click } });
  const input = h("input", {
    type: "text", id: `${id}-input`, role: "combobox", "aria-expanded": "false", "aria-controls": id, "aria-autocomplete": "list", "aria-describedby": `${id}-said`, autocomplete: "off", spellcheck: "false", maxlength: "8000", value,
    on: { input: () => (find(), onInput()), focus: () => input.value && !byId.has(input.value) && find(), blur: close, keydown },
  });
  const said = h("div", { class: "mode-said hint", id: `${id}-said`, "aria-live": "polite" });
  const node = h("div", { class: "field combobox" }, h("label", { for: input.id }, "Failure mode"), h("div", { class: "combobox-place" }, input, list), said);
  let found = [];
  let at = -1;

  function find() {
    const words = input.value.toLowerCase().split(/\s+/).filter(Boolean);
    const score = (mode) => {
      const [title, all] = [`${mode.id} ${mode.title}`.toLowerCase(), `${mode.id} ${mode.title} ${mode.definition} ${mode.group_title}`.toLowerCase()];
      if (!words.every((word) => all.includes(word))) return -1;
      return words.filter((word) => title.includes(word)).length;
    };
    const scored = modes.map((mode) => [score(mode), mode]).filter(([points]) => points >= 0);
    scored.sort((a, b) => b[0] - a[0]);
    found = scored.slice(0, MOST).map(([, mode]) => mode);
    at = -1;
    replace(list, found.map((mode, place) => h("li", { role: "option", id: `${id}-${place}`, "aria-selected": "false", dataset: { place } }, h("b", null, mode.title), " ", h("span", { class: "mono quiet-text" }, mode.id), h("span", { class: "hint" }, mode.definition))));
    list.hidden = found.length === 0;
    list.scrollTop = 0;
    input.setAttribute("aria-expanded", String(found.length > 0));
    input.removeAttribute("aria-activedescendant");
    tell(scored.length);
  }

  function tell(number = null) {
    const chosen = byId.get(input.value.trim());
    if (chosen) replace(said, h("b", null, chosen.title), ": ", chosen.definition);
    else if (!input.value.trim()) replace(said, `Search ${modes.length} failure modes, or say the cause in your own words.`);
    else if (number === 0) replace(said, "No mode of the catalogue has these words. Your own words are read as they stand.");
    else replace(said, number === null ? "Your own words are read as they stand." : `${number} found: choose one, or leave your own words.`);
  }

  function mark(place) {
    list.children[at]?.setAttribute("aria-selected", "false");
    at = (place + found.length) % found.length;
    const option = list.children[at];
    option.setAttribute("aria-selected", "true");
    option.scrollIntoView({ block: "nearest" });
    input.setAttribute("aria-activedescendant", option.id);
  }

  function choose(place) {
    input.value = found[place].id;
    close();
    onInput();
  }

  function close() {
    list.hidden = true;
    at = -1;
    input.setAttribute("aria-expanded", "false");
    input.removeAttribute("aria-activedescendant");
    tell();
  }

  function click(event) {
    const option = event.target.closest("[role=option]");
    if (option) choose(Number(option.dataset.place));
  }

  function keydown(event) {
    const { key } = event;
    if (key === "ArrowDown" || key === "ArrowUp") {
      event.preventDefault();
      if (list.hidden) find();
      if (found.length) mark(key === "ArrowDown" ? at + 1 : at < 0 ? -1 : at - 1);
    } else if (key === "Enter" && !list.hidden && at >= 0) {
      event.preventDefault();
      choose(at);
    } else if (key === "Escape" && !list.hidden) {
      event.preventDefault();
      event.stopPropagation();
      close();
    }
  }

  tell();
  return { node, input, read: () => input.value.trim() };
}

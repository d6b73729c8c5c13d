// Keys of an incident: a letter for each action, digits and arrows for services, and their list.

import { ask, isAsking } from "./asks.js";
import { h } from "./dom.js";
import { keep, kept } from "./store.js";

const OFF = "keys-off"; // whether this browser's visitor has switched the single keys off

/** Whether what has the focus takes letters itself. */
export function isTyping(target) {
  return target instanceof HTMLTextAreaElement || target instanceof HTMLSelectElement || target?.isContentEditable === true ||
    (target instanceof HTMLInputElement && !["radio", "checkbox", "button"].includes(target.type));
}

/** Whether arrows mean something where the focus is: radios, the map, the time line, lists, scrolled texts. */
function hasArrows(target) {
  return target instanceof HTMLInputElement || Boolean(target?.closest?.(".map, .timeline, [role], [tabindex='0'], dialog, summary, details[open]"));
}

/**
 * @param {{actions: Record<string, () => void>, services: () => string[], selected: () => string,
 *   select: (name: string) => void, search: () => void, help: () => void}} screen `actions` by key, lower case
 * @returns {() => void} takes the keys away
 */
export function keys(screen) {
  const listen = (event) => {
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || isAsking() || isTyping(event.target)) return;
    if (kept(OFF) && event.key !== "?") return;
    if (act(event)) event.preventDefault();
  };

  function act({ key, target, repeat }) {
    const services = screen.services();
    if (key === "?") return screen.help(), true;
    if (key === "/") return screen.search(), true;
    if (/^\d$/.test(key)) {
      const name = services[(Number(key) + 9) % 10];
      return name ? (screen.select(name), true) : false;
    }
    if (["ArrowUp", "ArrowLeft", "ArrowDown", "ArrowRight"].includes(key)) {
      if (hasArrows(target)) return false;
      const by = key === "ArrowUp" || key === "ArrowLeft" ? -1 : 1;
      const at = services.indexOf(screen.selected());
      return screen.select(services[(at + by + services.length) % services.length]), true;
    }
    const action = screen.actions[key.toLowerCase()];
    return action && !repeat ? (action(), true) : false;
  }

  document.addEventListener("keydown", listen);
  return () => document.removeEventListener("keydown", listen);
}

/** The list of keys, with the switch that takes single keys away. */
export function showKeys(parent, session) {
  const { catalogue, episode } = session;
  const rows = episode.actions.map((name) => catalogue.actions[name]).map((action) => [action.key.toUpperCase(), action.kind === "submit" ? "Answer (asks before it ends the episode)" : `${action.label}${action.kind === "repair" ? " (opens it)" : ""}`]);
  const listed = [["1 – 9, 0", "Choose a service by its number"], ["↑ ↓", "Choose the service before or after"], ...rows, ["/", "Search all evidence"], ["?", "This list"], ["Esc", "Close what is open"]];
  const off = h("input", { type: "checkbox", id: "keys-on", checked: !kept(OFF), on: { change: () => keep(OFF, !off.checked) } });
  return ask(parent, "Keys", () => [
    h("table", { class: "keys" }, h("caption", { class: "sr-only" }, "Keys and what they do"), h("thead", { class: "sr-only" }, h("tr", null, h("th", { scope: "col" }, "Key"), h("th", { scope: "col" }, "What it does"))),
      h("tbody", null, listed.map(([key, does]) => h("tr", null, h("td", null, h("kbd", null, key)), h("td", null, does))))),
    h("p", { class: "row" }, off, h("label", { for: "keys-on" }, "Single keys act (but never while you type)")),
    h("p", { class: "hint" }, "How an episode is played, and the API: ", h("a", { href: "?place=help", target: "_blank", rel: "noopener" }, "help in a new tab"), "."),
  ]);
}

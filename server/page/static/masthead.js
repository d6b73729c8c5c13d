// What stands above every place but an incident: the name, where one can go, and the theme.

import { h } from "./dom.js";
import { within } from "./router.js";

/** Places of the page beside the landing that this server's console has, by their query. */
const PLACES = [["?place=watch", "Watch"], ["?place=scores", "Scores"], ["?place=help", "Help"]];

/** @param {object} context @param {string} [here] the query of the present place */
export function masthead(context, here = null) {
  const link = ([query, words]) =>
    h("a", { href: query, class: "button quiet", "aria-current": query === here ? "page" : null, on: { click: within(query) } }, words);
  return h("header", { class: "masthead" },
    h("a", { class: "brand", href: "?", on: { click: within("") } }, mark(), "Cloud Incident Response"),
    h("nav", { "aria-label": "Places" }, PLACES.map(link), h("a", { class: "button quiet", href: "docs" }, "API")),
    themeSwitch());
}

/** The name's mark: a pulse in a square. */
export function mark() {
  return h("span", { class: "mark", "aria-hidden": "true" });
}

/** A button that changes between the light and the dark theme, for this browser. */
export function themeSwitch() {
  const words = () => (document.documentElement.dataset.theme === "dark" ? "Light theme" : "Dark theme");
  const button = h("button", { type: "button", class: "button quiet icon", "aria-label": words(), title: words(), on: { click } }, "◐");
  function click() {
    const theme = document.documentElement.dataset.theme === "dark" ? "light" : "dark";
    document.documentElement.dataset.theme = theme;
    try {
      localStorage.setItem("theme", theme);
    } catch {
      // a browser that keeps nothing shows the system's theme next time
    }
    button.setAttribute("aria-label", words());
    button.title = words();
  }
  return button;
}

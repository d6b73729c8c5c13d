// The bar above an incident: what it is, how late it is there, how many steps are left, what was earned.

import { bdi, h, replace } from "./dom.js";
import { clock, count, points, signed, span } from "./format.js";
import { mark, themeSwitch } from "./masthead.js";
import { addressOfQuery, incidentQuery, within } from "./router.js";

const MANY = 12; // steps up to which each has a pip of its own; beyond, a meter

/**
 * @param {object} context of app.js @param {import("./session.js").Session} session
 * @param {{onKeys: () => void, onAgain: () => void}} acts
 * @returns {{node: HTMLElement, update: () => void}}
 */
export function bar(context, session, { onKeys, onAgain }) {
  const { alert } = session.episode;
  const link = incidentQuery(session.episode.options);
  const time = h("span", { class: "bar-clock number", "data-testid": "clock" });
  const since = h("span", { class: "bar-since" });
  const steps = h("div", { class: "bar-steps" });
  const earned = h("div", { class: "bar-earned number" });
  const copied = h("span", { class: "bar-copied", role: "status" });
  const copy = h("button", { type: "button", class: "button quiet wide-only", title: "Copy the link to this incident", on: { click: () => copyLink(link, copied) } }, "Link");
  const heading = h("h1", { class: "bar-title", tabindex: "-1" }, bdi(alert.title));
  const node = h("header", { class: "bar" },
    h("a", { href: "?", class: "brand", "aria-label": "Cloud Incident Response: all incidents", title: "All incidents", on: { click: within("") } }, mark()),
    h("span", { class: `severity s-${alert.severity.toLowerCase()}`, title: "Severity of the alert" }, alert.severity === "UNCLASSIFIED" ? "P?" : alert.severity),
    heading,
    h("div", { class: "bar-time", title: "The incident's own clock: every action takes minutes of it" }, time, since),
    steps, earned,
    h("div", { class: "bar-acts" }, copy, copied, themeSwitch(),
      h("button", { type: "button", class: "button quiet icon wide-only", "aria-label": "Keys and help", title: "Keys and help (?)", on: { click: onKeys } }, "?"), menuOf(link, onAgain)));

  function update() {
    const { episode } = session;
    time.textContent = clock(episode.alert_clock, episode.minute);
    since.textContent = episode.minute ? `${span(episode.minute)} after the alert` : "the alert has just come";
    replace(steps, pips(episode), h("span", { "data-testid": "steps" }, episode.done ? `${count(episode.steps.length, "step")} taken` : `${session.left} of ${count(episode.max_steps, "step")} left`));
    replace(earned, h("span", { title: "Sum of the rewards of the steps" }, "Reward ", h("b", { "data-testid": "reward" }, signed(episode.reward))),
      h("span", { title: "The grade comes at the end, from 0 to 1" }, "Grade ", h("b", { "data-testid": "grade-now" }, episode.grade ? points(episode.grade.total) : "at the end")));
  }
  update();
  return { node, update, heading };
}

export function pips({ steps, max_steps: most }) {
  const used = steps.length;
  if (most > MANY) return h("span", { class: "pips meter", "aria-hidden": "true", style: { "--used": `${(100 * used) / most}%` } });
  return h("span", { class: "pips", "aria-hidden": "true" }, Array.from({ length: most }, (_, at) =>
    h("span", { class: at < used ? `pip used${steps[at].reward < 0 ? " lost" : ""}` : "pip" })));
}

/** Copies the address of a query, and says so. */
export async function copyLink(query, said) {
  const address = addressOfQuery(query);
  try {
    await navigator.clipboard.writeText(address);
    said.textContent = "Copied";
  } catch {
    said.textContent = address;
  }
  setTimeout(() => (said.textContent = ""), 4_000);
}

function menuOf(link, onAgain) {
  return menu((close) => [
    h("a", { class: "button quiet", href: "?", on: { click: close(within("")) } }, "All incidents"),
    h("button", { type: "button", class: "button quiet", on: { click: close(onAgain) } }, "Start this incident again"),
    h("a", { class: "button quiet", href: "?place=watch", on: { click: close(within("?place=watch")) } }, "Watch agents"),
    h("a", { class: "button quiet", href: "?place=help", on: { click: close(within("?place=help")) } }, "Help and API"),
    h("a", { class: "button quiet", href: link, target: "_blank", rel: "noopener" }, "Same incident in a new tab"),
  ]);
}

/** A menu that closes by itself. @param {(close: Function) => Node[]} items `close(act)` is a listener that closes it first */
export function menu(items) {
  const close = (act) => (event) => {
    node.open = false;
    act(event);
  };
  const node = h("details", { class: "menu" },
    h("summary", { class: "button quiet" }, "Menu"),
    h("div", { class: "menu-list" }, items(close)));
  node.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || !node.open) return;
    node.open = false;
    node.querySelector("summary").focus();
  });
  document.addEventListener("pointerdown", (event) => {
    if (!node.contains(event.target)) node.open = false;
  });
  return node;
}

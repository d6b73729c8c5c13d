// The bar above a watched incident: what it is, how late it is there, and what was earned so far.

import { copyLink, menu, pips } from "../bar.js";
import { bdi, h, replace } from "../dom.js";
import { clock, count, points, signed, span } from "../format.js";
import { mark, themeSwitch } from "../masthead.js";
import { incidentQuery, within } from "../router.js";

/**
 * @param {object} alert @param {{title: string, address: () => string, options: object, back: {query: string, words: string}|null,
 *   onKeys: () => void, alone: boolean}} options `alone`: one track, whose steps and reward stand here
 * @returns {{node: HTMLElement, heading: HTMLElement, update: (seen: object, whole: object, minute: number) => void}}
 */
export function top(alert, { title, address, options, back, onKeys, alone }) {
  const time = h("span", { class: "bar-clock number", "data-testid": "clock" });
  const since = h("span", { class: "bar-since" });
  const steps = h("div", { class: "bar-steps" });
  const earned = h("div", { class: "bar-earned number" });
  const copied = h("span", { class: "bar-copied", role: "status" });
  const heading = h("h1", { class: "bar-title", tabindex: "-1" }, bdi(title));
  const same = incidentQuery(options);
  const link = (close, query, words) => h("a", { class: "button quiet", href: query, on: { click: close(within(query)) } }, words);
  const node = h("header", { class: "bar" },
    h("a", { href: "?", class: "brand", "aria-label": "Cloud Incident Response: all incidents", title: "All incidents", on: { click: within("") } }, mark()),
    back && h("a", { class: "button quiet wt-back", href: back.query, on: { click: within(back.query) } }, "‹ ", bdi(back.words)),
    h("span", { class: `severity s-${String(alert.severity).toLowerCase()}`, title: "Severity of the alert" }, alert.severity === "UNCLASSIFIED" ? "P?" : bdi(alert.severity)),
    heading,
    h("div", { class: "bar-time", title: "The incident's own clock" }, time, since), alone && [steps, earned],
    h("div", { class: "bar-acts" },
      h("button", { type: "button", class: "button quiet wide-only", title: "Copy the link to this step", on: { click: () => copyLink(address(), copied) } }, "Link"), copied, themeSwitch(),
      h("button", { type: "button", class: "button quiet icon wide-only", "aria-label": "Keys", title: "Keys (?)", on: { click: onKeys } }, "?"),
      menu((close) => [
        link(close, "?place=watch", "Watch another"),
        h("a", { class: "button quiet", href: same, target: "_blank", rel: "noopener" }, "Play this incident in a new tab"),
        link(close, "", "All incidents"),
        link(close, "?place=help", "Help and API"),
      ])));

  function update(seen, whole, minute) {
    time.textContent = clock(seen.alert_clock, minute);
    since.textContent = minute ? `${span(minute)} after the alert` : "the alert has just come";
    replace(steps, pips(seen), h("span", { "data-testid": "steps" }, `${count(seen.steps.length, "step")} of ${seen.max_steps}`));
    replace(earned, h("span", { title: "Sum of the rewards of the steps" }, "Reward ", h("b", { "data-testid": "reward" }, signed(seen.reward))),
      h("span", { title: "From 0 to 1, at the end" }, "Grade ", h("b", { "data-testid": "grade-now" }, gradeWords(seen, whole))));
  }
  return { node, heading, update };
}

/** A grade where it is known, or else why it is not. */
function gradeWords(seen, whole) {
  if (seen.grade) return points(seen.grade.total);
  return whole.done && !whole.grade ? "not told" : "at the end";
}

// What the pager says, in a card that folds.

import { bdi, h } from "./dom.js";
import { ago, money, number, withUnits } from "./format.js";

/** @param {object} episode @returns {HTMLElement} */
export function alertCard({ alert, scenario_id: name }) {
  const facts = [
    ["Began", ago(alert.duration_minutes)],
    ["Errors", `${number(100 * alert.error_rate, 1)} % of requests`],
    ["Loss", money(alert.revenue_impact_per_min)],
  ].filter(([, value]) => value);
  return h("details", { class: "pane pane-alert", open: window.innerWidth > 1279 },
    h("summary", null, h("h2", null, "Alert"), h("span", { class: "hint mono" }, bdi(name))),
    h("dl", { class: "alert-facts" }, facts.map(([label, value]) => h("div", null, h("dt", null, label), h("dd", { class: "number" }, value)))),
    h("ul", { class: "symptoms", "aria-label": "Symptoms" }, alert.symptoms.map((text) => h("li", null, bdi(withUnits(text))))),
    alert.affected_services.length > 0 && h("p", { class: "affected-services" }, h("span", { class: "hint" }, "Alerting: "), alert.affected_services.map((service) => h("span", { class: "chip danger" }, bdi(service)))));
}

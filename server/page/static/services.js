// The service that the tools are for: native radios, so that arrows go through them and Tab goes past them.

import { bdi, h } from "./dom.js";

let groups = 0;

/**
 * @param {object} episode @param {(name: string) => void} onSelect
 * @returns {{node: HTMLElement, update: (episode: object, selected: string) => void, focus: () => void}}
 */
export function servicePicker(episode, onSelect) {
  const group = `service-${++groups}`;
  const rows = new Map(episode.services.map((name, at) => [name, row(name, at)]));
  const node = h("fieldset", { class: "services" }, h("legend", null, "Service"), h("div", { class: "services-list" }, [...rows.values()].map(({ label }) => label)));

  function row(name, at) {
    const input = h("input", { type: "radio", name: group, value: name, on: { change: () => onSelect(name) } });
    const marks = h("span", { class: "service-marks" });
    const label = h("label", { class: "service" }, input,
      h("span", { class: "service-key", "aria-hidden": "true" }, at < 10 ? String((at + 1) % 10) : ""), h("span", { class: "service-name" }, bdi(name)), marks);
    return { input, label, marks };
  }

  return {
    node,
    update(now, selected) {
      const looks = new Map();
      for (const { evidence } of now.steps) if (evidence) looks.set(evidence.service, (looks.get(evidence.service) ?? new Set()).add(evidence.tool));
      for (const [name, { input, label, marks }] of rows) {
        input.checked = name === selected;
        const read = looks.get(name)?.size ?? 0;
        const affected = now.alert.affected_services.includes(name);
        label.classList.toggle("affected", affected);
        marks.replaceChildren(...[affected && h("span", { class: "chip danger" }, "alerting"), read > 0 && h("span", { class: "quiet-text", title: "Tools that have looked at it" }, `${read} read`)].filter(Boolean));
      }
    },
    focus: () => node.querySelector("input:checked")?.focus(),
  };
}

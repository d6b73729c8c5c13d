/** The map as a table: what the picture shows, for those who do not see it. */

import { h } from "../dom.js";
import { edgeFigures, nodeFacts } from "./words.js";

/** One row a service: what is known of it, and its calls. */
export function mapTable({ nodes, edges }, { culprit }) {
  const rows = nodes.map((node) => {
    const calls = edges.filter((edge) => edge.from === node.name).map((edge) => [edge.to, edgeFigures(edge)]);
    const others = node.others.calls.map((other) => [other.name, edgeFigures(other)]);
    return h(
      "tr",
      null,
      h("th", { scope: "row" }, h("bdi", null, node.name)),
      h("td", null, nodeFacts(node, { culprit: node.name === culprit }).join(", ")),
      h(
        "td",
        null,
        calls.length + others.length
          ? h(
              "ul",
              null,
              ...[...calls, ...others].map(([name, figures]) => h("li", null, h("bdi", null, name), `: ${figures}`)),
            )
          : "none read",
      ),
    );
  });
  const head = h(
    "thead",
    null,
    h("tr", null, ...["Service", "What is known", "Calls and ground"].map((text) => h("th", { scope: "col" }, text))),
  );
  return h(
    "div",
    { class: "map-table", role: "group", tabindex: "0", "aria-label": "Services and their calls" },
    h("table", null, head, h("tbody", null, ...rows)),
  );
}

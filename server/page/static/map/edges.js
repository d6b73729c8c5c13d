/** The drawn edges of the map. */

import { svg } from "../dom.js";

const THIN = 1.25; // px, of an edge whose rate is not known or small
const THICK = 4.5; // px, of the busiest one
const HEAD = 6; // px, length of an arrow head

const round = (x) => Math.round(x * 10) / 10;

/** A smooth line through points, upright at each of them. */
function curve(points) {
  let d = `M${round(points[0][0])} ${round(points[0][1])}`;
  for (let i = 1; i < points.length; i++) {
    const [[x0, y0], [x1, y1]] = [points[i - 1], points[i]];
    const half = (y1 - y0) / 2;
    d += ` C${round(x0)} ${round(y0 + half)} ${round(x1)} ${round(y1 - half)} ${round(x1)} ${round(y1)}`;
  }
  return d;
}

/** The edges as one SVG `width` by `height` px; `strong(edge)` says which lie on the chain of the true cause. */
export function drawEdges({ routes, width, height }, { strong, onPoint }) {
  const most = Math.max(1, ...routes.map(({ edge }) => edge.rate ?? 0));
  const groups = routes.map(({ edge, points }) => {
    const width = edge.rate ? THIN + (THICK - THIN) * Math.sqrt(edge.rate / most) : THIN;
    const [x, y] = points.at(-1);
    const down = y >= points.at(-2)[1] ? 1 : -1;
    const line = curve([...points.slice(0, -1), [x, y - down * HEAD]]);
    const half = HEAD / 2 + width / 2;
    const group = svg(
      "g",
      {
        class: ["map-edge", edge.ok === false && "is-failing", edge.guess && "is-guess", strong(edge) && "is-chain"]
          .filter(Boolean)
          .join(" "),
      },
      svg("path", { d: line, class: "map-line", "stroke-width": round(width) }),
      svg("path", { d: `M${round(x)} ${round(y)}l${-half} ${-down * HEAD}h${2 * half}z`, class: "map-head" }),
      svg("path", { d: line, class: "map-hit" }),
    );
    group.addEventListener("pointerenter", () => onPoint(edge));
    group.addEventListener("pointerleave", () => onPoint(null));
    return { edge, group, middles: gaps(points) };
  });
  groups.sort((a, b) => (a.edge.ok === false) - (b.edge.ok === false));
  const node = svg(
    "svg",
    { class: "map-edges", width, height, viewBox: `0 0 ${width} ${height}`, "aria-hidden": "true" },
    ...groups.map(({ group }) => group),
  );
  return { node, groups };
}

/** Where a label may stand: in the middle between two rows, the last ones first. */
function gaps(points) {
  const found = [];
  for (let i = points.length - 1; i > 0; i -= 2)
    found.push([(points[i - 1][0] + points[i][0]) / 2, (points[i - 1][1] + points[i][1]) / 2]);
  return found;
}

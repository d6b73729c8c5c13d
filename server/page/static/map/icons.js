/** A glyph for each kind of service, drawn on 16 by 16. */

import { svg } from "../dom.js";

const PATHS = {
  gateway: ["M2 8h9M8 4.5 11.5 8 8 11.5M14 2.5v11"],
  service: ["M3 4.5h10v7H3zM3 8h10"],
  store: ["M3 4.5c0-3 10-3 10 0v7c0 3-10 3-10 0zM3 4.5c0 3 10 3 10 0M3 8c0 3 10 3 10 0"],
  cache: ["M9 1.8 4 9h3.6L7 14.2 12 7H8.4z"],
  queue: ["M2 5h3v6H2zM6.5 5h3v6h-3zM11 5h3v6h-3z"],
  platform: ["M8 2 14 5 8 8 2 5zM2 8l6 3 6-3M2 11l6 3 6-3"],
  vendor: ["M4.5 12.5a3 3 0 0 1 0-6 4 4 0 0 1 7.4 1 2.5 2.5 0 0 1 0 5z"],
  monitoring: ["M1.5 9h3l2-5 3 9 2-4h3"],
};

export const KIND_WORDS = {
  gateway: "gateway",
  service: "service",
  store: "data store",
  cache: "cache",
  queue: "queue",
  platform: "platform",
  vendor: "outside vendor",
  monitoring: "monitoring",
};

/** The glyph of a kind, as decoration. */
export function kindIcon(kind) {
  const lines = (PATHS[kind] ?? PATHS.service).map((d) => svg("path", { d }));
  return svg("svg", { viewBox: "0 0 16 16", class: "map-icon", "aria-hidden": "true" }, ...lines);
}

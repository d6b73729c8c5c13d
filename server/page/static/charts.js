/** Small charts as SVG nodes, each an image with its figures in words. Their colours are those of evidence.css. */

import { svg } from "./dom.js";

const LEAST_SPAN = 0.2;
const CAP = 100; // factor of normal at which a deviation bar is full

function image(label, width, height, className, ...parts) {
  return svg(
    "svg",
    { class: `chart ${className}`, role: "img", "aria-label": label, viewBox: `0 0 ${width} ${height}`, width, height },
    svg("title", {}, label),
    ...parts,
  );
}

const rect = (x, y, width, height, className) =>
  svg("rect", {
    x: x.toFixed(2),
    y: y.toFixed(2),
    width: width.toFixed(2),
    height: height.toFixed(2),
    class: className,
  });

/**
 * A line through readings; the latest one is a dot, the normal value a dashed line. Missing readings leave gaps.
 * @param {(number|null)[]} values oldest first
 * @param {{label: string, baseline?: number|null, width?: number, height?: number}} options
 * @returns {SVGElement}
 */
export function sparkline(values, { label, baseline = null, width = 96, height = 20 }) {
  const read = values.filter((value) => value !== null);
  const all = baseline === null ? read : [...read, baseline];
  const [least, most] = [Math.min(...all), Math.max(...all)];
  // Small changes stay small: the height stands for a fifth of the largest value at the least.
  const spare = Math.max(0, (LEAST_SPAN * Math.max(Math.abs(least), Math.abs(most)) - (most - least)) / 2);
  const [low, high] = [least - spare, most + spare];
  const x = (n) => 3 + (n * (width - 6)) / Math.max(1, values.length - 1);
  const y = (value) => (high === low ? height / 2 : height - 3 - ((value - low) * (height - 6)) / (high - low));
  const parts = [];
  if (baseline !== null)
    parts.push(
      svg("line", { x1: 0, x2: width, y1: y(baseline).toFixed(1), y2: y(baseline).toFixed(1), class: "ch-base" }),
    );
  for (const run of runsOf(values))
    parts.push(
      svg("polyline", {
        points: run.map(([n, v]) => `${x(n).toFixed(1)},${y(v).toFixed(1)}`).join(" "),
        class: "ch-line",
      }),
    );
  const last = values.length - 1;
  if (values[last] !== null && values.length)
    parts.push(svg("circle", { cx: x(last).toFixed(1), cy: y(values[last]).toFixed(1), r: 2.2, class: "ch-dot" }));
  return image(label, width, height, "spark", ...parts);
}

/** The stretches of readings that follow each other, as [place, value]. */
function runsOf(values) {
  const runs = [];
  values.forEach((value, n) => {
    if (value === null) return;
    if (n === 0 || values[n - 1] === null) runs.push([]);
    runs.at(-1).push([n, value]);
  });
  return runs;
}

/**
 * How far a figure is from normal, on a logarithmic scale: to the right above it, to the left below it.
 * @param {number} factor of normal, 0 or more; Infinity where normal is nought
 * @param {{label: string, width?: number}} options
 * @returns {SVGElement}
 */
export function deviation(factor, { label, width = 92 }) {
  const height = 12,
    middle = width / 2;
  const share = Math.min(1, Math.abs(Math.log(Math.max(factor, 1 / CAP))) / Math.log(CAP));
  const length = Math.max(share * (middle - 2), 0.75);
  const tone = factor >= 2 || factor <= 0.5 ? "ch-far" : "ch-near";
  const ticks = [10]
    .flatMap((each) => [each, 1 / each])
    .map((each) => {
      const at = middle + (Math.log(each) / Math.log(CAP)) * (middle - 2);
      return svg("line", { x1: at.toFixed(1), x2: at.toFixed(1), y1: 2, y2: height - 2, class: "ch-tick" });
    });
  return image(
    label,
    width,
    height,
    "deviation",
    rect(0, 5, width, 2, "ch-track"),
    ...ticks,
    rect(factor >= 1 ? middle : middle - length, 2.5, length, height - 5, tone),
    svg("line", { x1: middle, x2: middle, y1: 0, y2: height, class: "ch-axis" }),
  );
}

/**
 * Columns of one bucket each, stacked by level, the worst at the foot.
 * @param {{label: string, counts: Object<string, number>}[]} buckets oldest first
 * @param {{label: string, levels: string[], height?: number}} options `levels` from the least to the worst
 * @returns {SVGElement}
 */
export function histogram(buckets, { label, levels, height = 44 }) {
  const step = 12,
    width = buckets.length * step;
  const total = (bucket) => levels.reduce((sum, level) => sum + (bucket.counts[level] ?? 0), 0);
  const most = Math.max(1, ...buckets.map(total));
  const columns = buckets.map((bucket, n) => {
    let y = height;
    const boxes = [...levels].reverse().flatMap((level) => {
      const part = ((bucket.counts[level] ?? 0) * (height - 2)) / most;
      y -= part;
      return part ? [rect(n * step + 1, y, step - 2, part, `lv-fill lv-${level}`)] : [];
    });
    return svg("g", {}, svg("title", {}, `${bucket.label}: ${total(bucket)}`), ...boxes);
  });
  const chart = image(label, width, height, "histogram", rect(0, height - 1, width, 1, "ch-track"), ...columns);
  chart.setAttribute("preserveAspectRatio", "none");
  chart.setAttribute("width", "100%");
  return chart;
}

/**
 * A share as a bar.
 * @param {number} value
 * @param {number} most the value at which it is full
 * @param {{label: string, tone?: "plain"|"warn"|"danger"|"good", width?: number}} options
 * @returns {SVGElement}
 */
export function meter(value, most, { label, tone = "plain", width = 48 }) {
  const share = most > 0 ? Math.min(1, Math.max(0, value / most)) : 0;
  return image(
    label,
    width,
    6,
    "meter",
    rect(0, 0, width, 6, "ch-track"),
    rect(0, 0, share ? Math.max(1.5, share * width) : 0, 6, `ch-${tone}`),
  );
}

/** The service map: what has been read of the system, as a picture one walks with the keyboard. */

import { h, replace } from "../dom.js";
import { blankEdge, blankNode } from "./blank.js";
import { drawEdges } from "./edges.js";
import { layout } from "./layout.js";
import { graphOf } from "./model.js";
import { fillNode, legend, put, tighten, tray } from "./nodes.js";
import { mapTable } from "./table.js";
import { edgeFigures, edgeLabel, nodeFacts } from "./words.js";

const GAP = 18; // px between nodes of a row
const RISE = 46; // px between rows
const EDGE = 14; // px of margin around the picture
const SCALES = [0.5, 0.65, 0.8, 1, 1.25, 1.6, 2];
const SMALLEST_FIT = 0.8; // what "fit" goes down to: below, names are too small to read
const ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

const EMPTY =
  "The map grows as you read. Check the dependencies of a service to see who calls it and whom it calls.";

class ServiceMap {
  constructor(onSelect, empty) {
    this.onSelect = onSelect;
    this.buttons = new Map();
    this.before = new Map();
    this.scale = null; // null: fit
    this.picture = h("div", { class: "map-picture" });
    this.sizer = h("div", { class: "map-sizer" }, this.picture);
    this.empty = h(
      "p",
      { class: "map-empty" },
      empty,
    );
    this.unread = tray("No calls read yet");
    this.ground = tray("Platform and monitoring");
    this.scroll = h("div", { class: "map-scroll" }, this.sizer, this.empty, this.ground.node, this.unread.node);
    this.strip = h("p", { class: "map-strip" });
    this.table = h("div", { class: "map-table-place" });
    this.zoomed = h("span", { class: "map-zoom-now" }, "");
    const zoom = (label, text, act) =>
      h("button", { type: "button", class: "map-zoom", "aria-label": label, title: label, on: { click: act } }, text);
    const tools = h(
      "div",
      { class: "map-tools", role: "group", "aria-label": "Size of the map" },
      zoom("Make the map smaller", "\u2212", () => this.zoom(-1)),
      this.zoomed,
      zoom("Make the map larger", "+", () => this.zoom(1)),
      zoom("Fit the map to its frame", "Fit", () => this.zoom(0)),
    );
    const details = h(
      "details",
      { class: "map-details", on: { toggle: () => this.drawTable() } },
      h("summary", null, "Map as a table"),
      this.table,
    );
    this.details = details;
    this.node = h(
      "section",
      { class: "map", "aria-label": "Service map" },
      this.scroll,
      this.strip,
      h("div", { class: "map-foot" }, details, tools),
    );
    this.node.addEventListener("keydown", (event) => this.key(event));
    this.pan();
    new ResizeObserver(() => this.arrange()).observe(this.scroll);
  }

  update(episode, selected, truth = {}) {
    this.episode = episode;
    this.selected = selected ?? null;
    this.chain = truth?.chain ?? [];
    this.culprit = truth?.culprit ?? null;
    this.graph = graphOf(episode);
    for (const name of [...this.chain, this.culprit].filter(Boolean)) {
      if (!this.graph.nodes.some((node) => node.name === name)) this.graph.nodes.push({ ...blankNode(name), kind: "service" });
    }
    this.addChain();
    const names = new Set(this.graph.nodes.map((node) => node.name));
    for (const [name, button] of this.buttons) if (!names.has(name)) (button.remove(), this.buttons.delete(name));
    for (const node of this.graph.nodes) this.drawNode(node);
    this.arrange(true);
    this.drawTable();
    this.say(null);
  }

  /** The links of the true chain that the evidence read does not show. */
  addChain() {
    for (let i = 1; i < this.chain.length; i++) {
      const [a, b] = [this.chain[i - 1], this.chain[i]];
      const there = this.graph.edges.some(
        (edge) => !edge.ground && (edge.from === a ? edge.to === b : edge.from === b && edge.to === a),
      );
      if (!there) this.graph.edges.push({ ...blankEdge(a, b), guess: true });
    }
  }

  onChain(edge) {
    const at = this.chain.indexOf(edge.from);
    return at >= 0 && (this.chain[at + 1] === edge.to || this.chain[at - 1] === edge.to);
  }

  drawNode(node) {
    let button = this.buttons.get(node.name);
    if (!button) {
      button = h("button", {
        type: "button",
        class: "map-node",
        tabindex: "-1",
        on: {
          click: () => this.onSelect(node.name),
          focus: () => this.point(node.name),
          blur: () => this.point(null),
          pointerenter: () => this.point(node.name),
          pointerleave: () => this.point(null),
        },
      });
      this.buttons.set(node.name, button);
    }
    const place = this.chain.indexOf(node.name);
    const marks = { culprit: node.name === this.culprit };
    const classes = {
      "is-unread": !node.read,
      "is-affected": node.affected,
      "is-culprit": marks.culprit,
      "is-chain": place >= 0,
    };
    button.className = `map-node level-${node.level ?? "unknown"}`;
    for (const [name, holds] of Object.entries(classes)) button.classList.toggle(name, holds);
    button.setAttribute("aria-pressed", String(node.name === this.selected));
    fillNode(button, node, { ...marks, place });
  }

  /** Puts the nodes where they belong; nothing is drawn while the map is not on the page. */
  arrange(changed = false) {
    const frame = this.scroll.clientWidth - 2 * EDGE;
    if (!this.graph || frame < 50) return;
    if (!changed && frame === this.frame && this.scroll.clientHeight === this.tall) return;
    this.frame = frame;
    this.tall = this.scroll.clientHeight;
    const { nodes, edges } = this.graph;
    const linked = new Set(edges.filter((edge) => !edge.ground).flatMap((edge) => [edge.from, edge.to]));
    const grounds = new Set(edges.filter((edge) => edge.ground).map((edge) => edge.to));
    const onGround = (node) =>
      !linked.has(node.name) && (grounds.has(node.name) || (node.read && /platform|monitoring/.test(node.kind)));
    const drawn = nodes.filter((node) => linked.has(node.name));
    const button = (node) => this.buttons.get(node.name);
    const focused = this.node.contains(document.activeElement) ? document.activeElement : null;
    put(this.picture, drawn.map(button));
    this.ground.fill(nodes.filter(onGround).map(button));
    this.unread.fill(nodes.filter((node) => !linked.has(node.name) && !onGround(node)).map(button));
    this.picture.style.transform = "";
    for (const one of this.buttons.values()) tighten(one);
    this.empty.hidden = drawn.length > 0;
    this.sizer.hidden = drawn.length === 0;
    this.place(
      drawn,
      edges.filter((edge) => !edge.ground),
      frame,
    );
    if (focused && focused !== document.activeElement) focused.focus({ preventScroll: true });
    this.rove();
  }

  place(drawn, edges, frame) {
    const boxes = drawn.map((node) => ({
      id: node.name,
      w: this.buttons.get(node.name).offsetWidth,
      h: this.buttons.get(node.name).offsetHeight,
    }));
    const at = (scale) => layout(boxes, edges, { width: frame / scale, gap: GAP, rise: RISE, before: this.before });
    const most = parseFloat(getComputedStyle(this.scroll).maxHeight);
    const room = (most || this.scroll.clientHeight) - 2 * EDGE;
    let scale = this.scale ?? 1;
    let drawing = at(scale);
    if (this.scale === null) {
      const wide = (made) => Math.min(1, frame / made.width);
      if (drawing.height > room || drawing.width > frame) {
        const smaller = at(SMALLEST_FIT);
        scale = Math.max(SMALLEST_FIT, Math.min(wide(smaller), room / smaller.height, 1));
        drawing = at(scale);
      }
    }
    const { places, width, height } = drawing;
    for (const [name, { x, y, w, h: tall }] of places) {
      this.before.set(name, x);
      this.buttons.get(name).style.transform = `translate(${Math.round(x - w / 2)}px, ${Math.round(y - tall / 2)}px)`;
    }
    const { node, groups } = drawEdges(drawing, {
      strong: (edge) => this.onChain(edge),
      onPoint: (edge) => this.pointEdge(edge),
    });
    this.edges = groups;
    this.picture.querySelector(".map-edges")?.remove();
    this.picture.prepend(node);
    this.picture.style.width = `${width}px`;
    this.picture.style.height = `${height}px`;
    this.picture.style.transform = `scale(${scale})`;
    this.sizer.style.width = `${width * scale}px`;
    this.sizer.style.height = `${height * scale}px`;
    this.shown = scale;
    this.zoomed.textContent = `${Math.round(scale * 100)} %`;
  }

  zoom(by) {
    if (by === 0) this.scale = null;
    else if (by > 0) this.scale = SCALES.find((scale) => scale > this.shown + 0.01) ?? SCALES.at(-1);
    else this.scale = SCALES.findLast((scale) => scale < this.shown - 0.01) ?? SCALES[0];
    this.arrange(true);
  }

  /** Drag the ground to move the picture; the wheel scrolls it as any box. */
  pan() {
    let from = null;
    this.scroll.addEventListener("pointerdown", (event) => {
      if (event.pointerType !== "mouse" || event.target.closest("button")) return;
      from = [event.clientX + this.scroll.scrollLeft, event.clientY + this.scroll.scrollTop];
      this.scroll.setPointerCapture(event.pointerId);
    });
    this.scroll.addEventListener("pointermove", (event) => {
      if (from) this.scroll.scrollTo(from[0] - event.clientX, from[1] - event.clientY);
    });
    for (const end of ["pointerup", "pointercancel"]) this.scroll.addEventListener(end, () => (from = null));
  }

  /** One node is in the tab order: the selected one, or the one that had the focus last. */
  rove(name = null) {
    const order = [...this.node.querySelectorAll(".map-node")];
    const wanted =
      this.buttons.get(name) ?? order.find((one) => one.tabIndex === 0) ?? this.buttons.get(this.selected) ?? order[0];
    for (const button of order) button.tabIndex = button === wanted ? 0 : -1;
  }

  key(event) {
    const here = event.target.closest?.(".map-node");
    const way = ARROWS[event.key];
    if (!here || !way || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    const centre = (node) => {
      const { left, top, width, height } = node.getBoundingClientRect();
      return [left + width / 2, top + height / 2];
    };
    const [x, y] = centre(here);
    const away = (node) => {
      const [dx, dy] = [centre(node)[0] - x, centre(node)[1] - y];
      const along = dx * way[0] + dy * way[1];
      return along > 4 ? along + 2.5 * Math.abs(dx * way[1] + dy * way[0]) : Infinity;
    };
    const others = [...this.node.querySelectorAll(".map-node")].filter(
      (node) => node !== here && away(node) < Infinity,
    );
    others.sort((a, b) => away(a) - away(b))[0]?.focus();
  }

  /** The node under the pointer or the focus: its edges stand out, with their figures. */
  point(name) {
    const active = name ?? [...this.buttons].find(([, button]) => button === document.activeElement)?.[0] ?? null;
    if (name && this.buttons.get(name) === document.activeElement) this.rove(name);
    const own = (edge) => edge.from === active || edge.to === active;
    this.picture.classList.toggle("is-pointed", active !== null && (this.edges ?? []).some(({ edge }) => own(edge)));
    for (const { edge, group } of this.edges ?? []) group.classList.toggle("is-near", own(edge));
    const grounds = this.graph.edges.filter((edge) => edge.ground && own(edge)).flatMap((edge) => [edge.from, edge.to]);
    for (const [other, button] of this.buttons)
      button.classList.toggle("is-related", other !== active && grounds.includes(other));
    this.label((edge) => own(edge));
    this.say(active);
  }

  pointEdge(edge) {
    if (!edge) return this.point(null);
    for (const one of this.edges) one.group.classList.toggle("is-near", one.edge === edge);
    this.picture.classList.add("is-pointed");
    this.label((one) => one === edge);
    replace(
      this.strip,
      h("bdi", { class: "map-said" }, edge.from),
      " calls ",
      h("bdi", { class: "map-said" }, edge.to),
      `: ${edge.guess ? "part of the true chain, not read in this episode" : edgeFigures(edge)}`,
    );
  }

  /** Labels of the edges for which `wanted` holds, moved apart where they would lie on one another. */
  label(wanted) {
    this.picture.querySelectorAll(".map-label").forEach((label) => label.remove());
    const taken = [];
    for (const { edge, middles } of this.edges ?? []) {
      const text = wanted(edge) ? edgeLabel(edge) : "";
      if (!text) continue;
      const half = text.length * 3.4 + 6;
      const within = (x) => Math.min(Math.max(x, half), parseFloat(this.picture.style.width) - half);
      const free = ([x, y]) => taken.every(([tx, ty, th]) => Math.abs(y - ty) >= 18 || Math.abs(x - tx) >= half + th);
      const places = [0, -18, 18, -36, 36].flatMap((move) => middles.map(([x, y]) => [within(x), y + move]));
      const [x, y] = places.find(free) ?? places[0];
      taken.push([x, y, half]);
      const label = h(
        "span",
        { class: `map-label ${edge.ok === false ? "is-failing" : ""}`, "aria-hidden": "true" },
        text,
      );
      label.style.left = `${Math.round(x)}px`;
      label.style.top = `${Math.round(y)}px`;
      this.picture.append(label);
    }
  }

  say(name) {
    const node = this.graph?.nodes.find((one) => one.name === name);
    if (!node) return replace(this.strip, ...legend());
    const sentences = [nodeFacts(node, { culprit: name === this.culprit }).join(", ")];
    for (const [side, verb] of [
      ["calledBy", "callers elsewhere"],
      ["calls", "calls elsewhere"],
    ]) {
      if (node.others[side].length)
        sentences.push(
          `${verb}: ${node.others[side].map((other) => `${other.name} ${edgeFigures(other)}`).join("; ")}`,
        );
    }
    const grounds = this.graph.edges.filter((edge) => edge.ground && edge.from === name);
    if (grounds.length) sentences.push(grounds.map((edge) => `${edge.kind} ${edge.to}`).join(", "));
    return replace(this.strip, h("bdi", { class: "map-said" }, name), `: ${sentences.join("; ")}`);
  }

  drawTable() {
    if (this.details.open && this.graph) replace(this.table, mapTable(this.graph, { culprit: this.culprit }));
  }
}

/**
 * The map of an episode.
 * @param {{onSelect: (service: string) => void, empty?: string}} options called for a click or Enter on a service;
 *   what is said while there is nothing to draw
 * @returns {{node: HTMLElement, update: Function}} `update(episode, selected, {chain, culprit}?)` draws what was read
 *   by then; `chain` lists services from the alerting one to the culprit, for the debrief
 */
export function serviceMap({ onSelect, empty = EMPTY }) {
  const map = new ServiceMap(onSelect, empty);
  return { node: map.node, update: (episode, selected, truth) => map.update(episode, selected, truth) };
}

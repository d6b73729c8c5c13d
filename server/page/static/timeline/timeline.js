/** One time line of an incident: changes read, first symptom, alert, what was done, and what came of it. */

import { clock } from "../format.js";
import { h, replace, svg } from "../dom.js";
import { marksOf } from "./marks.js";
import { playhead } from "./playhead.js";
import { scaleOf } from "./scale.js";

const GLYPHS = {
  change: "M8 2.5 13.5 8 8 13.5 2.5 8z",
  look: "M8 4a4 4 0 1 1 0 8 4 4 0 0 1 0-8z",
  held: "M3.5 8.5 6.8 12l6-8",
  harm: "M4 4l8 8M12 4l-8 8",
  none: "M4 8h8",
  recovery: "M8 13.5 3 8.6C.8 5.6 5 2.2 8 5.6c3-3.4 7.2 0 5 3z",
  submit: "M4 14V2.5h8.5L10.5 6l2 3.5H4",
};
const REPAIRED = { held: "held", "did harm": "harm", "was refused": "harm" };

const glyph = (name) =>
  svg("svg", { viewBox: "0 0 16 16", class: "tl-glyph", "aria-hidden": "true" }, svg("path", { d: GLYPHS[name] }));
const namesOf = (episode, fallback) => episode.agent ?? fallback;

class Timeline {
  constructor(onSelect) {
    this.onSelect = onSelect;
    this.plot = h("div", { class: "tl-plot" });
    this.scroll = h("div", { class: "tl-scroll" }, this.plot);
    this.labels = h("div", { class: "tl-labels", "aria-hidden": "true" });
    this.strip = h("p", { class: "tl-strip" });
    this.list = h("div", { class: "tl-list", role: "group", tabindex: "0", "aria-label": "Time line as a list" });
    this.details = h(
      "details",
      { class: "tl-details", on: { toggle: () => this.fillList() } },
      h("summary", null, "Time line as a list"),
      this.list,
    );
    this.head = playhead({ onMove: (step) => this.onSelect(step, { kind: "cursor", step }) });
    this.node = h(
      "section",
      { class: "tl", "aria-label": "Time line" },
      h("div", { class: "tl-body" }, this.labels, this.scroll),
      this.strip,
      this.details,
    );
    this.plot.addEventListener("keydown", (event) => this.key(event));
    new ResizeObserver(() => this.draw(false)).observe(this.scroll);
  }

  update(episode, { other = null, cursor = null, seen = episode, otherSeen = other, head = null } = {}) {
    const grown = !this.episode || this.episode.id !== episode.id || episode.steps.length > this.count;
    Object.assign(this, {
      episode,
      other,
      seen,
      cursor,
      walk: cursor === null ? null : (head ?? { episode, cursor }),
      count: episode.steps.length,
      marks: marksOf(seen),
      others: other ? marksOf(otherSeen) : null,
    });
    this.draw(true);
    if (grown && cursor === null) this.scroll.scrollLeft = this.plot.offsetWidth;
    if (cursor !== null) this.show(this.scale?.x(this.cursorMinute()) ?? 0);
    this.fillList();
    this.say(null);
  }

  cursorMinute() {
    const { episode, cursor } = this.walk;
    const step = episode.steps[Math.min(cursor, episode.steps.length) - 1];
    return step ? step.minute + step.took : 0;
  }

  show(x) {
    if (x < this.scroll.scrollLeft + 20 || x > this.scroll.scrollLeft + this.scroll.clientWidth - 20)
      this.scroll.scrollLeft = x - this.scroll.clientWidth / 2;
  }

  draw(changed) {
    const width = this.scroll.clientWidth;
    if (!this.episode || !width || (!changed && width === this.width)) return;
    this.width = width;
    const { episode, other, marks, others } = this;
    const [onset] = marks.ends;
    const merged = [
      ...new Map([...marks.changes, ...(others?.changes ?? [])].map((mark) => [mark.text, mark])).values(),
    ];
    const ends = [episode, ...(other ? [other] : [])].map((one) =>
      Math.max(one.minute, ...one.steps.map((step) => step.minute + step.took)),
    );
    const iso = episode.alert_clock;
    const offset = iso ? (Date.parse(iso) / 60000) % 1440 : null;
    const scale = scaleOf({
      first: Math.min(onset.minute, ...merged.map((mark) => mark.minute - 4)),
      onset: onset.minute,
      end: Math.max(...ends) + 1,
      width,
      offset,
      lead: marks.older.length ? 70 : 0,
    });
    this.scale = scale;
    const focused = this.plot.contains(document.activeElement) ? document.activeElement.dataset.key : null;
    const lanes = [this.lane(marks, "own", 0, this.cursor), ...(others ? [this.lane(others, "other", 1, null)] : [])];
    const until = this.recovered();
    const band = h("div", { class: "tl-band" });
    Object.assign(band.style, {
      left: `${scale.x(onset.minute)}px`,
      width: `${Math.max(0, scale.x(until) - scale.x(onset.minute))}px`,
    });
    const axis = scale.ticks.map(({ x, minute }) =>
      at(x, h("span", { class: "tl-tick" }, clock(iso, minute).replace("Z", ""))),
    );
    const folds = scale.folds.map((x) => at(x, h("span", { class: "tl-fold", title: "the scale changes here" })));
    const now =
      this.cursor === null && !episode.done ? [at(scale.x(episode.minute), h("span", { class: "tl-now" }))] : [];
    const first = h("div", { class: "tl-row tl-changes" }, ...this.changes(marks, merged));
    const rows = [
      band,
      h("div", { class: "tl-row tl-ends" }, ...marks.ends.map((mark) => this.end(mark))),
      first,
      ...lanes,
      h("div", { class: "tl-row tl-axis", "aria-hidden": "true" }, ...axis, ...folds),
      ...now,
    ];
    // The playhead stays where it is in the document: taken out, it would lose the focus and the pointer.
    const head = this.cursor === null ? null : this.head.node;
    for (const child of [...this.plot.children]) if (child !== head) child.remove();
    this.plot.prepend(...rows);
    if (head && !head.parentNode) this.plot.append(head);
    this.plot.style.width = `${scale.width}px`;
    replace(
      this.labels,
      h("span"),
      h("span", null, "changes"),
      h("span", { class: "tl-who" }, namesOf(episode, "you")),
      other ? h("span", { class: "tl-who" }, namesOf(other, "other")) : null,
      h("span", null, iso ? "UTC" : ""),
    );
    if (this.cursor !== null) this.head.update({ ...this.walk, x: (minute) => scale.x(minute) });
    this.rove(focused);
  }

  /** When the incident ended, as far as was read: the last recovery of an episode that resolved it, or now. */
  recovered() {
    const back = this.marks.own.filter((mark) => mark.kind === "recovery").map((mark) => mark.minute);
    if (back.length) return Math.max(...back);
    const end = this.seen.steps.at(-1);
    return this.cursor !== null ? this.cursorMinute() : end ? end.minute + end.took : 0;
  }

  changes(marks, merged) {
    const rows = [];
    const drawn = merged
      .sort((a, b) => a.minute - b.minute)
      .map((mark) => {
        const x = this.scale.x(mark.minute);
        const row = rows.findIndex((last) => x - last >= 15);
        const level = row >= 0 ? row : rows.length < 2 ? rows.push(0) - 1 : 0;
        rows[level] = x;
        const button = this.button(mark, x, "change");
        button.style.top = `${4 + level * 15}px`;
        return button;
      });
    if (!marks.older.length) return drawn;
    const last = marks.older.at(-1);
    const many = marks.older.length > 1 ? `${marks.older.length} older changes` : "1 older change";
    const text = `${many} read, the latest: ${last.text}`;
    const chip = this.button({ kind: "older", minute: last.minute, step: last.step, text, when: last.when }, 0, null);
    named(chip, `\u2039 ${marks.older.length} older`);
    return [chip, ...drawn];
  }

  end(mark) {
    const x = this.scale.x(mark.minute);
    const button = this.button(mark, x, null);
    named(button, mark.kind);
    button.classList.toggle("is-left", mark.kind === "onset" && x > 60);
    return button;
  }

  lane(marks, name, index, cursor) {
    const row = h("div", { class: `tl-row tl-lane is-${name}` });
    for (const mark of marks.own) {
      const from = this.scale.x(mark.minute);
      const to = this.scale.x(mark.minute + mark.took);
      const symbol = mark.kind === "repair" ? (REPAIRED[mark.outcome] ?? "none") : mark.kind;
      const button = this.button(mark, mark.kind === "repair" ? from : (from + to) / 2, symbol, index);
      if (mark.kind === "repair") button.style.width = `${Math.max(16, to - from - 2)}px`;
      if (mark.kind === "recovery") button.style.left = `${from + 6}px`;
      button.classList.toggle("is-future", cursor !== null && mark.step > cursor);
      row.append(button);
    }
    return row;
  }

  button(mark, x, symbol, lane = 0) {
    const outcome = mark.outcome ? `is-${REPAIRED[mark.outcome] ?? "none"}` : "";
    const node = h(
      "button",
      {
        type: "button",
        tabindex: "-1",
        class: `tl-mark is-${mark.kind} ${outcome} ${mark.error ? "is-error" : ""}`,
        "aria-label": `${mark.when}: ${mark.text}`,
        dataset: { key: `${lane} ${mark.kind} ${mark.step} ${mark.minute}` },
        on: {
          click: () => this.onSelect(mark.step, { ...mark, lane }),
          focus: () => (this.rove(node.dataset.key), this.say(mark)),
          blur: () => this.say(null),
          pointerenter: () => this.say(mark),
          pointerleave: () => this.say(null),
        },
      },
      symbol ? glyph(symbol) : null,
    );
    return at(x, node);
  }

  /** One mark is in the tab order; the arrows go to the next ones. */
  rove(key) {
    const all = [...this.plot.querySelectorAll(".tl-mark")];
    const wanted =
      all.find((one) => one.dataset.key === key) ??
      all.find((one) => one.tabIndex === 0) ??
      all.findLast((one) => one.closest(".is-own")) ??
      all[0];
    for (const one of all) one.tabIndex = one === wanted ? 0 : -1;
    if (
      key &&
      wanted?.dataset.key === key &&
      document.activeElement !== wanted &&
      !this.plot.contains(document.activeElement)
    )
      wanted.focus({ preventScroll: true });
  }

  key(event) {
    if (!event.target.classList?.contains("tl-mark")) return;
    const all = [...this.plot.querySelectorAll(".tl-mark")].sort(
      (a, b) => parseFloat(a.style.left) - parseFloat(b.style.left),
    );
    const here = all.indexOf(event.target);
    const to = {
      ArrowLeft: here - 1,
      ArrowUp: here - 1,
      ArrowRight: here + 1,
      ArrowDown: here + 1,
      Home: 0,
      End: all.length - 1,
    }[event.key];
    if (to === undefined || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    all[Math.min(Math.max(to, 0), all.length - 1)].focus();
  }

  say(mark) {
    if (mark)
      return replace(
        this.strip,
        h("span", { class: "tl-when" }, mark.when),
        " ",
        h("bdi", null, mark.text),
        mark.said ? h("bdi", { class: "tl-said" }, ` ${mark.said}`) : null,
        mark.words ? h("bdi", { class: "tl-words" }, ` \u201c${mark.words}\u201d`) : null,
      );
    const key = (kind, name, text) =>
      h("span", { class: "tl-key" }, h("span", { class: `tl-key-mark is-${kind}` }, glyph(name)), text);
    return replace(
      this.strip,
      key("change", "change", "change"),
      key("look", "look", "look"),
      key("repair is-held", "held", "repair that held"),
      key("repair is-none", "none", "without effect"),
      key("repair is-harm", "harm", "harm or refused"),
      key("recovery", "recovery", "back to normal"),
      key("submit", "submit", "answer"),
    );
  }

  fillList() {
    if (!this.details.open || !this.episode) return;
    const entries = (marks) =>
      h("ol", null, ...marks.map((mark) => h("li", null, `${mark.when}: `, h("bdi", null, mark.text))));
    const { marks, others } = this;
    replace(
      this.list,
      entries([...marks.older, ...[...marks.changes, ...marks.ends, ...marks.own].sort((a, b) => a.minute - b.minute)]),
      others
        ? [h("p", null, `The other episode, by ${namesOf(this.other, "another player")}:`), entries(others.own)]
        : null,
    );
  }
}

/** Gives a mark a visible text, with which its spoken name then begins. */
function named(button, text) {
  button.append(text);
  button.setAttribute("aria-label", `${text}, ${button.getAttribute("aria-label")}`);
}

function at(x, node) {
  node.style.left = `${Math.round(x * 10) / 10}px`;
  return node;
}

/**
 * The time line of an episode.
 * @param {{onSelect: (step: number, mark: {kind: string, step: number, lane: number, service?: string}) => void}} options called
 *   for a click or Enter on a mark (`lane` 1: of the second lane), and while the playhead moves (kind `cursor`); the step is 0 for what came before
 *   the first, and of a change the one that read it
 * @returns {{node: HTMLElement, update: Function}} `update(episode, {other, cursor}?)`: `other` is an Episode for a
 *   second lane, `cursor` the number of steps that a replay shows; with `seen` and `otherSeen`, Episodes up to there,
 *   nothing that comes later is drawn; `head` ({episode, cursor}) are the steps of the playhead where they are others
 */
export function timeline({ onSelect }) {
  const line = new Timeline(onSelect);
  return { node: line.node, update: (episode, options) => line.update(episode, options) };
}

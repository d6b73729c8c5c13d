/** A list of which only the rows in sight are in the document, for logs of any length. */

import { h } from "../dom.js";

const ROW = 22; // px, the height of a row that does not wrap
const SPARE = 12; // rows above and below those in sight

/** Rows that may wrap; they are then all in the document. */
export const WRAPPED_UP_TO = 200;

let lists = 0;

/**
 * A listbox with one Tab stop: arrow keys move among its rows, Enter chooses one.
 * @param {{label: string, row: (index: number) => Node[], rowClass: (index: number) => string,
 *   onChoose: (index: number) => void}} options
 * @returns {{node: HTMLElement, show: (count: number, wraps: boolean, chosen: number) => void}}
 */
export function virtualList({ label, row, rowClass, onChoose }) {
  const id = `list-${(lists += 1)}`;
  const box = h("div", { class: "vl-rows", role: "presentation" });
  const node = h("div", { class: "vl", role: "listbox", tabindex: "0", "aria-label": label }, box);
  let count = 0,
    wrapped = false,
    active = -1,
    drawn = "";

  function draw() {
    const height = node.clientHeight || 400;
    const first = wrapped ? 0 : Math.max(0, Math.floor(node.scrollTop / ROW) - SPARE);
    const last = wrapped ? count : Math.min(count, Math.ceil((node.scrollTop + height) / ROW) + SPARE);
    const sign = `${first} ${last} ${active}`;
    if (sign === drawn) return;
    drawn = sign;
    box.style.paddingTop = wrapped ? "0" : `${first * ROW}px`;
    box.style.paddingBottom = wrapped ? "0" : `${(count - last) * ROW}px`;
    box.replaceChildren(...Array.from({ length: last - first }, (_, n) => option(first + n)));
    if (active >= 0) node.setAttribute("aria-activedescendant", `${id}-${active}`);
    else node.removeAttribute("aria-activedescendant");
  }

  function option(index) {
    return h(
      "div",
      {
        id: `${id}-${index}`,
        role: "option",
        class: `vl-row ${rowClass(index)}`,
        "aria-setsize": String(count),
        "aria-posinset": String(index + 1),
        "aria-selected": String(index === active),
        on: { click: () => choose(index) },
      },
      ...row(index),
    );
  }

  function choose(index) {
    active = index;
    draw();
    onChoose(index);
  }

  function move(index) {
    active = Math.min(count - 1, Math.max(0, index));
    if (!wrapped) {
      if (active * ROW < node.scrollTop) node.scrollTop = active * ROW;
      else if ((active + 1) * ROW > node.scrollTop + node.clientHeight)
        node.scrollTop = (active + 1) * ROW - node.clientHeight;
    }
    draw();
    if (wrapped) box.children[active]?.scrollIntoView({ block: "nearest" });
    onChoose(active);
  }

  node.addEventListener("scroll", draw, { passive: true });
  new ResizeObserver(draw).observe(node);
  node.addEventListener("keydown", (event) => {
    const page = Math.max(1, Math.floor(node.clientHeight / ROW) - 1);
    const to = {
      ArrowDown: active + 1,
      ArrowUp: active < 0 ? count - 1 : active - 1,
      PageDown: active + page,
      PageUp: active - page,
      Home: 0,
      End: count - 1,
    }[event.key];
    if (to === undefined || !count || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    move(to);
  });

  function show(rows, wraps, chosen) {
    count = rows;
    wrapped = wraps && rows <= WRAPPED_UP_TO;
    active = chosen;
    drawn = "";
    node.classList.toggle("wraps", wrapped);
    draw();
  }

  return { node, show };
}

/** Tables of evidence in scrollers of their own, with one Tab stop for all the buttons of their rows. */

import { h } from "../dom.js";

/**
 * A table with a caption for screen readers.
 * @param {string} caption
 * @param {{text: string, number?: boolean, hidden?: boolean, content?: Node[], class?: string}[]} heads
 *   `content` stands for the text where it is more than that
 * @param {HTMLElement[]} rows
 * @returns {HTMLElement}
 */
export function table(caption, heads, rows, className = "") {
  const cells = heads.map(({ text, number, hidden, content, class: more = "" }) =>
    h(
      "th",
      { scope: "col", class: `${number ? "num" : ""} ${more}`.trim() },
      ...(hidden ? [h("span", { class: "unseen" }, text)] : (content ?? [text])),
    ),
  );
  const node = h(
    "table",
    { class: `ev-table ${className}`.trim() },
    h("caption", { class: "unseen" }, caption),
    h("thead", {}, h("tr", {}, ...cells)),
    h("tbody", {}, ...rows),
  );
  return scroller(caption, node);
}

/** Something wide in a scroller that the keyboard reaches. */
function scroller(label, ...children) {
  const node = h("div", { class: "ev-scroll", role: "group", "aria-label": label, tabindex: "0" }, ...children);
  roving(node, "button.pin");
  return node;
}

/** A cell with figures. */
export const figureCell = (className, ...children) => h("td", { class: `num ${className}`.trim() }, ...children);

/**
 * Makes one Tab stop of the controls that fit a selector: arrow keys, Home and End move among them.
 * @param {HTMLElement} root
 * @param {string} selector
 * @returns {() => void} to be called after the controls were replaced
 */
export function roving(root, selector) {
  const stop = (chosen) => {
    for (const each of root.querySelectorAll(selector)) each.setAttribute("tabindex", each === chosen ? "0" : "-1");
  };
  const refresh = () => stop(root.querySelector(`${selector}[aria-current="true"]`) ?? root.querySelector(selector));
  root.addEventListener("focusin", (event) => event.target.matches(selector) && stop(event.target));
  root.addEventListener("keydown", (event) => {
    if (!event.target.matches(selector) || event.altKey || event.ctrlKey || event.metaKey) return;
    const among = [...root.querySelectorAll(selector)].filter((each) => each.getClientRects().length);
    const here = among.indexOf(event.target),
      last = among.length - 1;
    const [next, back] = [Math.min(last, here + 1), Math.max(0, here - 1)];
    const to = { ArrowDown: next, ArrowRight: next, ArrowUp: back, ArrowLeft: back, Home: 0, End: last }[event.key];
    if (to === undefined) return;
    event.preventDefault();
    among[to].focus();
  });
  refresh();
  return refresh;
}

/** The button that pins a line of evidence to the notes. */
export function pinButton(context, text) {
  const pinned = context.isPinned(text);
  return h(
    "button",
    {
      type: "button",
      class: "pin",
      "aria-pressed": String(pinned),
      "aria-label": `Pin: ${text}`,
      title: "Pin to the notes",
      on: {
        click: (event) => {
          const now = context.pin(text);
          event.currentTarget.setAttribute("aria-pressed", String(now));
        },
      },
    },
    h("span", { "aria-hidden": "true" }, "\u2605"),
  );
}

/** A line of remarks about the evidence itself. */
export const notes = (context, list) =>
  list.length ? h("ul", { class: "ev-notes" }, ...list.map((note) => h("li", {}, context.mark(note)))) : null;

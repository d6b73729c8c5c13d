// Looks at the selected service: a button each, with price and key, and its options one more click.

import { bdi, h, replace } from "./dom.js";
import { count } from "./format.js";
import { field, readFields } from "./fields.js";

/**
 * @param {import("./session.js").Session} session
 * @param {(action: string, parameters: object) => Promise<void>} take takes a step; throws what is to be seen here
 * @param {(() => void)|null} onRepairs goes to the repairs, which are out of sight below the tools on a small screen
 * @returns {{node: HTMLElement, update: (selected: string) => void, take: (name: string) => void}}
 */
export function tools(session, take, onRepairs = null) {
  const looks = session.actions("look");
  const said = h("div", { class: "said", "data-testid": "tools-said" });
  const rows = new Map(looks.map((look) => [look.name, row(look)]));
  const title = h("h2", { id: "tools-title" });
  const node = h("section", { class: "pane pane-tools", "aria-labelledby": "tools-title", "data-once": true }, title,
    h("p", { class: "hint" }, price(looks)), h("div", { class: "tools" }, [...rows.values()].map((one) => one.node),
      onRepairs && h("button", { type: "button", class: "button repair to-repairs", on: { click: onRepairs } }, "Repairs ↓")), said);
  let selected = null;

  function row(look) {
    const name = h("span", { class: "tool-name" }, look.label);
    const state = h("span", { class: "tool-state" });
    const button = h("button", { type: "button", class: "button tool", title: look.description, on: { click: () => run(look.name) } },
      h("kbd", { "aria-hidden": "true" }, look.key.toUpperCase()), name, state, h("span", { class: "tool-price" }, `${look.minutes} min`));
    const options = look.optional.map((parameter) => field(parameter));
    const more = options.length ? optionsOf(look, options) : null;
    return { node: h("div", { class: "tool-row" }, button, more), button, state, look };
  }

  function optionsOf(look, options) {
    return h("details", { class: "tool-options" }, h("summary", { class: "button quiet", "aria-label": `Options of ${look.label}`, title: `Options of ${look.label}` }, "⋯"),
      h("form", { on: { submit: (event) => {
        event.preventDefault();
        try {
          run(look.name, readFields(options));
        } catch (error) {
          show(error);
        }
      } } }, options.map((one) => one.node), h("button", { class: "button" }, `${look.label} with these`)));
  }

  async function run(name, narrowed = {}) {
    if (!selected) return;
    replace(said);
    try {
      await take(name, { service: selected, ...narrowed });
    } catch (error) {
      show(error);
    }
  }

  function show(error) {
    replace(said, h("p", { class: "notice danger", role: "alert" }, bdi(error.message)));
  }

  return {
    node,
    take: run,
    show,
    update(now) {
      selected = now;
      const { episode } = session;
      replace(title, "Look at ", bdi(now));
      for (const { button, state, look } of rows.values()) {
        const read = episode.steps.filter(({ evidence }) => evidence?.tool === look.name && evidence.service === now).at(-1);
        state.textContent = read ? `✓ step ${read.number}` : "";
        state.title = read ? `Read at step ${read.number}; the same look again earns nothing` : "";
        button.setAttribute("aria-disabled", String(session.busy || session.gone || episode.done));
      }
    },
  };
}

function price(looks) {
  const minutes = [...new Set(looks.map((look) => look.minutes))];
  return minutes.length === 1 ? `A look takes a step and ${count(minutes[0], "minute")}.` : "A look takes a step and its minutes.";
}

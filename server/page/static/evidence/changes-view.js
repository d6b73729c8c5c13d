/** Changes of a service, newest first, and the diff of one of them. */

import { h } from "../dom.js";
import { notes, pinButton } from "./table.js";

const RECENT = 24 * 60; // minutes up to which a change stands out

/**
 * @param {object} data of `parseChanges`
 * @param {object} context of the pane; its `look` asks for a diff, where it is given
 * @returns {HTMLElement}
 */
export function changesView(data, context) {
  const items = data.changes.map((change) =>
    h(
      "li",
      { class: change.minutes <= RECENT ? "recent" : "" },
      h("span", { class: "ago" }, context.mark(`${change.ago} ago`)),
      h("div", {}, h("p", {}, context.mark(change.title)), h("p", { class: "quiet" }, ...meta(change, context))),
      h(
        "span",
        { class: "acts" },
        change.id && context.look ? diffButton(change, context) : null,
        pinButton(
          context,
          `${change.at.replace("T", " ")} ${[change.id, change.version, change.title].filter(Boolean).join(" ")}`,
        ),
      ),
    ),
  );
  return h("div", {}, notes(context, data.notes), h("ol", { class: "changes" }, ...items));
}

function meta(change, context) {
  const parts = [change.at.replace("T", " "), change.version, change.id, `by ${change.author}`].filter(Boolean);
  return parts.flatMap((part, n) => [n ? " \u00b7 " : "", context.mark(part)]);
}

function diffButton(change, context) {
  const act = () =>
    context.look({
      tool: "check_recent_deploys",
      service: context.reading.service,
      parameters: { change_id: change.id },
    });
  return h(
    "button",
    { type: "button", class: "ev-toggle", "data-once": true, "aria-label": `Read the diff of ${change.id}`, on: { click: act } },
    "Diff",
  );
}

const SIGNS = { "+": ["added", "added"], "-": ["removed", "removed"], " ": ["", "unchanged"] };

/**
 * @param {object} data of `parseDiff`
 * @param {object} context of the pane
 * @returns {HTMLElement}
 */
export function diffView(data, context) {
  const rows = data.rows.map((row) =>
    h(
      "div",
      { class: `diff-row ${SIGNS[row.sign][0]}` },
      h("span", { class: "unseen" }, `${SIGNS[row.sign][1]}: `),
      h("span", { class: "sign", "aria-hidden": "true" }, row.sign),
      h("code", {}, context.mark(row.text)),
    ),
  );
  return h(
    "div",
    {},
    h("p", {}, context.mark(data.title)),
    h("p", { class: "quiet" }, context.mark(`${data.id} \u00b7 ${data.at.replace("T", " ")} \u00b7 by ${data.author}`)),
    rows.length ? h("div", { class: "diff" }, ...rows) : null,
    pinButton(
      context,
      `${data.id} ${data.title}: ${data.rows
        .filter((row) => row.sign !== " ")
        .map((row) => row.sign + row.text)
        .join(" ")}`,
    ),
  );
}

/** The list of episodes: filters, order and pages. */

import { bdi, h, replace } from "page/dom.js";
import { count, number } from "page/format.js";
import { ASKED, addressOf } from "./address.js";
import { episodes } from "./episodes.js";

const PAGE = 50;

const RESULTS = {
  success: (row, threshold) => row.graded && row.grade >= threshold,
  failure: (row, threshold) => row.graded && row.grade < threshold,
  error: (row) => !row.graded,
};
const ORDERS = {
  worst: (a, b) => b.graded - a.graded || a.grade - b.grade,
  best: (a, b) => b.graded - a.graded || b.grade - a.grade,
  longest: (a, b) => b.steps - a.steps,
  mistakes: (a, b) => b.mistakes - a.mistakes,
  tokens: (a, b) => b.tokens - a.tokens,
};
const SEARCHED = ["task", "split", "family", "scenario"];
const words = (name) => name.replaceAll("_", " ");

/**
 * @param {{threshold: number}} options the least grade that is a success
 * @returns {{ask: (asked: object) => void, address: () => string, found: () => object[], reach: (row: object) => void}}
 *   `ask` filters as an address says; `address` is that of the list as it is; `found` are its episodes in order;
 *   `reach` turns to the page of an episode and puts the focus on it
 */
export function episodeList({ threshold }) {
  const form = document.getElementById("filters");
  const at = (id) => document.getElementById(id);
  let found = [];
  let first = 0;

  const asked = () => Object.fromEntries(ASKED.map((name) => [name, form.elements[name].value]));

  function search() {
    const { text, result, order, lost, ...same } = asked();
    const wanted = text.trim().toLowerCase();
    const exact = Object.entries(same).filter(([, value]) => value !== "");
    found = episodes.filter(
      (row) =>
        exact.every(([field, value]) => row[field] === value) &&
        (!lost || row.lost.includes(lost)) &&
        (!result || RESULTS[result](row, threshold)) &&
        (!wanted || SEARCHED.some((field) => row[field].toLowerCase().includes(wanted))),
    );
    if (ORDERS[order]) found.sort((a, b) => ORDERS[order](a, b) || a.number - b.number);
    show(0);
  }

  function show(start) {
    first = start;
    const shown = found.slice(first, first + PAGE);
    replace(at("list"), shown.map(item));
    at("count").textContent = `${count(found.length, "episode")} of ${number(episodes.length)}`;
    at("pages").hidden = found.length <= PAGE;
    at("where").textContent = `${number(first + 1)} to ${number(first + shown.length)}`;
    at("previous").disabled = first === 0;
    at("next").disabled = first + PAGE >= found.length;
  }

  function item(row) {
    const kind = row.graded ? (row.grade >= threshold ? "is-good" : "") : "is-bad";
    const facts = [words(row.task), row.difficulty, row.split, `trial ${row.trial + 1}`, count(row.steps, "step")];
    return h(
      "li",
      null,
      h(
        "a",
        { class: "episode", href: addressOf({ episode: row.key }) },
        h("b", { class: kind }, row.graded ? row.grade.toFixed(3) : "error"),
        h("span", null, bdi(row.scenario), row.family === row.scenario ? null : [" ", h("small", null, bdi(row.family))]),
        h("span", { class: "facts" }, bdi(facts.join(" · "))),
      ),
    );
  }

  function fill(name, values) {
    for (const value of [...new Set(values)].sort()) form.elements[name].append(h("option", { value }, words(value)));
  }

  function turn(pages) {
    show(first + pages * PAGE);
    form.scrollIntoView();
  }

  for (const name of ["task", "difficulty", "family"]) fill(name, episodes.map((row) => row[name]));
  fill("lost", episodes.flatMap((row) => row.lost));
  const changed = () => {
    search();
    history.replaceState(null, "", addressOf(asked()));
  };
  form.addEventListener("input", changed);
  form.addEventListener("submit", (event) => event.preventDefault());
  form.addEventListener("reset", () => setTimeout(changed));
  at("previous").addEventListener("click", () => turn(-1));
  at("next").addEventListener("click", () => turn(1));

  return {
    ask: (wanted) => {
      for (const name of ASKED) {
        form.elements[name].value = wanted[name] ?? "";
        if (form.elements[name].selectedIndex === -1) form.elements[name].value = "";
      }
      search();
    },
    address: () => addressOf(asked()),
    found: () => found,
    reach: (row) => {
      const place = found.indexOf(row);
      if (place < 0) return;
      if (place < first || place >= first + PAGE) show(Math.floor(place / PAGE) * PAGE);
      at("list").children[place - first].firstChild.focus();
    },
  };
}

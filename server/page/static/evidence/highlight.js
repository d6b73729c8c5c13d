/** Marks what is searched for in the texts of evidence. */

import { h } from "../dom.js";

const LONGEST = 80; // characters of a word without a place to break
const AFTER_LONGEST = new RegExp(`(\\S{${LONGEST}})(?=\\S)`, "u");

/** The places of a phrase in a text, without regard to case. */
function placesOf(text, phrase) {
  const low = text.toLowerCase();
  if (!phrase || low.length !== text.length) return []; // some letters change their length
  const found = [];
  for (let at = low.indexOf(phrase); at >= 0; at = low.indexOf(phrase, at + phrase.length)) found.push(at);
  return found;
}

/** What is looked for, as it is compared. */
export const wanted = (query) => query.trim().toLowerCase();

/** How often a text holds what is searched for. */
export const hits = (text, query) => placesOf(text, wanted(query)).length;

/** Whether a text holds a query; any does where nothing is asked for. */
export const fits = (text, query) => !wanted(query) || text.toLowerCase().includes(wanted(query));

/** A text with places to break very long words at: browsers take seconds to lay out one of thousands of letters. */
function broken(text) {
  const parts = text.split(AFTER_LONGEST).filter(Boolean);
  return parts.flatMap((part, n) => (n ? [h("wbr", {}), part] : [part]));
}

/**
 * Writes texts as nodes, what any of the queries asks for in `<mark>`, each text isolated from the order around it.
 * @param {...string} queries
 * @returns {(text: string) => HTMLElement}
 */
export function marker(...queries) {
  const phrases = queries.map(wanted).filter(Boolean);
  return (text) => {
    const parts = [];
    let from = 0;
    const spans = phrases.flatMap((phrase) => placesOf(text, phrase).map((at) => [at, at + phrase.length]));
    for (const [begin, end] of spans.sort((one, other) => one[0] - other[0])) {
      if (begin < from) continue;
      parts.push(...broken(text.slice(from, begin)), h("mark", {}, ...broken(text.slice(begin, end))));
      from = end;
    }
    return h("bdi", {}, ...parts, ...broken(text.slice(from)));
  };
}

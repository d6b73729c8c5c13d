// The console: one node, the place that the address names on it, and what outlasts every place.

import { api, ApiError } from "./api.js";
import { bdi, h, replace } from "./dom.js";
import { go, note, onPlace, readPlace } from "./router.js";
import { keepHere, keptHere } from "./store.js";
import { masthead } from "./masthead.js";
import { pressesOnce } from "./once.js";
import { Session } from "./session.js";
import { askToken, confirmLeaving } from "./asks.js";
import { landing } from "./landing.js";

const TITLE = "Cloud Incident Response";
const SLOW = 400; // milliseconds after which a place that is not there yet is said to be loading
const root = document.getElementById("console") ?? h("div", { id: "console" });
const live = h("p", { class: "sr-only", role: "status", "aria-live": "polite" });
const place = h("div", { class: "place" });
const asked = h("div", { class: "asks" });
const context = { go, say, title, replaceEpisode: go, start, put, ask: asked, catalogue: null, session: null };
let screen = null; // {node, leave?} of the present place
let turn = 0; // counts places, so that an answer that comes late is not shown over another place

root.replaceChildren(place, asked, live);
if (!root.isConnected) document.body.prepend(root);
settle();
pressesOnce();
boot();

/** Gradio builds its page around the host of the console some time later. */
function settle() {
  const host = document.getElementById("console-host");
  if (!host) {
    const observer = new MutationObserver(() => {
      if (document.getElementById("console-host")) (observer.disconnect(), settle());
    });
    observer.observe(document.body, { childList: true, subtree: true });
    return;
  }
  withoutMain(host);
  const focused = document.activeElement;
  if (host.moveBefore && root.isConnected) host.moveBefore(root, null);
  else host.append(root);
  // Gradio shows its page some frames later, and what is hidden meanwhile loses the focus.
  for (const wait of [0, 100, 400, 1_000]) setTimeout(() => refocus(focused), wait);
  const named = document.title;
  new MutationObserver(() => document.title === TITLE && current !== TITLE && (document.title = current))
    .observe(document.querySelector("title"), { childList: true });
  document.title = named;
}

/** Puts a plain element in place of Gradio's main one: every place has a main part of its own, with the masthead outside of it. */
function withoutMain(host) {
  const main = host.closest("main");
  if (!main) return;
  const plain = h("div", { class: main.className });
  main.replaceWith(plain);
  plain.append(...main.childNodes);
}

function refocus(node) {
  if (document.activeElement === document.body && root.contains(node)) node.focus({ preventScroll: true });
}

/** Says a result to who cannot see it. */
function say(text) {
  live.textContent = "";
  setTimeout(() => (live.textContent = text), 30);
}

let current = TITLE;

/** The title of the document, with the page's name after it. */
function title(words) {
  current = words ? `${words} · ${TITLE}` : TITLE;
  document.title = current;
}

async function boot() {
  show({ node: message("The console is loading.") });
  try {
    context.catalogue = await api.catalogue();
  } catch (error) {
    show({ node: failure(error, boot) });
    return;
  }
  onPlace(open);
}

/** Opens a place of `router.js`. */
async function open(wanted, { went = false } = {}) {
  const mine = ++turn;
  const { session } = context;
  if (wanted.place === "episode" && session?.id === wanted.episode && screen?.session === session) return;
  if (underWay() && screen?.session === session && !(await confirmLeaving(asked, session))) {
    note(`?episode=${encodeURIComponent(session.id)}`, { replace: went });
    return;
  }
  const slow = setTimeout(() => (place.setAttribute("aria-busy", "true"), say("Loading.")), SLOW);
  try {
    const opened = await openers[wanted.place]?.(wanted);
    if (mine !== turn) return;
    if (opened) show(opened);
    else show({ node: failure(new ApiError(404, `There is no place “${wanted.place}” on this page.`)) });
  } catch (error) {
    if (mine !== turn) return;
    if (!(error instanceof ApiError)) throw error;
    if (error.status === 401 && (await askToken(asked, error))) return open(wanted, { went });
    show({ node: failure(error, () => open(wanted), wanted) });
  } finally {
    clearTimeout(slow);
    if (mine === turn) place.removeAttribute("aria-busy");
  }
}

/** The screen of an incident, which a visitor of the landing needs a moment later. */
const playing = () => import("./play.js");

const openers = {
  landing: (wanted) => (setTimeout(playing, 1_500), landing(context, wanted)),
  incident: async (wanted) => (await openIncident(wanted)) ?? (note(""), landing(context, { place: "landing" })),
  episode: openEpisode,
  help: async () => (await later(() => import("./help.js"))).help(context),
  watch: async (wanted) => (await later(() => import("./watch/place.js"))).watchPlace(context, wanted),
  run: async (wanted) => (await later(() => import("./runs/place.js"))).runPlace(context, wanted),
  scores: async () => (await later(() => import("./scores.js"))).scores(context),
};

/** A module of a place that few visits open. */
async function later(load) {
  try {
    return await load();
  } catch (error) {
    console.warn(error);
    throw new ApiError(0, "This part of the page could not be loaded. Try again in a moment.");
  }
}

function underWay() {
  const { session } = context;
  return session && !session.gone && !session.episode.done && session.episode.steps.length > 0;
}

/** Null where the token that the server wants was not given. */
async function openIncident({ options, guide }, { replace: instead = true } = {}) {
  if (context.catalogue.needs_token && !api.hasToken() && !(await askToken(asked))) return null;
  const screen = playing();
  context.session = await started(options);
  if (!context.session) return null;
  if (guide) keepHere("guide", context.session.id);
  note(`?episode=${encodeURIComponent(context.session.id)}`, { replace: instead });
  return (await screen).play(context, context.session);
}

/** A session; asks for the token again where it was wrong, until none is given. */
async function started(options) {
  for (;;) {
    try {
      return await Session.start(options, context.catalogue);
    } catch (error) {
      if (error.status !== 401) throw error;
      if (!(await askToken(asked, error))) return null;
    }
  }
}

async function openEpisode({ episode, step }) {
  const screen = playing();
  context.session = await Session.load(episode, context.catalogue);
  return (await screen).play(context, context.session, { step });
}

/**
 * Starts the incident of a query, in place of what is on the screen: for buttons, which show themselves what went wrong.
 * Throws an ApiError.
 */
async function start(query) {
  const mine = ++turn;
  const opened = await openIncident(readPlace(query), { replace: false });
  if (opened && mine === turn) show(opened);
}

/** Shows a place that another one has made, for an address that is written already. */
function put(opened) {
  ++turn;
  show(opened);
}

function show(opened) {
  screen?.leave?.();
  place.removeAttribute("aria-busy");
  screen = opened;
  replace(place, opened.node);
  opened.shown?.();
  if (opened.heading) opened.heading.focus({ preventScroll: true });
}

function message(text) {
  return h("div", { class: "message" }, h("p", { role: "status" }, text));
}

function failure(error, again, wanted) {
  const lost = error.status === 404 && wanted?.place === "episode";
  const options = lost ? keptHere(`incident:${wanted.episode}`) : null;
  title(lost ? "Episode gone" : "Something went wrong");
  const heading = h("h1", { tabindex: "-1" }, lost ? "This episode is gone" : "This did not work");
  const node = h("div", null, masthead(context), h("main", { class: "message" }, h("div", { class: "card" },
    heading,
    h("p", { class: "notice danger", role: "alert" }, bdi(error.message)),
    lost && h("p", null, "A server keeps episodes in memory: it forgets them when it is started anew, when nobody plays them for long, or to make room."),
    h("p", { class: "row" },
      options && h("button", { type: "button", class: "button primary", on: { click: () => go(options) } }, "Start the same incident anew"),
      !lost && again && h("button", { type: "button", class: "button primary", on: { click: again } }, "Try again"),
      h("button", { type: "button", class: "button", on: { click: () => go("") } }, "Choose an incident")))));
  setTimeout(() => heading.focus());
  return node;
}

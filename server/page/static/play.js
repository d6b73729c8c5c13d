// The screen of an incident: bar, alert, map, evidence, tools, repairs, notes, time line, and at the end the debrief.

import { alertCard } from "./alert.js";
import { ApiError, api } from "./api.js";
import { bar } from "./bar.js";
import { bdi, h, replace } from "./dom.js";
import { evidencePane } from "./evidence/index.js";
import { clock, signed } from "./format.js";
import { guide } from "./guide.js";
import { keys, showKeys } from "./keys.js";
import { serviceMap } from "./map/map.js";
import { notes } from "./notes.js";
import { repairs } from "./repairs.js";
import { incidentQuery } from "./router.js";
import { servicePicker } from "./services.js";
import { sheets } from "./sheets.js";
import { keepEnded, keepHere, keepRun, keptHere } from "./store.js";
import { answer } from "./submit.js";
import { timeline } from "./timeline/timeline.js";
import { tools } from "./tools.js";

/**
 * @param {object} context of app.js @param {import("./session.js").Session} session
 * @param {{step?: number}} [at] the step whose evidence is opened first
 * @returns {{node: HTMLElement, session: object, shown: () => void, leave: () => void}}
 */
export function play(context, session, { step: first } = {}) {
  const query = incidentQuery(session.episode.options);
  keepHere(`incident:${session.id}`, query);
  let selected = startingService(session.episode);
  let finished = false;

  const again = () => context.replaceEpisode(query);
  const top = bar(context, session, { onKeys: () => showKeys(context.ask, session), onAgain: again });
  const map = serviceMap({ onSelect: select });
  const line = timeline({ onSelect: (number) => showStep(number) });
  const written = notes(session.id);
  const evidence = evidencePane({ episode: session.episode, onSelect: ({ service }) => service && select(service), onPin: pinned, onLook: ({ tool, service, parameters }) => {
    select(service);
    looking.take(tool, parameters);
  } });
  const picker = servicePicker(session.episode, select);
  const repairing = repairs(session, take);
  const looking = tools(session, take, repairing && (() => repairing.show()));
  const result = h("div", { class: "result", "data-testid": "result" });
  const submission = session.actions("submit")[0];
  const submitButton = h("button", { type: "button", class: "button primary submit", on: { click: () => submit() } },
    h("kbd", { "aria-hidden": "true" }, submission.key.toUpperCase()), ANSWERS[submission.name] ?? "Answer");
  const coach = keptHere("guide") === session.id ? guide(session) : null;
  const ended = h("main", { class: "ended", hidden: true });
  const main = h("main", { class: "board" },
    h("div", { class: "column left" }, alertCard(session.episode), h("div", { class: "pane pane-map" }, map.node)),
    h("section", { class: "column middle pane-evidence", "aria-label": "What was read" }, coach?.node, result, evidence.node),
    h("div", { class: "column right" }, picker.node, looking.node, repairing?.node, written.node, h("div", { class: "pane pane-submit" }, submitButton)),
    h("div", { class: "pane pane-line" }, line.node));
  const node = h("div", { class: "play" }, top.node, main, ended);
  const sheet = sheets(main, session, () => submit());
  node.append(sheet.node);

  function select(name) {
    if (!session.episode.services.includes(name)) return;
    selected = name;
    draw();
  }

  function showStep(number) {
    const index = session.episode.steps.filter((step) => step.evidence && step.number <= number).length - 1;
    const taken = session.episode.steps[number - 1];
    if (taken?.evidence) (evidence.show(index), sheet.close());
    if (taken) tell(taken);
  }

  function pinned({ pin, pinned: isNew }) {
    if (isNew) written.pin({ text: pin.text, from: `${pin.service}, ${pin.date}` });
    else written.unpin({ text: pin.text });
  }

  async function take(action, parameters) {
    let step;
    try {
      step = await session.step(action, parameters);
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      if (error.status === 404) gone();
      if (error.status === 409) evidence.update(session.episode);
      throw error;
    }
    if (!step) return null;
    evidence.update(session.episode);
    if (step.evidence) evidence.show(session.episode.steps.filter((one) => one.evidence).length - 1);
    tell(step);
    sheet.close();
    context.say(spoken(step));
    coach?.update();
    if (session.episode.done) setTimeout(finish); // once the dialog of the answer has closed
    return step;
  }

  /** What a step brought, first of all that is shown. */
  function tell(step) {
    const tone = step.error != null ? "danger" : step.reward < 0 ? (step.evidence ? "warn" : "danger") : step.reward > 0 ? "good" : "";
    replace(result, h("p", { class: `notice ${tone}` },
      h("b", null, `Step ${step.number} · ${clock(session.episode.alert_clock, step.minute)} `), h("span", { class: "number" }, signed(step.reward), " "), bdi(step.error ?? (step.evidence ? `${context.catalogue.actions[step.action].label} of ${step.evidence.service}: ${step.reason}.` : step.feedback)),
      !step.error && !step.evidence && step.reason && h("span", { class: "result-why" }, " ", bdi(step.reason))));
  }

  function gone() {
    replace(result, h("div", { class: "notice danger", role: "alert", "data-testid": "gone" },
      h("p", null, "This episode is gone: the server was started anew, or nobody played it for long. What you have read stays on this page until you leave it."),
      h("p", { class: "row" }, h("button", { type: "button", class: "button", on: { click: again } }, "Start the same incident anew"))));
    draw();
  }

  function draw() {
    const { episode } = session;
    top.update();
    map.update(episode, selected);
    line.update(episode);
    picker.update(episode, selected);
    looking.update(selected);
    repairing?.update(selected);
    sheet.update(selected);
    submitButton.disabled = session.busy || session.gone || episode.done;
  }

  function submit() {
    if (session.gone || session.episode.done) return;
    answer(context.ask, session, { selected, notes: written.text, take });
  }

  async function finish() {
    if (finished) return;
    finished = true;
    const [{ debrief }] = await Promise.all([import("./debrief.js"), session.refresh()]);
    const { episode } = session;
    draw();
    context.title(`Debrief: ${episode.alert.title}`);
    main.hidden = true;
    sheet.node.hidden = true;
    ended.hidden = false;
    node.classList.add("over");
    await showDebrief(debrief, episode);
  }

  async function showDebrief(debrief, episode) {
    replace(ended, h("p", { class: "message", role: "status" }, "The debrief is being written."));
    try {
      const data = await api.debrief(session.id);
      const told = debrief({ episode, data, catalogue: context.catalogue });
      told.addEventListener("debrief-step", ({ detail }) => (readAgain(true), showStep(detail.step)));
      const grade = episode.grade?.total ?? 0;
      keepEnded(query, session.id);
      keepRun({ query, task_id: episode.task_id, scenario_id: episode.scenario_id, grade, best: data.best, steps: episode.steps.length });
      replace(ended, told, h("p", { class: "row center" }, h("button", { type: "button", class: "button", on: { click: () => readAgain(true) } }, "Read the evidence again")));
      told.querySelector("h1")?.focus();
      context.say(`The episode is over. Grade ${grade.toFixed(2)} of ${data.best.toFixed(2)}.`);
      window.scrollTo(0, 0);
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      replace(ended, h("div", { class: "message" }, h("h1", { tabindex: "-1" }, episode.grade ? `Grade ${episode.grade.total.toFixed(2)}` : "The episode is over"), h("p", null, bdi(episode.grade?.feedback ?? "")),
        h("p", { class: "notice danger", role: "alert" }, "The debrief could not be read. ", bdi(error.message)),
        h("p", { class: "row" }, h("button", { type: "button", class: "button primary", on: { click: () => showDebrief(debrief, episode) } }, "Try again"), h("a", { class: "button", href: query }, "Play it again"))));
      ended.querySelector("h1").focus();
    }
  }

  /** Switches between the debrief and the board, which then shows what was read. */
  function readAgain(board) {
    main.hidden = !board;
    sheet.node.hidden = !board;
    ended.hidden = board;
    node.classList.toggle("over", !board);
    if (board) replace(result, h("p", { class: "row" }, h("button", { type: "button", class: "button primary", on: { click: () => readAgain(false) } }, "Back to the debrief")));
    (board ? result.querySelector("button") : ended.querySelector("h1"))?.focus();
  }

  session.onChange(draw);
  draw();
  evidence.update(session.episode);
  const taken = session.episode.steps;
  if (taken.length) showStep(first ?? taken.length);
  else replace(result, h("p", { class: "notice" }, bdi(session.episode.summary)));
  context.title(session.episode.alert.title);

  const byKey = Object.fromEntries(session.episode.actions.map((name) => {
    const { key, kind } = context.catalogue.actions[name];
    const act = kind === "look" ? () => looking.take(name) : kind === "repair" ? () => (sheet.open("repairs"), repairing.open(name)) : submit;
    return [key, () => !main.hidden && act()];
  }));
  const off = keys({ actions: byKey, services: () => session.episode.services, selected: () => selected, select, help: () => showKeys(context.ask, session),
    search: () => (sheet.close(), evidence.focusSearch ? evidence.focusSearch() : evidence.node.querySelector("input[type=search]")?.focus()) });
  return { node, session, heading: session.episode.done ? null : top.heading, shown: () => session.episode.done && finish(), leave: off };
}

const ANSWERS = { submit_severity: "Classify the alert…", submit_root_cause: "Name the root cause…", submit_resolution: "Write up and resolve…" };

/** The service that is selected first: the first that the alert names. */
function startingService({ alert, services }) {
  return alert.affected_services.find((name) => services.includes(name)) ?? services[0];
}

function spoken(step) {
  return `Step ${step.number}, reward ${signed(step.reward)}. ${step.error ?? step.feedback}`.slice(0, 400);
}

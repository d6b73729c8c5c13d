// A file that was dropped on the page: one episode of it is watched, or one is chosen from many.

import { api } from "../api.js";
import { bdi, h, replace } from "../dom.js";
import { count, number } from "../format.js";
import { masthead } from "../masthead.js";
import { within } from "../router.js";
import { styles } from "../sheet.js";
import { fileAside } from "./aside.js";
import { readFile } from "./records.js";
import { episodesTable } from "./table.js";
import { NOT_TOLD, replayed } from "./told.js";

const HERE = "?place=watch";
const SHOWN = 200; // episodes of a file that are listed at once
const MOST_PROBLEMS = 5; // that are shown

/**
 * What a file holds, on a screen: its episode, or the list of them.
 * @param {object} context of app.js @param {File} file
 * @returns {Promise<{node: HTMLElement, heading: HTMLElement, leave?: () => void}>} throws an Error whose message is for people
 */
export async function openDropped(context, file) {
  await styles("runs/runs.css");
  const found = await readFile(file);
  if (found.entries.length === 1 && !found.problems.length) return watched(context, file, found.entries[0], null);
  return chosen(context, file, found);
}

/** The list of a file. */
function chosen(context, file, { entries, problems }) {
  const said = h("div", { class: "said" });
  const found = h("p", { class: "rn-found", role: "status" });
  const list = h("div", { class: "rn-list" });
  const heading = h("h1", { tabindex: "-1", class: "rn-title" }, bdi(file.name));
  const text = h("input", { type: "search", id: "rn-text", maxlength: 200, placeholder: "incident, task, split or difficulty", on: { input: draw } });
  const node = h("div", { class: "landing rn" }, masthead(context), h("main", null,
    h("header", { class: "rn-head" }, h("p", { class: "rn-back" }, h("a", { href: HERE, on: { click: within(HERE) } }, "Watch"), " / a file of yours"), heading, h("p", { class: "lead" }, "Choose the episode to watch.")),
    h("section", { class: "card rn-card", "aria-label": "Episodes" },
      problems.length > 0 && h("div", { class: "notice warn", role: "alert" }, h("p", null, `${count(problems.length, "line is", "lines are")} no episode and cannot be opened:`), h("ul", null, problems.slice(0, MOST_PROBLEMS).map((problem) => h("li", null, bdi(problem))))),
      h("div", { class: "rn-filters" }, h("div", { class: "field" }, h("label", { for: "rn-text" }, "Find"), text)), said, found, list)));
  const back = () => {
    const opened = chosen(context, file, { entries, problems });
    context.put(opened);
  };

  function draw() {
    const searched = text.value.trim().toLowerCase();
    const matching = entries.filter((entry) => `${entry.scenario_id} ${taskOf(context, entry)} ${entry.task_id} ${entry.split} ${entry.difficulty}`.toLowerCase().includes(searched));
    const shown = matching.slice(0, SHOWN);
    replace(found, matching.length === entries.length ? count(entries.length, "episode") : `${number(matching.length)} of ${count(entries.length, "episode")}`, shown.length < matching.length && `, the first ${number(shown.length)} are shown: find others by a text`);
    replace(list, shown.length ? table(shown) : h("p", { class: "rn-none" }, "No episode is like that."));
  }

  function table(shown) {
    const heads = [["Incident", false], ["Task", false], ["Difficulty", false], ["Split", false], ["Line", true], ["Steps", true]];
    return episodesTable("Episodes of the file", heads, shown.map((entry) => ({
      name: [h("button", { type: "button", class: "rn-open", on: { click: (event) => open(entry, event.currentTarget) } }, bdi(entry.scenario_id)), entry.broken && h("span", { class: "chip warn" }, "broke off")],
      cells: [bdi(taskOf(context, entry)), bdi(entry.difficulty), bdi(entry.split), number(entry.number), number(entry.steps)],
    })));
  }

  async function open(entry, button) {
    replace(said);
    button.disabled = true;
    try {
      context.put(await watched(context, file, entry, back));
    } catch (error) {
      replace(said, h("p", { class: "notice danger", role: "alert" }, bdi(error.message)));
      said.scrollIntoView({ block: "nearest" });
    } finally {
      button.disabled = false;
    }
  }

  draw();
  context.title(file.name);
  return { node, heading };
}

const taskOf = ({ catalogue }, { task_id: id }) => catalogue.tasks.find((one) => one.task_id === id)?.name ?? id;

/** An episode of a file on the screen of watched ones: played again by the server, with the words of the file. */
async function watched(context, file, entry, others, step) {
  const [{ watchScreen }, trajectory] = await Promise.all([import("../watch/screen.js"), entry.read()]);
  const { options, actions, agent } = trajectory;
  const sent = { options, actions, ...(agent ? { agent } : {}) };
  const { episode: bare, id } = await replayed(sent);
  const episode = { ...bare, steps: bare.steps.map((taken, at) => ({ ...taken, words: trajectory.words[at] || taken.words })) };
  const otherwise = differs(trajectory, episode);
  const debrief = episode.told && episode.done ? async () => (await api.replay({ ...sent, ...(id ? { episode_id: id } : {}), debrief: true })).debrief : null;
  const track = { name: agent ?? "Recorded", episode, live: false, note: otherwise ?? (episode.told ? null : NOT_TOLD), debrief };
  const again = async (at) => context.put(await watched(context, file, entry, others, at));
  const aside = fileAside(context, { track, episode, again, others });
  return watchScreen(context, {
    tracks: [track], query: () => HERE, step,
    title: `${track.name}: ${episode.alert.title}`,
    back: { query: HERE, words: "Watch" },
    asideOf: () => aside,
  });
}

/** What shows that an episode goes otherwise now than when it was recorded, or null. */
function differs({ scenario_id: scenario, rewards, steps }, episode) {
  if (scenario !== null && scenario !== episode.scenario_id) return `These are not its incidents: this server makes ${episode.scenario_id} of its options, and it was recorded on ${scenario.slice(0, 100)}.`;
  if (steps > episode.steps.length) return `It ends here after step ${episode.steps.length}, and ${steps} were recorded.`;
  const at = episode.steps.findIndex((step, index) => typeof rewards[index] === "number" && Math.abs(rewards[index] - step.reward) > 1e-9);
  return at < 0 ? null : `It does not go as it was recorded: the reward of step ${at + 1} was another.`;
}


// An episode as a file, which the page opens again.

const FIELDS = ["id", "task_id", "scenario_id", "options", "agent", "alert", "alert_clock", "summary", "services", "max_steps", "actions", "steps", "minute", "done", "resolved", "reward", "grade"];

/** Lets the browser save an Episode as JSON. Nothing is sent anywhere. */
export function saveEpisode(episode) {
  const kept = Object.fromEntries(FIELDS.map((name) => [name, episode[name] ?? null]));
  const url = URL.createObjectURL(new Blob([`${JSON.stringify({ ...kept, id: null }, null, 1)}\n`], { type: "application/json" }));
  const link = document.createElement("a");
  link.href = url;
  link.download = `episode-${named(episode.scenario_id)}-${named(episode.agent ?? "you")}.json`;
  document.body.append(link);
  link.click();
  link.remove();
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}

/** A text as part of the name of a file. */
const named = (text) => String(text).replace(/[^A-Za-z0-9.-]+/g, "-").slice(0, 60) || "x";

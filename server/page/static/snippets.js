// Programs that play an incident on this server, to be copied.

import { addressOf } from "./api.js";
import { h } from "./dom.js";

/** @param {{needs_token: boolean}} catalogue @returns {HTMLElement} */
export function snippets({ needs_token: token }) {
  const root = addressOf().replace(/\/$/, "");
  return h("div", { class: "snippets" }, PROGRAMS.map(([name, about, write]) => snippet(name, about, write(root, token))));
}

function snippet(name, about, text) {
  const said = h("span", { role: "status", class: "hint" });
  const code = h("pre", { tabindex: "0", "aria-label": `${name}, a program` }, h("code", null, text));
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(text);
      said.textContent = "Copied";
    } catch {
      getSelection().selectAllChildren(code);
      said.textContent = "Marked: copy it";
    }
  };
  return h("section", { class: "snippet" }, h("div", { class: "row between" }, h("h3", null, name), said, h("button", { type: "button", class: "button quiet", "aria-label": `Copy the program for ${name}`, on: { click: copy } }, "Copy")), h("p", { class: "hint" }, about), code);
}

const PROGRAMS = [
  ["curl", "REST by hand; the episode is the one of the latest reset", (root, token) => {
    const bearer = token ? ` \\\n  -H "Authorization: Bearer $TOKEN"` : "";
    return `curl -s -X POST ${root}/reset${bearer} \\
  -d '{"task_id": "root_cause_analysis", "seed": 7}'
curl -s -X POST ${root}/step \\
  -d '{"episode_id": "ID", "action_type": "query_logs",
       "parameters": {"service": "NAME"}}'`;
  }],
  ["Python", "REST with httpx", (root, token) => `import httpx

${token ? `headers = {"Authorization": f"Bearer {TOKEN}"}\n` : ""}with httpx.Client(base_url="${root}"${token ? ", headers=headers" : ""}) as server:
    asked = {"task_id": "root_cause_analysis", "seed": 7}
    seen = server.post("/reset", json=asked).json()
    look = {
        "episode_id": seen["episode_id"],
        "action_type": "check_dependencies",
        "parameters": {"service": seen["alert"]["affected_services"][0]},
    }
    result = server.post("/step", json=look).json()
    print(result["observation"]["queried_data"], result["reward"])`],
  ["OpenEnv", "the typed client over a WebSocket", (root) => `from cloud_incident_env.client import (
    CloudIncidentAction,
    CloudIncidentEnv,
)

with CloudIncidentEnv(base_url="${root}").sync() as env:
    result = env.reset(task_id="root_cause_analysis", seed=7)
    service = result.observation.alert.affected_services[0]
    look = CloudIncidentAction(
        action_type="query_logs", parameters={"service": service}
    )
    print(env.step(look).observation.tool_result)`],
  ["MCP", "for clients that speak streamable HTTP; every session plays an episode of its own", (root, token) => JSON.stringify(
    { mcpServers: { incidents: { type: "http", url: `${root}/agent/mcp`, ...(token ? { headers: { Authorization: "Bearer TOKEN" } } : {}) } } }, null, 2)],
];

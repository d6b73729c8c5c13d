"use strict";
// The list of episodes. Texts of a run reach the page through textContent alone, so they stay texts.

(() => {
  const PAGE = 50;
  const form = document.getElementById("filters");
  if (!form) return;
  const list = document.getElementById("list");
  const read = (id) => JSON.parse(document.getElementById(id).textContent);
  const { chunk, rows, names } = read("episodes");
  const threshold = Number(document.getElementById("threshold").dataset.value);
  const [TASK, DIFFICULTY, SPLIT, FAMILY, SCENARIO, TRIAL, GRADED, GRADE, STEPS, MISTAKES, TOKENS, SECONDS] =
    Array.from({ length: 12 }, (_, place) => place);
  const chunks = new Map();
  let found = [];
  let first = 0;

  const words = (name) => names[name].replaceAll("_", " ");
  const element = (tag, kind, text) => {
    const made = document.createElement(tag);
    if (kind) made.className = kind;
    if (text !== undefined) made.textContent = text;
    return made;
  };
  const plural = (count, name) => `${count.toLocaleString("en")} ${name}${count === 1 ? "" : "s"}`;

  function trajectoryOf(number) {
    const place = Math.floor(number / chunk);
    if (!chunks.has(place)) chunks.set(place, read(`trajectories-${place}`));
    return chunks.get(place)[number % chunk];
  }

  const FILTERS = {
    success: (row) => row[GRADED] && row[GRADE] >= threshold,
    failure: (row) => row[GRADED] && row[GRADE] < threshold,
    error: (row) => !row[GRADED],
  };
  const ORDERS = {
    worst: (a, b) => b[GRADED] - a[GRADED] || a[GRADE] - b[GRADE],
    best: (a, b) => b[GRADED] - a[GRADED] || b[GRADE] - a[GRADE],
    longest: (a, b) => b[STEPS] - a[STEPS],
    mistakes: (a, b) => b[MISTAKES] - a[MISTAKES],
    tokens: (a, b) => b[TOKENS] - a[TOKENS],
  };

  function search() {
    const asked = Object.fromEntries(new FormData(form));
    const text = asked.text.trim().toLowerCase();
    const holds = names.map((name) => name.toLowerCase().includes(text));
    found = [];
    rows.forEach((row, number) => {
      if (asked.task !== "" && row[TASK] !== Number(asked.task)) return;
      if (asked.difficulty !== "" && row[DIFFICULTY] !== Number(asked.difficulty)) return;
      if (asked.result && !FILTERS[asked.result](row)) return;
      if (text && ![TASK, SPLIT, FAMILY, SCENARIO].some((field) => holds[row[field]])) return;
      found.push(number);
    });
    const order = ORDERS[asked.order];
    if (order) found.sort((a, b) => order(rows[a], rows[b]) || a - b);
    show(0);
  }

  function show(start) {
    first = start;
    const shown = found.slice(first, first + PAGE);
    list.replaceChildren(...shown.map(item));
    document.getElementById("count").textContent = `${plural(found.length, "episode")} of ${rows.length.toLocaleString("en")}`;
    document.getElementById("pages").hidden = found.length <= PAGE;
    document.getElementById("where").textContent = `${first + 1} to ${first + shown.length}`;
    document.getElementById("previous").disabled = first === 0;
    document.getElementById("next").disabled = first + PAGE >= found.length;
  }

  function item(number) {
    const row = rows[number];
    const made = element("li");
    const button = element("button", "episode");
    button.type = "button";
    button.setAttribute("aria-expanded", "false");
    const kind = row[GRADED] && row[GRADE] >= threshold ? "good" : "bad";
    button.append(element("b", kind, row[GRADED] ? row[GRADE].toFixed(3) : "error"));
    const title = element("span", "", names[row[SCENARIO]]);
    if (row[FAMILY] !== row[SCENARIO]) title.append(" ", element("small", "", names[row[FAMILY]]));
    button.append(title);
    const facts = [words(row[TASK]), names[row[DIFFICULTY]], names[row[SPLIT]], `trial ${row[TRIAL] + 1}`, plural(row[STEPS], "step")];
    button.append(element("span", "facts", facts.join(" · ")));
    button.addEventListener("click", () => {
      const open = made.lastElementChild !== button;
      if (open) made.lastElementChild.remove();
      else made.append(trajectory(number));
      button.setAttribute("aria-expanded", String(!open));
    });
    made.append(button);
    return made;
  }

  function trajectory(number) {
    const row = rows[number];
    const [key, options, breakdown, cumulative, error, digest, steps, answer, feedback] = trajectoryOf(number);
    const made = element("div", "trajectory");
    const fact = (name, text) => {
      const line = element("p", "", `${name} `);
      line.append(element("code", "", text));
      made.append(line);
    };
    if (error !== null) fact("Error", error);
    const parts = Object.entries(breakdown).map(([name, value]) => `${name} ${value}`);
    if (row[GRADED]) fact("Grade", `${row[GRADE]}${parts.length ? ` = ${parts.join(" + ")}` : ": no valid answer"}`);
    if (feedback) fact("Grader", feedback);
    fact("Right answer", Object.entries(answer).map(([name, value]) => `${name.replaceAll("_", " ")}: ${[value].flat().join(", ")}`).join("; "));
    fact("Reward with grade", String(cumulative));
    if (row[TOKENS]) fact("Tokens", row[TOKENS].toLocaleString("en"));
    fact("Seconds", String(row[SECONDS]));
    fact("Reset", JSON.stringify(options));
    fact("Key", key);
    fact("First observation", digest);
    fact("What the agent read", `python -m cloud_incident_env.evaluation replay FOLDER --show --episode '${key}'`);
    const every = element("ol", "steps");
    every.append(...steps.map(step));
    made.append(every);
    return made;
  }

  function step([action, parameters, source, reward, reason, error, digest, seconds], place) {
    const made = element("li");
    made.append(element("span", "", String(place + 1)));
    const middle = element("div");
    const given = Object.entries(parameters).map(([name, value]) => `${name}: ${typeof value === "string" ? value : JSON.stringify(value)}`);
    middle.append(element("code", "", [names[action], ...given].join("\n  ")));
    middle.append(element("small", "", names[reason]));
    if (error !== null) middle.append(element("small", "bad", error));
    middle.append(element("small", "", `by ${names[source]} in ${seconds} s · observation ${digest}`));
    const kind = reward < 0 ? "number bad" : "number";
    made.append(middle, element("span", kind, (reward > 0 ? "+" : reward < 0 ? "−" : "") + Math.abs(reward).toFixed(2)));
    return made;
  }

  for (const [field, place] of [["task", TASK], ["difficulty", DIFFICULTY]]) {
    for (const name of new Set(rows.map((row) => row[place]))) {
      const option = element("option", "", words(name));
      option.value = name;
      form.elements[field].append(option);
    }
  }
  form.addEventListener("input", search);
  form.addEventListener("submit", (event) => event.preventDefault());
  const turn = (pages) => {
    show(first + pages * PAGE);
    form.scrollIntoView();
  };
  document.getElementById("previous").addEventListener("click", () => turn(-1));
  document.getElementById("next").addEventListener("click", () => turn(1));
  search();
})();

/** What the evidence read so far says of the services and their calls. */

import { parse } from "../parse/index.js";
import { blankEdge, blankNode } from "./blank.js";

const KINDS = [
  ["monitoring", /\b(prometheus|alertmanager|grafana)\b/i],
  ["platform", /\b(kubernetes|calico|coredns|ubuntu|node pool|network)\b/i],
  ["cache", /\b(redis|memcached|varnish|cache|cdn)\b/i],
  ["queue", /\b(kafka|rabbitmq|broker)\b/i],
  ["store", /\b(postgresql|postgres|mysql|etcd|vault|object store|database|db)\b/i],
  ["gateway", /\b(envoy|nginx|gateway|load balancer)\b/i],
  ["vendor", /\bvendor\b/i],
];
const BAD =
  /fail|unreachable|refused|reset|time ?outs?|deadline|sealed|backlog|\bdown\b|no contact|no new sessions|no requests/i;
const GROUND = { runsOn: "runs on", network: "network", monitoredBy: "monitored by" };
const GROUNDED = { hosts: "runs on", carries: "network", monitors: "monitored by" };
const FAILING = 0.05; // share of the requests from which on a service is shown as failing

const kindIn = (text) => KINDS.find(([, words]) => words.test(text))?.[0] ?? null;
const share = (percent) => (percent === null || percent === undefined ? null : percent / 100);
const names = (list) => (Array.isArray(list) ? list : list ? [list] : []).map((one) => one.name ?? one);

/** "ok", "high" (worse than normal) or "failing"; null where nothing is known. Rates are shares, p99 is in ms. */
export function levelOf({ errorRate, normalErrorRate, p99, normalP99, health }) {
  if (errorRate >= FAILING && !(errorRate <= 2 * (normalErrorRate ?? 0))) return "failing";
  if (/^(unhealthy|down)/i.test(health ?? "")) return "failing";
  const rises = normalErrorRate !== null && errorRate !== null && errorRate > 2 * normalErrorRate + 0.002;
  const slows = Boolean(normalP99) && p99 > 2 * normalP99;
  if (rises || slows || /^degraded/i.test(health ?? "")) return "high";
  return errorRate === null && !health ? null : "ok";
}

/** The service that a text speaks of first, of `services`; null for none. */
function mentioned(text, services) {
  const at = services.map((name) => [text.indexOf(name), name]).filter(([index]) => index >= 0);
  return at.sort((a, b) => a[0] - b[0] || b[1].length - a[1].length)[0]?.[1] ?? null;
}

/** The service whose alert it is, as far as the alert says. */
function alertingOf({ alert, services, summary }) {
  const affected = alert.affected_services;
  const named = [alert.title, summary ?? "", ...alert.symptoms].map((text) => mentioned(text, affected));
  return named.find(Boolean) ?? affected[0] ?? services[0] ?? null;
}

class Graph {
  constructor(episode) {
    this.nodes = new Map();
    this.edges = new Map();
    const alerting = alertingOf(episode);
    for (const name of new Set([...episode.services, ...episode.alert.affected_services])) {
      this.nodes.set(name, {
        ...blankNode(name),
        known: episode.services.includes(name),
        affected: episode.alert.affected_services.includes(name),
        alerting: name === alerting,
      });
    }
  }

  /** The node that a text names: itself, or the service with which it begins ("postgres-db replica in az-2"). */
  named(text) {
    if (this.nodes.has(text)) return this.nodes.get(text);
    const fits = [...this.nodes.keys()].filter((name) => text.startsWith(`${name} `));
    return this.nodes.get(fits.sort((a, b) => b.length - a.length)[0]) ?? null;
  }

  edge(from, to, figures) {
    if (from === to) return;
    const key = `${from}\n${to}`;
    const edge = this.edges.get(key) ?? blankEdge(from, to);
    for (const [name, value] of Object.entries(figures)) if (value !== null && value !== undefined) edge[name] = value;
    this.edges.set(key, edge);
  }

  /** Lines of one direction; several lines of one pair count as one edge, as bad as the worst. */
  calls(node, side, lines) {
    const pairs = new Map();
    node.others[side] = [];
    for (const line of lines ?? []) {
      const other = this.named(line.name) ?? this.named(line.service ?? "");
      const figures = figuresOf(line);
      if (!other) {
        node.others[side].push({ name: line.name, ...figures });
        continue;
      }
      if (side === "calls") other.kind ??= kindIn(line.kind ?? "") ?? byCall(line.kind);
      pairs.set(other.name, worse(pairs.get(other.name), figures));
    }
    for (const [name, figures] of pairs) {
      if (side === "calls") this.edge(node.name, name, figures);
      else this.edge(name, node.name, figures);
    }
  }

  dependencies(node, data) {
    Object.assign(node, {
      requests: data.requests ?? node.requests,
      p99: data.p99 ?? node.p99,
      normalP99: data.normalP99 ?? node.normalP99,
      errorRate: share(data.fails) ?? node.errorRate,
      normalErrorRate: share(data.normalFails) ?? node.normalErrorRate,
    });
    this.calls(node, "calls", data.calls);
    this.calls(node, "calledBy", data.calledBy);
    for (const [field, kind] of Object.entries(GROUND)) {
      for (const name of names(data[field])) this.ground(node.name, name, kind);
    }
    for (const [field, kind] of Object.entries(GROUNDED)) {
      for (const name of names(data[field])) this.ground(name, node.name, kind);
    }
  }

  /** A relation that carries no calls: what a service runs on, its network, its monitoring. */
  ground(from, to, kind) {
    const base = this.named(to);
    if (!base || !this.named(from)) return;
    base.kind ??= kind === "monitored by" ? "monitoring" : "platform";
    this.edge(from, base.name, { kind, ground: true });
  }

  trace(spans) {
    const above = [];
    for (const span of spans) {
      above.length = Math.max(0, span.depth);
      const caller = above.length ? this.named(above.at(-1)) : null;
      const callee = this.named(span.service);
      if (caller && callee) this.edge(caller.name, callee.name, span.bad ? { ok: false } : {});
      above.push(span.service);
    }
  }

  read(evidence) {
    const node = this.named(evidence.service ?? "");
    if (!node) return;
    node.read = true;
    const { kind, data } = parse(evidence);
    if (!data) return;
    if (data.spans) this.trace(data.spans);
    else if (kind === "dependencies" || data.calls) this.dependencies(node, data);
    else if (data.health !== undefined) {
      node.health = data.health ?? node.health;
      node.errorRate = share(data.errorRate) ?? node.errorRate;
      const version = String(data.version ?? "");
      node.kind = kindIn(version) ?? (/service|worker/i.test(version) ? "service" : node.kind);
    } else if (data.rows) {
      const row = data.rows.find(({ label }) => /^error rate$/i.test(label));
      node.errorRate = share(row?.now) ?? node.errorRate;
      node.normalErrorRate = share(row?.normal) ?? node.normalErrorRate;
    }
  }
}

const byCall = (kind) =>
  /^(storage|sql|tcp)/i.test(kind ?? "") ? "store" : /^resp$/i.test(kind ?? "") ? "cache" : null;

function figuresOf(line) {
  const text = line.state ?? line.text ?? line.detail ?? "";
  const fails = share(line.fails);
  let ok = fails === null || line.normalFails === null || line.normalFails === undefined ? null : true;
  if (fails !== null) ok = fails < Math.max(0.01, 3 * (share(line.normalFails) ?? 0));
  else if (text) ok = BAD.test(text) ? false : /\bok\b/i.test(text) ? true : null;
  return {
    kind: line.kind ?? null,
    rate: line.rate ?? null,
    fails,
    normalFails: share(line.normalFails),
    p99: line.p99 ?? null,
    normalP99: line.normalP99 ?? null,
    ok,
  };
}

function worse(a, b) {
  if (!a) return b;
  const most = (x, y) => (x === null ? y : y === null ? x : Math.max(x, y));
  const sum = a.rate === null ? b.rate : a.rate + (b.rate ?? 0);
  return {
    ...b,
    rate: sum,
    fails: most(a.fails, b.fails),
    p99: most(a.p99, b.p99),
    ok: a.ok === false || b.ok === false ? false : (a.ok ?? b.ok),
  };
}

/**
 * The map of an episode, from nothing but its alert, its known services and the evidence read.
 * @param {object} episode an Episode
 * @returns {{nodes: object[], edges: object[]}} error rates are shares 0 to 1, rates calls/s, p99 ms; `level` of a node
 *   is ok, high, failing or null (not known); `ok` of an edge is null where nothing says; edges with `ground` carry no
 *   calls (runs on, network, monitored by); `others` of a node are callers and callees that have no name.
 */
export function graphOf(episode) {
  const graph = new Graph(episode);
  for (const { evidence } of episode.steps) if (evidence) graph.read(evidence);
  for (const node of graph.nodes.values()) {
    node.level = levelOf(node);
    node.kind ??= kindIn(node.name.replaceAll("-", " "));
    node.kind ??= "service";
  }
  return { nodes: [...graph.nodes.values()], edges: [...graph.edges.values()] };
}

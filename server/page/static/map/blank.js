// A node and an edge of the map of which nothing has been read.

/** @param {string} name @returns {object} a node of `graphOf` */
export const blankNode = (name) => ({
  name,
  kind: null,
  known: false,
  read: false,
  errorRate: null,
  normalErrorRate: null,
  p99: null,
  normalP99: null,
  health: null,
  requests: null,
  level: null,
  affected: false,
  alerting: false,
  others: { calls: [], calledBy: [] },
});

/** @param {string} from @param {string} to @returns {object} an edge of `graphOf` */
export const blankEdge = (from, to) => ({
  from,
  to,
  kind: null,
  rate: null,
  fails: null,
  normalFails: null,
  p99: null,
  normalP99: null,
  ok: null,
  ground: false,
});

/** Layers of nodes, callers above callees: who stands where, and along which points the edges run. */

const SWEEPS = 8; // of the ordering; more change nothing on maps of 25 nodes
const BEND = 12; // px of room that an edge takes in a row it passes
const SHARES = [1, 0.75, 0.5, 0.3]; // of the width that nodes of a row may take, tried until edges find room

/** The edges without those that close a circle, each as [upper, lower, edge]. */
function acyclic(ids, edges) {
  const out = new Map(ids.map((id) => [id, []]));
  for (const edge of edges) out.get(edge.from).push(edge);
  const state = new Map();
  const kept = [];
  const visit = (id) => {
    state.set(id, "open");
    for (const edge of out.get(id)) {
      const back = state.get(edge.to) === "open";
      kept.push(back ? [edge.to, id, edge] : [id, edge.to, edge]);
      if (!state.has(edge.to)) visit(edge.to);
    }
    state.set(id, "done");
  };
  const called = new Set(edges.map((edge) => edge.to));
  for (const id of [...ids.filter((one) => !called.has(one)), ...ids]) if (!state.has(id)) visit(id);
  return kept;
}

/** Layer of each node: below all its callers; a node that nobody calls stands right above what it calls. */
function layersOf(ids, links) {
  const layer = new Map(ids.map((id) => [id, 0]));
  for (let pass = 0, moved = true; moved && pass < ids.length; pass++) {
    moved = false;
    for (const [upper, lower] of links) {
      if (layer.get(lower) > layer.get(upper)) continue;
      layer.set(lower, layer.get(upper) + 1);
      moved = true;
    }
  }
  for (const id of ids) {
    if (links.some(([, lower]) => lower === id)) continue;
    const below = links.filter(([upper]) => upper === id).map(([, lower]) => layer.get(lower));
    if (below.length) layer.set(id, Math.min(...below) - 1);
  }
  return layer;
}

/** Rows of at most `width` px: a layer that is wider stands in several, as bricks do. */
function rowsOf(items, layer, width, gap) {
  const rows = [];
  for (let depth = 0; depth <= Math.max(0, ...layer.values()); depth++) {
    const all = items.filter((item) => layer.get(item.id) === depth);
    const needed = all.reduce((sum, item) => sum + item.w + gap, -gap);
    const count = Math.max(1, Math.ceil(needed / width));
    const parts = Array.from({ length: count }, () => []);
    all.forEach((item, index) => parts[index % count].push(item));
    rows.push(...parts.filter((part) => part.length));
  }
  return rows;
}

/** Puts a bend into each row that a link passes; returns for every link the chain of items it runs along. */
function chainsOf(rows, links) {
  const rowOf = new Map(rows.flatMap((row, index) => row.map((item) => [item.id, index])));
  const byId = new Map(rows.flat().map((item) => [item.id, item]));
  return links.map(([upper, lower, edge]) => {
    const chain = [byId.get(upper)];
    for (let row = rowOf.get(upper) + 1; row < rowOf.get(lower); row++) {
      const bend = {
        id: `${upper}\n${lower}\n${row}`,
        w: BEND,
        h: 0,
        bend: true,
        x: (byId.get(upper).x + byId.get(lower).x) / 2,
      };
      rows[row].push(bend);
      chain.push(bend);
    }
    chain.push(byId.get(lower));
    return { edge, chain };
  });
}

function neighboursOf(chains) {
  const near = new Map();
  const add = (item, side, other) => {
    if (!near.has(item)) near.set(item, { up: [], down: [] });
    near.get(item)[side].push(other);
  };
  for (const { chain } of chains) {
    chain.slice(1).forEach((item, index) => {
      add(item, "up", chain[index]);
      add(chain[index], "down", item);
    });
  }
  return near;
}

const mean = (list) => list.reduce((sum, value) => sum + value, 0) / list.length;

function crossings(rows, near) {
  let count = 0;
  for (const row of rows) {
    const pairs = row.flatMap((item) => (near.get(item)?.down ?? []).map((other) => [item.order, other.order]));
    for (const [a, b] of pairs) for (const [c, d] of pairs) if (a < c && b > d) count++;
  }
  return count;
}

function order(rows, near) {
  const number = (row) => row.forEach((item, index) => (item.order = index));
  for (const row of rows) number(row.sort((a, b) => a.x - b.x));
  let best = { count: crossings(rows, near), rows: rows.map((row) => [...row]) };
  for (let sweep = 0; sweep < SWEEPS && best.count; sweep++) {
    const side = sweep % 2 ? "down" : "up";
    for (const row of sweep % 2 ? [...rows].reverse() : rows) {
      const wish = new Map(
        row.map((item) => {
          const others = near.get(item)?.[side] ?? [];
          const width = (other) => (other.order + 0.5) / Math.max(1, rows.find((one) => one.includes(other)).length);
          return [item, others.length ? mean(others.map(width)) : (item.order + 0.5) / row.length];
        }),
      );
      number(row.sort((a, b) => wish.get(a) - wish.get(b)));
    }
    const count = crossings(rows, near);
    if (count < best.count) best = { count, rows: rows.map((row) => [...row]) };
  }
  best.rows.forEach((row, index) => {
    rows[index] = row;
    number(row);
  });
}

/** px between two neighbours of a row; edges that pass may stand closer than nodes. */
function spaceBetween(a, b, gap) {
  if (a.bend && b.bend) return 1;
  return a.bend || b.bend ? gap / 3 : gap;
}

/** Centres as near to `wishes` as the order and the widths allow (pool adjacent violators). */
function settle(row, wishes, width, gap) {
  const offset = [];
  row.forEach((item, i) => {
    const space = i && spaceBetween(row[i - 1], item, gap);
    offset.push(i ? offset[i - 1] + (row[i - 1].w + item.w) / 2 + space : item.w / 2);
  });
  const last = row.length - 1;
  const room = Math.max(0, width - (offset[last] + row[last].w / 2));
  const pools = [];
  row.forEach((item, i) => {
    pools.push({ sum: (wishes[i] - offset[i]) * (item.bend ? 0.5 : 1), weight: item.bend ? 0.5 : 1, count: 1 });
    while (pools.length > 1 && pools.at(-2).sum / pools.at(-2).weight > pools.at(-1).sum / pools.at(-1).weight) {
      const { sum, weight, count } = pools.pop();
      const top = pools.at(-1);
      Object.assign(top, { sum: top.sum + sum, weight: top.weight + weight, count: top.count + count });
    }
  });
  let i = 0;
  for (const { sum, weight, count } of pools) {
    const shift = Math.min(room, Math.max(0, sum / weight));
    for (const end = i + count; i < end; i++) row[i].x = offset[i] + shift;
  }
}

/**
 * Places nodes in rows. Pure: the same arguments give the same places.
 * @param {{id: string, w: number, h: number}[]} nodes sizes in px
 * @param {{from: string, to: string}[]} edges between them
 * @param {{width: number, gap: number, rise: number, before: Map<string, number>}} options width in px to keep within;
 *   px between nodes of a row and between rows; centres of an earlier layout, whose order is kept where it can be
 * @returns {{places: Map, routes: {edge, points: number[][]}[], width: number, height: number}} centres in px
 */
export function layout(nodes, edges, options) {
  const links = acyclic(
    nodes.map((node) => node.id),
    edges,
  );
  const tries = [];
  for (const share of SHARES) {
    tries.push(arranged(nodes, links, options, share * options.width));
    if (tries.at(-1).width <= options.width) return tries.at(-1);
  }
  return tries.sort((a, b) => a.width - b.width)[0];
}

function arranged(nodes, links, { width, gap, rise, before }, capacity) {
  const items = nodes.map((node, index) => ({
    ...node,
    x: before.get(node.id) ?? (index + 0.5) * (width / nodes.length),
  }));
  items.sort((a, b) => a.x - b.x);
  const rows = rowsOf(
    items,
    layersOf(
      nodes.map((node) => node.id),
      links,
    ),
    capacity,
    gap,
  );
  const chains = chainsOf(rows, links);
  const near = neighboursOf(chains);
  order(rows, near);
  const needed = Math.max(
    width,
    ...rows.map((row) =>
      row.reduce((sum, item, i) => {
        const space = i && spaceBetween(row[i - 1], item, gap);
        return sum + item.w + space;
      }, 0),
    ),
  );
  for (const row of rows)
    settle(
      row,
      row.map((item, i) => ((i + 0.5) * needed) / row.length),
      needed,
      gap,
    );
  for (let pass = 0; pass < 12; pass++) {
    for (const row of pass % 2 ? [...rows].reverse() : rows) {
      const wishes = row.map((item) => {
        const { up = [], down = [] } = near.get(item) ?? {};
        return up.length + down.length ? mean([...up, ...down].map((other) => other.x)) : item.x;
      });
      settle(row, wishes, needed, gap);
    }
  }
  let y = 0;
  for (const row of rows) {
    const tall = Math.max(...row.map((item) => item.h));
    for (const item of row) Object.assign(item, { y: y + tall / 2, h: item.bend ? tall : item.h });
    y += tall + rise;
  }
  const all = rows.flat();
  const left = Math.min(...all.map((item) => item.x - item.w / 2));
  const right = Math.max(...all.map((item) => item.x + item.w / 2));
  for (const item of all) item.x -= left;
  return {
    places: new Map(items.map((item) => [item.id, item])),
    routes: routesOf(chains),
    width: Math.max(0, right - left),
    height: Math.max(0, y - rise),
  };
}

/** Points of an edge at an item: it runs upright through a row that it passes. */
const through = ({ x, y, h, bend }) =>
  bend
    ? [
        [x, y - h / 2],
        [x, y + h / 2],
      ]
    : [[x, y]];

/** Points of the edges; where several leave or reach a node, side by side along its lower or upper side. */
function routesOf(chains) {
  const ends = new Map();
  const port = (item, side, toward, route, index) => {
    const key = `${item.id}\n\n${side}`;
    if (!ends.has(key)) ends.set(key, { item, side, list: [] });
    ends.get(key).list.push({ toward, route, index });
  };
  const routes = chains.map(({ edge, chain }) => ({
    edge,
    points: chain.flatMap(through),
    reversed: edge.to === chain[0].id,
  }));
  chains.forEach(({ chain }, n) => {
    port(chain[0], "bottom", chain[1].x, routes[n], 0);
    port(chain.at(-1), "top", chain.at(-2).x, routes[n], routes[n].points.length - 1);
  });
  for (const { item, side, list } of ends.values()) {
    list.sort((a, b) => a.toward - b.toward);
    const step = Math.min(16, (item.w - 24) / Math.max(1, list.length - 1));
    list.forEach(({ route, index }, i) => {
      route.points[index] = [
        item.x + (i - (list.length - 1) / 2) * step,
        item.y + (side === "top" ? -item.h / 2 : item.h / 2),
      ];
    });
  }
  for (const route of routes) if (route.reversed) route.points.reverse();
  return routes;
}

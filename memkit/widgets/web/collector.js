// Roots, objects and pointers while the collector works, and the spans; see memkit/pictures/lanes.py
// for the ways of the pointers.

import { arrowHead, make, ring, say, shape, unique, widthOf } from "./dom.js";

// px of an object, its word beside its name or below, of the roots, of a lane, of a pointer's head.
const WIDE = { wide: 96, high: 28, roots: 112, lane: 6, head: 14 };
const NARROW = { wide: 42, high: 34, roots: 88, lane: 4.5, head: 11 };
const EDGE = 8; // px around all of it, for marks
const GAP = 6; // px between what lies above each other
const ROOT_LINE = 20;
const ACROSS = 6; // px from lane to lane
const MOST = 60; // px that a space may be wider than it must
const BESIDE = 340; // px that the spans need beside the graph
const BIT = 17;
const LABEL = 78;
const CELL = 34;
const BEND = 4;
const OFFS = [0, 2, -2, 4, -4, 6, -6, 8, -8]; // px that a root's pointer may leave its line by

export class Collector {
  constructor(place) {
    this.body = make("div", place, "mk-floor mk-collector");
    this.body.dataset.tier = "mheap";
    this.state = make("div", this.body, "mk-state");
    this.both = make("div", this.body, "mk-gc-both");
    this.graph = make("div", this.both, "mk-graph");
    this.graph.setAttribute("role", "group");
    this.svg = shape("svg", this.graph, {});
    const defs = shape("defs", this.svg, {});
    this.key = unique("gc");
    for (const kind of ["plain", "on", "differs"])
      arrowHead(defs, `${this.key}-${kind}`, `mk-head-${kind}`, 9);
    this.g = shape("g", this.svg, {});
    this.spans = make("div", this.both, "mk-gc-spans");
    this.caption = make("div", this.body, "mk-caption");
  }

  draw(picture, context) {
    const room = (widthOf(this.body, context.width) || 800) - 30;
    this.body.classList.toggle("mk-waiting", picture.waits);
    this.drawState(picture);
    say(this.caption, picture.caption);
    this.graph.hidden = !picture.nodes.length && !picture.roots.length;
    this.graph.setAttribute("aria-label", `${picture.sentence}. ${picture.caption}`);
    this.g.replaceChildren();
    const wide = this.graph.hidden ? 0 : this.drawGraph(picture, room);
    const rest = wide ? room - wide - 20 : 0;
    this.both.classList.toggle("mk-beside", rest >= BESIDE);
    this.drawSpans(picture, rest >= BESIDE ? rest : room);
  }

  drawState(picture) {
    this.state.replaceChildren();
    const group = (...kinds) => make("span", this.state, ["mk-phases", ...kinds].join(" "));
    const phases = group();
    for (const name of ["off", "mark", "sweep"]) {
      const chip = make("span", phases, "mk-chip", name);
      if (name === picture.phase) {
        chip.classList.add("mk-chip-now");
        chip.setAttribute("aria-current", "true");
      }
    }
    const barrier = make("span", this.state, "mk-said", "write barrier ");
    make("b", barrier, "", picture.barrier);
    const queue = group("mk-queue");
    make("span", queue, "mk-said", `queue of ${picture.unit}s`);
    if (!picture.queue.length) make("span", queue, "mk-said", "empty");
    picture.queue.slice(0, 12).forEach((name) => make("span", queue, "mk-chip", name));
    if (picture.queue.length > 12) make("span", queue, "mk-said", `${picture.queue.length - 12} more`);
  }

  text(words, x, y, kind, parent = this.g) {
    shape("text", parent, { x, y, class: kind }).textContent = words;
  }

  // How wide it is, in px.
  drawGraph(picture, room) {
    const { down, across } = picture;
    const columns = down.length - 1;
    const least = ({ lane, head }) => down.map((lanes, k) => 4 + lanes * lane + (k < columns ? head : 0));
    const needs = (size) => size.roots + columns * size.wide + EDGE + sum(least(size));
    const size = needs(WIDE) <= room ? WIDE : NARROW;
    const all =
      picture.spans.length && room - needs(size) - 20 - 12 * columns >= BESIDE ? room - BESIDE - 20 : room;
    const more = Math.max(0, Math.min(MOST, (all - needs(size)) / Math.max(1, columns)));
    // Where the spaces and the columns begin, and the rows with the lanes above them.
    const spaces = [];
    let x = size.roots;
    for (let k = 0; k <= columns; k++) {
      const wide = least(size)[k] + (k < columns ? more : 0);
      spaces.push({ x, wide, lanes: down[k] });
      x += wide + (k < columns ? size.wide : 0);
    }
    const width = x + EDGE;
    const tops = [];
    let y = EDGE;
    for (const lanes of across) {
      y += lanes * ACROSS;
      tops.push(y);
      y += size.high + GAP;
    }
    const places = {};
    for (const { name, column, row, look } of picture.nodes)
      places[name] = { x: spaces[column].x + spaces[column].wide, y: tops[row], row, column, look };
    // A lane keeps to the middle of its space, and leaves room for the heads.
    const laneAt = (k, lane) => {
      const { x: from, wide, lanes } = spaces[k];
      const free = wide - (k < columns ? size.head : 0) - (lanes - 1) * size.lane;
      return from + free / 2 + lane * size.lane;
    };
    const acrossAt = (row, lane) => tops[row] - 5 - (across[row] - 1 - lane) * ACROSS;
    const enters = (place, port) =>
      place.y + size.high / 2 + (port < 0 ? -8 : port > 0 ? 2 + Math.min(port, 2) * 4 : 0);
    const lanesAcross = across.flatMap((n, row) => Array.from({ length: n }, (_, k) => acrossAt(row, k)));
    const lines = [];
    const point = (start, column, from, to, way, kind) => {
      const place = places[to];
      if (!place || !way) return;
      const [leaving, over, arriving, port] = way;
      const end = enters(place, port);
      const points = [start];
      const first = laneAt(column + 1, leaving);
      points.push([first, start[1]]);
      if (over >= 0) {
        const lane = laneAt(place.column, arriving);
        const above = acrossAt(place.row, over);
        points.push([first, above], [lane, above], [lane, end]);
      } else points.push([first, end]);
      points.push([place.x - 2, end]);
      lines.push([points, kind, `${from} ${to}`]);
    };
    const bottom = this.drawRoots(picture.roots, size, places, lanesAcross, enters, (start, to, way) =>
      point(start, -1, "-", to, way, places[to]?.look === "freed" ? "dangling" : ""),
    );
    for (const [from, to, on, dangling, way, differs] of picture.edges) {
      const place = places[from];
      if (!place) continue;
      const middle = place.y + size.high / 2 + (way[1] >= 0 ? -8 : 0);
      const kinds = [on && "on", dangling && "dangling", differs && "differs"];
      const start = [place.x + size.wide, middle];
      point(start, place.column, from, to, way, kinds.filter(Boolean).join(" "));
    }
    // What the step wrote, or what differs, lies above the rest.
    lines.sort((one, other) => Boolean(one[1]) - Boolean(other[1]));
    for (const line of lines) this.drawLine(...line);
    for (const node of picture.nodes) this.drawNode(node, places[node.name], size);
    const high = Math.max(bottom, y);
    this.svg.setAttribute("width", width);
    this.svg.setAttribute("height", high);
    if (width > room + 1) this.graph.tabIndex = 0;
    else this.graph.removeAttribute("tabindex");
    return width;
  }

  // The roots, from top to bottom, each pointer in a line of its own; where they end.
  drawRoots(roots, size, places, lanes, enters, point) {
    const taken = lanes.map((high) => ["", high]);
    for (const [name, place] of Object.entries(places)) {
      if (place.column === 0) taken.push(...[-1, 0, 1, 2].map((port) => [name, enters(place, port)]));
    }
    let y = EDGE;
    for (const root of roots) {
      const high = 24 + root.rows.length * ROOT_LINE;
      const here = { x: 2, y, width: size.roots - 2, height: high };
      const said = root.said ? `, ${root.said}` : "";
      const g = shape("g", this.g, {});
      g.dataset.says = `${root.title}${said}: ${root.rows.map(([words]) => words).join(", ")}`;
      shape("rect", g, { ...here, rx: 3, class: "mk-root" });
      if (root.touched) ring(g, here);
      const title = shape("text", g, { x: 9, y: y + 17, class: "mk-root-title" });
      title.textContent = root.title;
      if (root.said) {
        const told = shape("tspan", title, { class: "mk-root-said", dx: 5 });
        told.textContent = root.said === "scanned" ? "\u2713" : "\u2026";
      }
      root.rows.forEach(([words, to, way], k) => {
        const at = y + 22 + k * ROOT_LINE;
        this.text(words, 12, at + 14, "mk-root-row", g);
        // Not at the height of another line: of a lane across, of what enters another object.
        const clear = (off) =>
          Math.min(...taken.map(([name, y]) => (name === to ? 9 : Math.abs(at + 10 + off - y))));
        const off = OFFS.find((one) => clear(one) >= 2.5) ?? 0;
        point([size.roots, at + 10 + off], to, way);
      });
      y += high + 8;
    }
    return y;
  }

  drawLine(points, kind, between) {
    const kinds = kind.split(" ").map((one) => one && `mk-line-${one}`);
    const path = shape("path", this.g, { d: bent(points), class: ["mk-pointer-line", ...kinds].join(" ") });
    path.dataset.between = between;
    const head = /^on/.test(kind) ? "on" : /differs/.test(kind) ? "differs" : "plain";
    path.setAttribute("marker-end", `url(#${this.key}-${head})`);
  }

  drawNode(node, { x, y }, { wide, high }) {
    const here = { x, y, width: wide, height: high };
    const g = shape("g", this.g, { class: `mk-object mk-object-${node.look}` });
    g.dataset.says = node.says;
    shape("rect", g, { ...here, rx: 4, class: "mk-node" });
    if (wide === NARROW.wide) {
      this.text(node.name, x + wide / 2, y + 15, "mk-node-name mk-middle", g);
      this.text(node.word, x + wide / 2, y + 29, "mk-node-word mk-middle", g);
    } else {
      this.text(node.name, x + 9, y + 19, "mk-node-name", g);
      this.text(node.word, x + wide - 7, y + 19, "mk-node-word", g);
    }
    if (node.lost)
      shape("rect", g, { x: x - 4, y: y - 4, width: wide + 8, height: high + 8, rx: 6, class: "mk-lost" });
    if (node.touched) ring(g, here);
    if (node.differs) ring(g, here, "mk-differs", node.touched || node.lost ? 4.5 : 0);
  }

  drawSpans(picture, room) {
    this.spans.replaceChildren();
    for (const span of picture.spans) {
      const row = make("div", this.spans, "mk-gc-span");
      const head = make("div", row, "mk-gc-span-head");
      make("b", head, "", span.title);
      make("span", head, "", ` · ${span.note}`);
      const pitch = Math.min(CELL, (room - LABEL - 30) / span.cells.length);
      const svg = shape("svg", row, {
        width: Math.min(room, LABEL + span.cells.length * pitch + 30),
        height: 28 + span.bits.length * BIT,
        class: "mk-gc-cells",
      });
      this.text("slots", 0, 18, "mk-gc-label", svg);
      span.cells.forEach(([name, look, touched, differs], k) => {
        const here = { x: LABEL + k * pitch, y: 3, width: pitch - 4, height: 23 };
        const g = shape("g", svg, { class: `mk-object mk-object-${look === "free" ? "freed" : look}` });
        const bits = span.bits.map(([what, digits]) => `${what.replace(/s$/, "")} ${digits[k]}`);
        g.dataset.says = [`slot ${k} of ${span.title}`, name, look, ...bits].filter(Boolean).join(", ");
        shape("rect", g, { ...here, rx: 2, class: "mk-node" });
        this.text(name, here.x + here.width / 2, 19, "mk-gc-name", g);
        if (touched) ring(g, here);
        if (differs) ring(g, here, "mk-differs", touched ? 3.5 : 0);
      });
      const end = LABEL + span.cells.length * pitch;
      if (span.more) this.text("\u2026", end + 4, 18, "mk-gc-label", svg);
      if (span.touched) ring(svg, { x: LABEL - 2, y: 1, width: end - LABEL, height: 27 });
      span.bits.forEach(([name, digits], n) => {
        this.text(name, 0, 41 + n * BIT, "mk-gc-label", svg);
        [...digits].forEach((digit, k) => {
          const x = LABEL + k * pitch + (pitch - 4) / 2;
          this.text(digit, x, 41 + n * BIT, digit === "1" ? "mk-bit mk-bit-one" : "mk-bit", svg);
        });
      });
    }
    if (picture.rest) make("div", this.spans, "mk-caption", `and ${picture.rest} more spans`);
  }
}

const sum = (numbers) => numbers.reduce((a, b) => a + b, 0);

// A line through these points, its corners rounded; points in line with their neighbours are none.
function bent(points) {
  const corners = points.filter((point, i) => {
    const [before, after] = [points[i - 1], points[i + 1]];
    if (!before || !after) return true;
    return [0, 1].every((k) => before[k] !== point[k] || point[k] !== after[k]);
  });
  let d = `M${corners[0].join(" ")}`;
  for (let i = 1; i < corners.length - 1; i++) {
    const [before, here, after] = corners.slice(i - 1, i + 2);
    const [from, to] = [before, after].map((other) => {
      const [dx, dy] = [other[0] - here[0], other[1] - here[1]];
      const share = Math.min(0.5, BEND / Math.hypot(dx, dy));
      return [here[0] + dx * share, here[1] + dy * share];
    });
    d += `L${from.join(" ")}Q${here.join(" ")} ${to.join(" ")}`;
  }
  return `${d}L${corners.at(-1).join(" ")}`;
}

// Roots, objects and pointers while the collector works; the spans below.

import { arrowHead, hatch, make, ring, say, shape, unique, widthOf } from "./dom.js";

const WIDE = 96; // px an object is wide, and where there is little room
const NARROW = 46;
const TALL = 34;
const LINES = { [WIDE]: 50, [NARROW]: 54 }; // px from one row of objects to the next
const ROOTS = { [WIDE]: 104, [NARROW]: 92 }; // px of the roots beside them
const ROOT_LINE = 26;
const CELL = 34;

export class Collector {
  constructor(place) {
    this.body = make("div", place, "mk-floor mk-collector");
    this.body.dataset.tier = "mheap";
    this.state = make("div", this.body, "mk-state");
    this.queue = make("div", this.body, "mk-queue");
    this.graph = make("div", this.body, "mk-graph");
    this.graph.setAttribute("role", "img");
    this.graph.tabIndex = 0; // it may scroll
    this.svg = shape("svg", this.graph, { "aria-hidden": "true" });
    const defs = shape("defs", this.svg, {});
    this.key = unique("gc");
    hatch(defs, `${this.key}-hatch`, 6);
    for (const kind of ["plain", "on"]) arrowHead(defs, `${this.key}-${kind}`, `mk-head-${kind}`, 9);
    this.g = shape("g", this.svg, {});
    this.caption = make("div", this.body, "mk-caption");
    this.legend = make("div", this.body, "mk-caption mk-legend");
    this.spans = make("div", this.body, "mk-gc-spans");
  }

  draw(picture, context) {
    this.room = (widthOf(this.body, context.width) || 800) - 30;
    this.drawState(picture);
    say(this.caption, picture.caption);
    say(this.legend, picture.legend);
    this.graph.hidden = !picture.nodes.length && !picture.roots.length;
    this.graph.setAttribute("aria-label", `${picture.sentence}. ${picture.caption}`);
    this.g.replaceChildren();
    if (!this.graph.hidden) this.drawGraph(picture);
    this.drawSpans(picture);
  }

  drawState(picture) {
    this.state.replaceChildren();
    const phases = make("span", this.state, "mk-phases");
    make("span", phases, "mk-said", "phase");
    for (const name of ["off", "mark", "sweep"]) {
      const chip = make("span", phases, "mk-chip", name);
      if (name === picture.phase) {
        chip.classList.add("mk-chip-now");
        chip.setAttribute("aria-current", "true");
      }
    }
    const barrier = make("span", this.state, "mk-said", "write barrier ");
    make("b", barrier, "", picture.barrier);
    make("span", this.state, "mk-said", `marks ${picture.unit} by ${picture.unit}`);
    make("span", this.state, "mk-said", picture.heap);
    this.queue.replaceChildren();
    make("span", this.queue, "mk-said", "queue");
    if (!picture.queue.length) make("span", this.queue, "mk-said", "empty");
    picture.queue.slice(0, 12).forEach((name) => make("span", this.queue, "mk-chip", name));
    if (picture.queue.length > 12) make("span", this.queue, "mk-said", `${picture.queue.length - 12} more`);
  }

  text(words, x, y, kind) {
    shape("text", this.g, { x, y, class: kind }).textContent = words;
  }

  drawGraph(picture) {
    const { room } = this;
    const space = (wide) => (room - ROOTS[wide] - picture.columns * wide - 8) / picture.columns;
    const wide = space(WIDE) < 34 ? NARROW : WIDE;
    const rootWide = ROOTS[wide];
    const gap = Math.max(18, Math.min(110, space(wide)));
    const left = (column) => rootWide + gap + column * (wide + gap);
    // Roots, from top to bottom; each pointer in a line of its own.
    let y = 4;
    const lines = [];
    for (const root of picture.roots) {
      const high = 24 + root.rows.length * ROOT_LINE + (root.said ? 20 : 0);
      const here = { x: 2, y, width: rootWide, height: high };
      shape("rect", this.g, { ...here, rx: 3, class: "mk-root" });
      if (root.touched) ring(this.g, here);
      this.text(root.title, 10, y + 18, "mk-root-title");
      if (root.said) this.text(root.said, 10, y + 38, "mk-root-said");
      root.rows.forEach(([words, to], k) => {
        const at = y + 24 + (root.said ? 20 : 0) + k * ROOT_LINE;
        this.text(words, 12, at + 17, "mk-root-row");
        lines.push([to, at + 12]);
      });
      y += high + 10;
    }
    const bottom = y;
    const places = {};
    for (const node of picture.nodes)
      places[node.name] = { x: left(node.column), y: 10 + node.row * LINES[wide] };
    const heads = (on) => `url(#${this.key}-${on ? "on" : "plain"})`;
    const arrow = (d, on, dashed, differs) => {
      const kinds = [on ? "mk-on" : "", dashed ? "mk-dangling" : "", differs ? "mk-otherwise-line" : ""];
      const path = shape("path", this.g, {
        d,
        class: ["mk-pointer-line", ...kinds].filter(Boolean).join(" "),
      });
      path.setAttribute("marker-end", heads(on));
    };
    for (const [to, at] of lines) {
      const place = places[to];
      if (!place) continue;
      const end = place.y + TALL / 2;
      const x = rootWide + 2;
      arrow(
        `M${x} ${at} C${x + gap * 0.6} ${at},${place.x - gap * 0.6} ${end},${place.x - 1} ${end}`,
        false,
        false,
      );
    }
    for (const [from, to, on, dangling, differs] of picture.edges) {
      if (places[from] && places[to])
        arrow(curve(places[from], places[to], gap, wide), on, dangling, differs);
    }
    for (const node of picture.nodes) this.drawNode(node, places[node.name], wide);
    this.svg.setAttribute("width", Math.max(left(picture.columns - 1) + wide + 10, 200));
    this.svg.setAttribute("height", Math.max(bottom, 26 + picture.rows * LINES[wide]));
  }

  drawNode(node, { x, y }, wide) {
    const swatch = wide === WIDE ? 22 : 18;
    shape("rect", this.g, { x, y, width: wide, height: TALL, rx: 4, class: `mk-node mk-node-${node.look}` });
    if (node.look === "grey" || node.look === "black") {
      const fill = shape("rect", this.g, {
        x: x + 4,
        y: y + 5,
        width: swatch,
        height: TALL - 10,
        class: "mk-swatch",
      });
      fill.style.fill = node.look === "black" ? "var(--mk-tier)" : `url(#${this.key}-hatch)`;
    } else if (node.look === "white") {
      shape("rect", this.g, { x: x + 4, y: y + 5, width: swatch, height: TALL - 10, class: "mk-swatch" });
    }
    this.text(node.name, x + swatch + (wide === WIDE ? 9 : 7), y + 23, "mk-node-name");
    if (wide === WIDE) this.text(node.word, x + wide - 6, y + 23, "mk-node-word");
    else if (node.lost) this.text(node.word, x + wide, y + TALL + 17, "mk-node-word");
    if (node.lost)
      shape("rect", this.g, {
        x: x - 4,
        y: y - 4,
        width: wide + 8,
        height: TALL + 8,
        rx: 6,
        class: "mk-lost",
      });
    const here = { x, y, width: wide, height: TALL };
    if (node.touched) ring(this.g, here);
    if (node.differs) ring(this.g, here, "mk-differs", node.touched || node.lost ? 5 : 0);
  }

  drawSpans(picture) {
    this.spans.replaceChildren();
    for (const span of picture.spans) {
      const row = make("div", this.spans, "mk-gc-span");
      const head = make("div", row, "mk-gc-span-head");
      make("b", head, "", span.title);
      make("span", head, "", ` · ${span.note}`);
      const width = this.room;
      const label = 78;
      const pitch = Math.min(CELL, (width - label - 30) / span.cells.length);
      const svg = shape("svg", row, {
        width,
        height: 32 + span.bits.length * 20,
        "aria-hidden": "true",
        class: "mk-gc-cells",
      });
      const put = (words, x, y, kind) => {
        shape("text", svg, { x, y, class: kind }).textContent = words;
      };
      put("slots", 0, 19, "mk-gc-label");
      span.cells.forEach(([name, look, touched, differs], k) => {
        const x = label + k * pitch;
        const wide = pitch - 4;
        shape("rect", svg, {
          x,
          y: 2,
          width: wide,
          height: 26,
          rx: 2,
          class: `mk-node mk-node-${look === "free" ? "freed" : look}`,
        });
        if (look === "black" || look === "grey") {
          const strip = shape("rect", svg, {
            x: x + 2,
            y: 21,
            width: wide - 4,
            height: 6,
            class: "mk-strip",
          });
          strip.style.fill = look === "black" ? "var(--mk-tier)" : `url(#${this.key}-hatch)`;
        }
        put(name, x + wide / 2, 17, "mk-gc-name");
        const here = { x, y: 2, width: wide, height: 26 };
        if (touched) ring(svg, here);
        if (differs) ring(svg, here, "mk-differs", touched ? 3.5 : 0);
      });
      if (span.more) put("\u2026", label + span.cells.length * pitch + 4, 19, "mk-gc-label");
      if (span.touched) {
        ring(svg, { x: label - 2, y: 0, width: span.cells.length * pitch, height: 30 });
      }
      span.bits.forEach(([name, digits], n) => {
        put(name, 0, 48 + n * 20, "mk-gc-label");
        [...digits].forEach((digit, k) => {
          put(
            digit,
            label + k * pitch + (pitch - 4) / 2,
            48 + n * 20,
            digit === "1" ? "mk-bit mk-bit-one" : "mk-bit",
          );
        });
      });
    }
    if (picture.rest) make("div", this.spans, "mk-caption", `and ${picture.rest} more spans`);
  }
}

// From one object to another: straight on to the right, else around.
function curve(a, b, gap, wide) {
  const [y1, y2] = [a.y + TALL / 2, b.y + TALL / 2];
  if (a === b || (a.x === b.x && a.y === b.y)) {
    return `M${a.x + wide} ${y1 - 8} c26 -16,26 32,2 17`;
  }
  if (b.x > a.x) {
    const x1 = a.x + wide;
    if (b.x - x1 <= gap + 1 || y1 !== y2) {
      return `M${x1} ${y1} C${x1 + gap * 0.5} ${y1},${b.x - gap * 0.5} ${y2},${b.x - 1} ${y2}`;
    }
    const under = a.y + LINES[wide] + 1; // it dips to three quarters of that
    return `M${x1 - 12} ${a.y + TALL} C${x1 + 10} ${under},${b.x - 10} ${under},${b.x + 12} ${b.y + TALL + 1}`;
  }
  if (b.x === a.x) {
    // above or below
    if (Math.abs(a.y - b.y) <= LINES[wide]) {
      const down = b.y > a.y;
      const x = a.x + wide / 2 + (down ? -6 : 6);
      return `M${x} ${down ? a.y + TALL : a.y} L${x} ${down ? b.y - 1 : b.y + TALL + 1}`;
    }
    const x = a.x + wide;
    return `M${x} ${y1} C${x + 30} ${y1},${x + 30} ${y2},${x + 1} ${y2}`;
  }
  const up = b.y >= a.y ? 1 : -1; // to the left
  const [ya, yb] = up > 0 ? [a.y + TALL, b.y + TALL] : [a.y, b.y + TALL];
  return `M${a.x + 20} ${ya} C${a.x - 6} ${ya + up * 20},${b.x + wide + 6} ${yb + 20},${b.x + wide - 20} ${yb + 1}`;
}

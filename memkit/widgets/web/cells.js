// The cells of a row: where each one stands, and how it is painted, as SVG or on a canvas.

import { hatch, make, ring, shape, unique } from "./dom.js";

const BESIDE = 3.5; // px by which the mark of what differs lies around that of what was touched

// Where each cell of a row stands, for a given width in px. Cells shrink until the lines fit
// into row.high px; row.per keeps lines a multiple of that many cells.
export function geometry(row, width) {
  const after = row.tail.reduce((sum, part) => sum + part.cells, 0);
  const n = row.cells.length;
  const most = row.big ? 18 : 16;
  const whole = Math.max(1, Math.ceil(n + after));
  let per = row.per || Math.max(1, Math.floor(width / most));
  let pitch, high, gap, lines;
  for (;;) {
    pitch = width / per;
    if (!row.wide) pitch = Math.min(pitch, most);
    high = row.big ? 18 : Math.min(row.per ? 10 : 22, Math.max(4, Math.round(pitch * 1.4)));
    gap = pitch > 10 ? 3 : pitch > 5 ? 2 : pitch > 3 ? 1 : 0.5;
    lines = Math.ceil(whole / per);
    if (lines * (high + 3) <= row.high || pitch <= 2.5) break;
    per = row.per ? per * 2 : Math.ceil(per * 1.12);
  }
  if (row.wide) {
    per = Math.ceil(whole / lines);
    if (n + after < per) per = n + after;
    pitch = width / per;
    high = 22 > high && lines === 1 ? 22 : high;
    per = Math.max(1, lines === 1 ? whole : per);
  }
  const step = high + 3;
  return {
    per,
    pitch,
    high,
    step,
    gap,
    lines,
    width: Math.min(width, Math.min(per, whole) * pitch + 2),
    height: lines * step + 2,
    at: (i) => [(i % per) * pitch + 1.5, Math.floor(i / per) * step + 1.5],
    wide: Math.max(1, pitch - gap),
    // The cell at a point; it may be beyond the last one.
    cellAt: (x, y) => {
      const column = Math.floor((x - 1) / pitch);
      return column < 0 || column >= per || y < 0 ? -1 : Math.floor(y / step) * per + column;
    },
  };
}

// The row as a list of rectangles: {x, y, w, h, state}; part: one of its tail.
function rectangles(row, g) {
  const list = [];
  for (let i = 0; i < row.cells.length; i++) {
    const [x, y] = g.at(i);
    list.push({ x, y, w: g.wide, h: g.high, state: row.cells[i], fill: row.fills?.[i] });
  }
  let at = row.cells.length;
  for (const part of row.tail) {
    let left = part.cells;
    while (left > 0.001) {
      const line = Math.floor(at / g.per + 1e-9);
      const room = Math.min(left, (line + 1) * g.per - at);
      const w = Math.max(1, room * g.pitch - g.gap);
      const x = (at - line * g.per) * g.pitch + 1.5;
      list.push({ x, y: line * g.step + 1.5, w, h: g.high, state: part.state, part: true });
      at += room;
      left -= room;
    }
  }
  return list;
}

const looks = {
  "#": "used",
  ".": "free",
  "-": "reserved",
  "/": "third",
  " ": "none",
  "%": "level",
  _: "absent",
};
export const look = (state) => looks[state] || "letter";
// px of a cell that are filled from below: to scale, and what is filled a little is not empty. A place
// where none is shows its ground.
const filled = (r) => (r.state === "_" ? 1.5 : r.fill && Math.max(1, r.h * r.fill));

// The places of ranges of cells, one rectangle a line.
function places(ranges, g) {
  const list = [];
  for (const [start, stop] of ranges || []) {
    for (let i = start; i < stop; ) {
      const end = Math.min(stop, (Math.floor(i / g.per) + 1) * g.per);
      const [x, y] = g.at(i);
      list.push({ x, y, width: Math.max(1, (end - i) * g.pitch - g.gap), height: g.high });
      i = end;
    }
  }
  return list;
}

// What is marked in a row, over its cells: a window (the page cache's), what was touched, what differs.
class Marks {
  constructor(svg) {
    this.node = shape("g", svg, {});
  }

  draw(row, g) {
    this.node.replaceChildren();
    for (const { x, y, width, height } of places(row.boxes, g)) {
      const at = { x: x - 1, y: y - 1, width: width + 2, height: height + 2, rx: 2 };
      shape("rect", this.node, { ...at, class: "mk-box" });
    }
    const touched = row.touched.map(([from, to]) => [from, Math.min(to, row.cells.length)]);
    for (const place of places(touched, g)) ring(this.node, place);
    for (const [from, to] of row.differs || []) {
      const both = touched.some(([start, stop]) => start < to && from < stop);
      for (const place of places([[from, to]], g)) ring(this.node, place, "mk-differs", both ? BESIDE : 0);
    }
    if (row.mark && g.lines > 1) {
      const [x, y] = g.at(row.mark.at);
      const at = { x: x - g.gap / 2 - 1.25, y: y - 3, width: 2.5, height: g.high + 6 };
      shape("rect", this.node, { ...at, class: "mk-mark-bar" });
    }
  }
}

export class SvgPainter {
  constructor(parent) {
    this.hatch = unique("hatch");
    this.node = shape("svg", parent, { "aria-hidden": "true" });
    hatch(shape("defs", this.node, {}), this.hatch);
    this.cells = shape("g", this.node, {});
    this.over = shape("g", this.node, {});
    this.marks = new Marks(this.node);
    this.list = [];
  }

  paint(row, g) {
    const frame = `${g.width} ${g.height} ${g.per} ${g.pitch}`;
    const list = rectangles(row, g);
    if (frame !== this.frame || list.length !== this.list.length) {
      this.frame = frame;
      this.node.setAttribute("width", g.width);
      this.node.setAttribute("height", g.height);
      this.cells.replaceChildren();
      this.list = [];
      for (const r of list) {
        shape("rect", this.cells, { x: r.x, y: r.y, width: r.w, height: r.h, rx: Math.min(2, r.w / 4) });
      }
    }
    this.over.replaceChildren();
    for (let i = 0; i < list.length; i++) {
      const r = list[i];
      // A letter that has no room becomes a hatch, or its cell would look empty.
      if (look(r.state) === "letter" && g.wide < 9) r.state = "/";
      const was = this.list[i];
      if (!was || was.state !== r.state) {
        const node = this.cells.children[i];
        node.setAttribute("class", `mk-cell mk-${look(r.state)}`);
        node.style.fill = look(r.state) === "third" ? `url(#${this.hatch})` : "";
      }
      if (look(r.state) === "level" || look(r.state) === "absent") {
        const full = filled(r);
        const at = { x: r.x, y: r.y + r.h - full, width: r.w, height: full };
        shape("rect", this.over, { ...at, class: "mk-fill" });
      }
      if (look(r.state) === "letter") {
        shape("text", this.over, {
          x: r.x + r.w / 2,
          y: r.y + r.h / 2 + 4.5,
          class: "mk-letter",
        }).textContent = r.state;
      }
    }
    this.marks.draw(row, g);
    this.list = list;
  }
}

export class CanvasPainter {
  constructor(parent) {
    this.node = make("canvas", parent);
    this.node.setAttribute("aria-hidden", "true");
    this.svg = shape("svg", parent, { class: "mk-over", "aria-hidden": "true" });
    this.marks = new Marks(this.svg);
  }

  paint(row, g) {
    const dots = window.devicePixelRatio || 1;
    const style = getComputedStyle(this.node);
    const tier = style.getPropertyValue("--mk-tier").trim() || "#6b7f8f";
    this.node.width = Math.ceil(g.width * dots);
    this.node.height = Math.ceil(g.height * dots);
    this.node.style.width = `${g.width}px`;
    this.node.style.height = `${g.height}px`;
    const pen = this.node.getContext("2d");
    pen.scale(dots, dots);
    const list = rectangles(row, g);
    for (const r of list) {
      const kind = look(r.state);
      if (kind === "none") continue;
      pen.fillStyle = pen.strokeStyle = tier;
      pen.lineWidth = 1;
      pen.setLineDash(kind === "reserved" ? [2, 2] : []);
      if (kind === "used" || kind === "letter") pen.fillRect(r.x, r.y, r.w, r.h);
      if (kind === "level" || kind === "absent") {
        const full = filled(r);
        pen.fillRect(r.x, r.y + r.h - full, r.w, full);
      }
      if (kind === "absent") continue;
      if (g.pitch > 3) pen.strokeRect(r.x, r.y, r.w, r.h);
      else if (kind !== "used") {
        pen.globalAlpha = kind === "free" ? 0.2 : 0.45;
        pen.fillRect(r.x, r.y, r.w, r.h);
        pen.globalAlpha = 1;
      }
      if (kind === "third") {
        pen.beginPath();
        pen.moveTo(r.x, r.y + r.h);
        pen.lineTo(r.x + r.w, r.y);
        pen.stroke();
      }
    }
    this.svg.setAttribute("width", g.width);
    this.svg.setAttribute("height", g.height);
    this.marks.draw(row, g);
  }
}

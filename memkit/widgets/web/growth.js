// The heap over time: areas and lines up to now, as memkit/pictures/growth.py makes them. What a line or
// an area is stands at the right, at a thin line that leads there.

import { boxOf, hatch, shape, unique } from "./dom.js";

const LEFT = 54; // px for the numbers of the heap
const TOP = 22; // px above the areas, for the numbers of what happened
const BELOW = 40; // px for the numbers of what was allocated, and their name
const APART = 17; // px from words to the words below
const CHAR = 7; // px of a letter, at most
const LEAD = 16; // px from the areas to the words
const SIGN = 12; // px of an area's sign before its word
const BETWEEN = { down: 34, across: 44 }; // px between two numbers of an axis, at least

// Where words stand that would be at these heights: as near as can be, and none over another.
export function spread(wanted, apart, low, high) {
  const order = wanted.map((_, k) => k).sort((a, b) => wanted[a] - wanted[b] || a - b);
  const found = [];
  let least = low;
  for (const k of order) {
    found[k] = Math.max(wanted[k], least);
    least = found[k] + apart;
  }
  let most = high;
  for (const k of order.reverse()) {
    found[k] = Math.min(found[k], most);
    most = found[k] - apart;
  }
  return found;
}

// The round numbers from `first` to `last`, at most so many steps apart.
export function rounds(first, last, most) {
  const least = (last - first) / Math.max(1, most);
  const ten = 10 ** Math.floor(Math.log10(least));
  const step = ten * [1, 2, 5, 10].find((one) => one * ten >= least * 0.9999);
  const from = Math.ceil(first / step - 1e-9);
  const number = Math.floor(last / step + 1e-9) - from + 1;
  return Array.from({ length: number }, (_, k) => Number(((from + k) * step).toPrecision(12)));
}

export class Growth {
  constructor(place) {
    this.svg = shape("svg", place, {});
    this.hatch = unique("hatch");
    hatch(shape("defs", this.svg, {}), this.hatch, 6);
    this.g = shape("g", this.svg, {});
  }

  draw(growth, width) {
    this.growth = growth;
    const { most, points, lines, later, numbers, per, unit, high, wide } = growth;
    const [first, last, top] = most;
    const right = Math.max(LEFT + 90, width - LEAD - SIGN - CHAR * wide);
    this.x = (made) => LEFT + ((right - LEFT) * (made - first)) / (last - first || 1);
    this.y = (bytes) => TOP + high * (1 - bytes / (top || 1));
    this.right = right;
    this.svg.setAttribute("width", width);
    this.svg.setAttribute("height", TOP + high + BELOW);
    this.g.replaceChildren();
    this.drawAxes(growth);
    const [made, live, heap] = points.at(-1);
    const place = (made, bytes) => `${this.x(made).toFixed(1)} ${this.y(bytes).toFixed(1)}`;
    const path = (of, kind) => {
      if (of.length) return shape("path", this.g, { d: `M${of.join("L")}`, class: kind });
    };
    const tops = points.map(([at, , heap]) => place(at, heap));
    const middles = points.map(([at, live]) => place(at, live));
    const back = [...middles].reverse();
    path([...tops, ...back], "mk-growth-rest").style.fill = `url(#${this.hatch})`;
    path([...middles, place(made, 0), place(points[0][0], 0)], "mk-growth-live");
    path(tops, "mk-growth-heap");
    path(
      later.map(([at, heap]) => place(at, heap)),
      "mk-growth-heap mk-growth-later",
    );
    const told = [];
    for (const line of lines) {
      const at = line.at.map(([from, value], k) => {
        const to = line.at[k + 1]?.[0] ?? Math.max(made, from);
        return `${place(from, value)}H${this.x(to)}`;
      });
      const other = line.differs ? " mk-growth-other" : "";
      const step = line.look === "goal" ? "L" : "M";
      path([at.join(step)], `mk-growth-line mk-growth-${line.look}${other}`);
      told.push({ ...line, from: Math.max(made, line.at.at(-1)[0]), value: line.at.at(-1)[1] });
    }
    const sized = (bytes) => String(Number((bytes / per).toFixed(2)));
    const areas = [
      ["live", 0, live],
      [growth.rest, live, heap],
    ];
    for (const [text, low, up] of areas) {
      if (up > low) {
        const sign = text === growth.rest ? `url(#${this.hatch})` : "var(--mk-tier)";
        told.push({ text: `${text} ${sized(up - low)}`, sign, from: made, value: (low + up) / 2 });
      }
    }
    this.drawWords(told);
    let free = 0;
    for (const [at, text] of numbers) {
      const x = this.x(at);
      if (x - text.length * 4 < free) continue;
      this.write(text, x, TOP - 8, "mk-growth-middle");
      free = x + text.length * 4 + 6;
    }
    this.mark(this.x(made), this.y(heap), growth.differs);
    this.says = (i) => {
      const [made, live, heap] = points[i];
      const rest = heap > live ? `, ${growth.rest} ${sized(heap - live)}` : "";
      return `${sized(made)} ${unit} ${growth.across}: heap ${sized(heap)}, live ${sized(live)}${rest}`;
    };
  }

  // Of two tones, as all marks; and another one around it where the other run's is elsewhere.
  mark(cx, cy, differs) {
    const circle = (parent, r, kind) => shape("circle", parent, { cx, cy, r, class: kind });
    const touched = shape("g", this.g, { class: "mk-touched" });
    circle(touched, 3.5, "mk-ring-in");
    circle(touched, 5.5, "mk-ring");
    if (differs) circle(shape("g", this.g, { class: "mk-differs" }), 9.5, "mk-ring");
  }

  write(words, x, y, kind) {
    const text = shape("text", this.g, { x, y, class: kind });
    text.textContent = words;
    return text;
  }

  drawAxes({ most: [first, last, top], per, unit, across, high }) {
    const down = rounds(0, top / per, high / BETWEEN.down);
    down.forEach((number, k) => {
      const y = this.y(number * per);
      shape("line", this.g, { x1: LEFT, x2: this.right, y1: y, y2: y, class: "mk-growth-grid" });
      const words = k === down.length - 1 ? `${number} ${unit}` : String(number);
      this.write(words, LEFT - 7, y + 5, "mk-growth-end");
    });
    const bottom = this.y(0);
    for (const number of rounds(first / per, last / per, (this.right - LEFT) / BETWEEN.across)) {
      const x = this.x(number * per);
      shape("line", this.g, { x1: x, x2: x, y1: bottom, y2: bottom + 5, class: "mk-tick" });
      this.write(String(number), x, bottom + 19, "mk-growth-middle");
    }
    this.write(`${across}, ${unit}`, (LEFT + this.right) / 2, bottom + 36, "mk-growth-middle");
  }

  drawWords(told) {
    const at = spread(
      told.map(({ value }) => this.y(value)),
      APART,
      TOP - 6,
      TOP + this.growth.high + 4,
    );
    told.forEach(({ text, look, sign, from, value, differs }, k) => {
      const [x, y] = [this.right + LEAD, this.y(value)];
      const d = `M${this.x(from)} ${y}H${this.right}L${x - 3} ${at[k]}`;
      shape("path", this.g, { d, class: "mk-growth-lead" });
      if (sign) {
        const box = shape("rect", this.g, { x, y: at[k] - 5, width: 10, height: 10, class: "mk-cell" });
        box.style.fill = sign;
      }
      const left = x + (sign ? SIGN + 2 : 0);
      this.write(text, left, at[k] + 5, look ? `mk-growth-${look === "goal" ? "goal" : "word"}` : "");
      if (differs) {
        const end = left + text.length * CHAR * (look === "goal" ? 1.02 : 0.88);
        shape("line", this.g, { x1: left, x2: end, y1: at[k] + 8, y2: at[k] + 8, class: "mk-growth-under" });
      }
    });
  }

  rect(i) {
    const { x, y } = boxOf(this.svg);
    const [made, , heap] = this.growth.points[i];
    return new DOMRect(x + this.x(made) - 4, y + this.y(heap) - 4, 8, 8);
  }

  // The nearest point; -1 where none is meant.
  at(across, down) {
    const { x, y, height } = boxOf(this.svg);
    if (down < y || down > y + height || across < x + LEFT - 8 || across > x + this.right + 8) return -1;
    const far = this.growth.points.map(([made]) => Math.abs(this.x(made) - across + x));
    const nearest = far.indexOf(Math.min(...far));
    return far[nearest] < 24 ? nearest : -1;
  }
}

// What lay at which addresses, and when: overlays above, demand paging below, on one axis of time
// and each on the same axis of addresses (see memkit/pictures/overlays.py).

import { hatch, make, ring, say, shape, unique, widthOf } from "./dom.js";

const AXIS = 58; // px for the addresses
const PLAN = 176; // px for the tree, at most
const HIGH = 132; // px of all addresses
const TIME = 22; // px for the names of the columns
const CHAR = 7.8; // px of a character at 13 px

class Panel {
  constructor(parent) {
    this.floor = make("div", parent, "mk-floor mk-lanes");
    this.floor.dataset.tier = "frames";
    const head = make("div", this.floor, "mk-head");
    for (const name of ["title", "note", "count"]) this[name] = make("div", head, `mk-${name}`);
    this.inner = make("div", this.floor, "mk-floor-body");
    this.svg = shape("svg", this.inner, { "aria-hidden": "true", class: "mk-timeline" });
    this.hatch = unique("hatch");
    hatch(shape("defs", this.svg, {}), this.hatch, 6);
    this.g = shape("g", this.svg, {});
  }

  draw(panel, picture, width) {
    for (const name of ["title", "note", "count"]) say(this[name], panel[name]);
    const plan = Math.min(PLAN, width * 0.24);
    const left = AXIS + plan + 14;
    const pitch = Math.min(48, (width - left - 2) / picture.columns);
    const y = (at) => 2 + HIGH * (1 - at / picture.top);
    this.svg.setAttribute("width", width);
    this.svg.setAttribute("height", HIGH + TIME + 4);
    this.g.replaceChildren();
    const put = (tag, attributes) => shape(tag, this.g, attributes);
    const text = (words, x, at, kind = "mk-said") => {
      put("text", { x, y: at, class: kind }).textContent = words;
    };
    const right = left + pitch * picture.columns;
    let free = Number.POSITIVE_INFINITY;
    panel.ticks.forEach(([at, words], k) => {
      put("line", { x1: AXIS - 4, x2: right, y1: y(at), y2: y(at), class: "mk-tick" });
      const from = Math.min(HIGH + 2, Math.max(12, y(at) + 4));
      if (free - from < 13 || (k < panel.ticks.length - 1 && from < 12 + 13)) return;
      text(words, AXIS - 8, from, "mk-address-tick");
      free = from;
    });
    const branch = plan / Math.max(1, panel.branches);
    for (const block of panel.plan) {
      this.block(picture, block, AXIS + block.first * branch, branch - 3, y);
    }
    for (const block of panel.blocks) {
      const n = block.last - block.first + 1;
      this.block(picture, block, left + block.first * pitch, n * pitch - 1.5, y);
    }
    const aside = plan > 150 ? panel.aside : [];
    aside.forEach((words, k) => text(words, AXIS + 2, HIGH / 2 - 14 + 18 * k));
    const every = Math.ceil((CHAR + 1) / pitch);
    // Of the column shown the whole name, and of the others what has room beside it.
    const middle = (t) => left + (t + 0.5) * pitch;
    const shown = picture.runs[picture.now];
    const half = shown ? Math.max(pitch, shown.length * CHAR) / 2 + 2 : 0;
    const from = Math.max(left, Math.min(right - 2 * half, middle(picture.now) - half));
    if (shown) {
      put("rect", { x: from, y: HIGH + 5, width: 2 * half, height: TIME - 4, rx: 2, class: "mk-now-bar" });
      text(shown, from + half, HIGH + TIME - 4, "mk-column mk-column-now");
    }
    picture.runs.forEach((name, t) => {
      const short = picture.short[name];
      const away = Math.abs(middle(t) - from - half) - half - (short.length * CHAR) / 2;
      if (t % every === 0 && t !== picture.now && (!shown || away > 2))
        text(short, middle(t), HIGH + TIME - 4, "mk-column");
    });
    if (panel.plan.length) text("the plan", AXIS, HIGH + TIME - 4);
    text("runs", left - 8, HIGH + TIME - 4, "mk-address-tick");
  }

  block(picture, block, x, width, y) {
    const top = y(block.top);
    const box = {
      x,
      y: top + 0.5,
      width: Math.max(1, width),
      height: Math.max(1, y(block.bottom) - top - 1.5),
      rx: 1.5,
    };
    const look = { "#": "used", "-": "reserved", "/": "third" }[block.state];
    const node = shape("rect", this.g, { ...box, class: `mk-module mk-module-${look}` });
    const share = picture.modules.indexOf(block.name) / Math.max(1, picture.modules.length - 1);
    if (look !== "reserved") node.style.setProperty("--mk-share", `${Math.round(14 + 36 * share)}%`);
    const over = block.over || look === "third";
    if (over) {
      const wide = block.over ? Math.min(box.width, 16) : box.width;
      const cover = shape("rect", this.g, { ...box, x: x + box.width - wide, width: wide });
      cover.style.fill = `url(#${this.hatch})`;
      cover.style.stroke = "none";
    }
    const words = [block.name, picture.short[block.name]].find((one) => one.length * CHAR + 4 <= box.width);
    if (words && box.height >= 13) {
      shape("text", this.g, {
        x: x + box.width / 2,
        y: top + box.height / 2 + 5,
        class: "mk-in-module",
      }).textContent = words;
    }
    if (block.now) shape("rect", this.g, { ...box, class: "mk-touched" });
    if (block.differs) ring(this.g, box, "mk-differs", block.now ? 3.5 : 0);
  }
}

export class Overlays {
  constructor(place) {
    this.body = make("div", place, "mk-picture");
    this.body.setAttribute("role", "img");
    this.panels = [new Panel(this.body), new Panel(this.body)];
    this.read = make("div", this.body, "mk-read");
    this.legend = make("div", this.body, "mk-caption");
  }

  draw(picture, context) {
    this.body.setAttribute("aria-label", picture.sentence);
    picture.panels.forEach((panel, k) => {
      const width = Math.max(280, widthOf(this.panels[k].inner, context.width) || 700);
      this.panels[k].draw(panel, picture, width);
    });
    this.read.replaceChildren();
    make("span", this.read, "", "read from disk");
    for (const [name, share, words] of picture.read) {
      make("span", this.read, "mk-read-name", name);
      make("span", make("span", this.read, "mk-read-bar")).style.width = `${100 * share}%`;
      make("span", this.read, "", words);
    }
    say(this.legend, picture.legend);
  }
}

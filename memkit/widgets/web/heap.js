// A region of memory to scale: its blocks, the free list as arrows, the order of a search.

import { arrowHead, hatch, make, ring, say, shape, unique, widthOf } from "./dom.js";

const LEFT = 46; // px for the word "list"
const ARCS = 38; // px above the blocks
const HIGH = 34; // px of a block
const CHAR = 0.614; // of its size: what a character of the code font needs

export class Heap {
  constructor(place) {
    this.floor = make("div", place, "mk-floor mk-heap");
    this.floor.dataset.tier = "mheap";
    const head = make("div", this.floor, "mk-head");
    for (const name of ["title", "note", "count"]) this[name] = make("div", head, `mk-${name}`);
    this.inner = make("div", this.floor, "mk-floor-body");
    this.inner.setAttribute("role", "img");
    this.svg = shape("svg", this.inner, { "aria-hidden": "true", class: "mk-region" });
    const defs = shape("defs", this.svg, {});
    this.key = unique("heap");
    hatch(defs, `${this.key}-hatch`);
    arrowHead(defs, `${this.key}-head`, "mk-arrow-head");
    this.sample = shape("text", this.svg, { class: "mk-address-tick" }); // how large text is here
    this.g = shape("g", this.svg, {});
    this.caption = make("div", this.inner, "mk-caption");
    this.meters = make("div", this.inner, "mk-meters");
  }

  draw(picture, context) {
    const width = Math.max(280, widthOf(this.inner, context.width) || 700);
    // Not yet on the page, it has no size.
    this.char = CHAR * (Number.parseFloat(getComputedStyle(this.sample).fontSize) || 14);
    for (const name of ["title", "note", "count", "caption"]) say(this[name], picture[name]);
    this.inner.setAttribute("aria-label", `${picture.sentence} ${picture.caption}`);
    const left = picture.listed ? LEFT : 2;
    const top = picture.listed ? ARCS : 8;
    const scale = (width - left - 4) / picture.size;
    const x = (at) => left + at * scale;
    this.svg.setAttribute("width", width);
    this.svg.setAttribute("height", top + HIGH + 44);
    this.g.replaceChildren();
    const text = (words, at, y, kind) => {
      shape("text", this.g, { x: at, y, class: kind }).textContent = words;
    };
    for (const block of picture.blocks) this.drawBlock(block, x, top, scale, text);
    if (picture.listed) this.drawList(picture, x, top, text);
    let free = -1e9;
    const end = width - 2;
    const last = picture.ticks.length - 1;
    const lastWide = picture.ticks[last][1].length * this.char;
    picture.ticks.forEach(([at, words], k) => {
      const wide = words.length * this.char;
      const from = k === last ? end - wide : x(at);
      if (from < free || (k < last && from + wide + 8 > end - lastWide)) return;
      shape("line", this.g, { x1: x(at), x2: x(at), y1: top + HIGH, y2: top + HIGH + 24, class: "mk-tick" });
      text(words, from, top + HIGH + 38, "mk-address-tick");
      free = from + wide + 8;
    });
    this.drawMeters(picture.meters);
  }

  drawBlock(block, x, top, scale, text) {
    const from = x(block.at) + 1;
    const wide = Math.max(2, block.size * scale - 2);
    const rect = (a, w, kind, inset = 0) =>
      shape("rect", this.g, {
        x: a + inset,
        y: top + inset,
        width: Math.max(1, w - 2 * inset),
        height: HIGH - 2 * inset,
        rx: 2,
        class: kind,
      });
    rect(from, wide, block.live ? "mk-block mk-live" : "mk-block mk-free-block");
    const extra = block.live ? (block.size - block.asked) * scale : 0;
    if (extra > 1) {
      // header and rounding: hatched, at the end, so that equal waste looks equal
      rect(from + wide - extra, extra, "mk-waste").style.fill = `url(#${this.key}-hatch)`;
    }
    const room = wide - extra - 4;
    const words = block.texts.find((one) => one.length * this.char <= room);
    if (words) text(words, from + (wide - extra) / 2, top + HIGH / 2 + 5, "mk-in-block");
    else if (this.char * block.name.length <= wide)
      text(block.name, from + wide / 2, top + HIGH / 2 + 5, "mk-in-block");
    const here = { x: from, y: top, width: wide, height: HIGH };
    if (block.touched) ring(this.g, here);
    if (block.differs) ring(this.g, here, "mk-differs", block.touched ? 3.5 : 0);
    if (block.number) {
      const mark = block.found ? `\u25b2${block.number}` : String(block.number);
      text(mark, from + wide / 2, top + HIGH + 17, block.found ? "mk-cursor mk-found" : "mk-cursor");
    }
  }

  // The list: an arrow from "list" to its first block, and from each block to the next one.
  drawList(picture, x, top, text) {
    text("list", 2, top + HIGH / 2 + 5, "mk-said");
    const middle = (k) => x(picture.blocks[k].at + picture.blocks[k].size / 2);
    const shift = (k) => Math.min(9, (x(picture.blocks[k].size) - x(0)) / 5);
    let from = LEFT / 2 - 6;
    let y = top + HIGH / 2 - 10;
    picture.chain.forEach((k, n) => {
      const back = n > 0 && middle(k) < middle(picture.chain[n - 1]);
      const to = middle(k) + (back ? 1 : -1) * shift(k);
      if (n > 0) {
        from = middle(picture.chain[n - 1]) + (back ? -1 : 1) * shift(picture.chain[n - 1]);
        y = top;
      }
      const high = Math.min(top - 6, 14 + Math.abs(to - from) * 0.07);
      const d = `M${from} ${y} C${from} ${top - high * 1.25},${to} ${top - high * 1.25},${to} ${top - 1}`;
      const path = shape("path", this.g, { d, class: back ? "mk-link mk-backwards" : "mk-link" });
      path.setAttribute("marker-end", `url(#${this.key}-head)`);
    });
  }

  drawMeters(meters) {
    meters.forEach((meter, k) => {
      let node = this.meters.children[k];
      if (!node) {
        node = make("div", this.meters, "mk-meter");
        const words = make("div", node, "mk-meter-words");
        make("span", words, "mk-meter-name");
        make("span", words, "mk-caption");
        make("div", make("div", node, "mk-meter-bar"), "mk-meter-fill");
      }
      const [words, bar] = node.children;
      say(words.firstChild, meter.name);
      say(words.lastChild, meter.text);
      bar.firstChild.style.width = `${100 * meter.share}%`;
    });
  }
}

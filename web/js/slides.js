// A chapter as slides: the same page, of which one sees a part at a time. Page Down and Page Up turn
// them, as in `make lecture`, whoever has the focus; "c" hides the code and shows it again; "a" shows
// what answers a question before anybody answered. The classes tell what begins a slide ("on-slide")
// and what joins it at the next key ("on-fragment"). A slide that is a little taller than the screen is
// made smaller.

import { showSmaller, smaller } from "../../memkit/widgets/web/smaller.js";
import { openAnswers } from "./page.js";

const root = document.documentElement;
const STRIP = 40; // px of the buttons, and a little room above them
const PLACE = /^#slide=(\d+)$/;

// Blocks of the page, in order: sections are only around them.
const blocks = (node) =>
  [...node.children].flatMap((child) => (child.matches("section") ? blocks(child) : [child]));

function kind(block) {
  const marked = block.matches("[class*='on-']") ? block : block.querySelector(":scope > [class*='on-']");
  return /\bon-(\w+)/.exec(marked?.className ?? "")?.[1] ?? "same";
}

// What is seen after each key: a list of lists of blocks.
export function stopsOf(told) {
  const stops = [];
  for (const [how, block] of told) {
    if (how === "skip" || how === "notes") continue;
    if (how === "slide" || how === "subslide" || !stops.length) stops.push([block]);
    else if (how === "fragment") stops.push([...stops.at(-1), block]);
    else stops.at(-1).push(block);
  }
  return stops;
}

export class Slides {
  cells = [];
  watch = new ResizeObserver(() => requestAnimationFrame(() => this.fit()));

  constructor(article) {
    const opener = document.querySelector(".mk-as-slides");
    if (!opener) return;
    this.blocks = blocks(article).filter((block) => !block.matches(".mk-ways, span:empty"));
    this.stops = stopsOf(this.blocks.map((block) => [kind(block), block]));
    for (const [first] of this.sheets()) first.classList.add("mk-sheet");
    this.bar = this.makeBar();
    addEventListener("hashchange", () => this.look());
    addEventListener("keydown", (event) => this.press(event), true);
    this.look();
  }

  get on() {
    return root.classList.contains("mk-slides");
  }

  // The slides as they are in the end, each with all that joins it.
  sheets() {
    return this.stops.filter((stop, i) => stop[0] !== this.stops[i + 1]?.[0]);
  }

  makeBar() {
    const bar = document.createElement("nav");
    bar.className = "mk-remote";
    bar.setAttribute("aria-label", "slides");
    const button = (name, sign, act) => {
      const made = document.createElement("button");
      made.type = "button";
      made.textContent = sign;
      made.setAttribute("aria-label", name);
      made.title = name;
      made.addEventListener("click", act);
      bar.append(made);
    };
    button("back (Page Up)", "\u2039", () => this.turn(-1));
    this.where = document.createElement("span");
    bar.append(this.where);
    button("on (Page Down)", "\u203a", () => this.turn(1));
    button("open all answers (a)", "?", () => this.openAnswers());
    button("end the slides (Escape)", "\u00d7", () => this.end());
    document.body.append(bar);
    return bar;
  }

  look() {
    const place = PLACE.exec(location.hash);
    if (place) this.show(Number(place[1]) - 1);
    else if (this.on) this.close();
  }

  press(event) {
    if (!this.on || event.ctrlKey || event.metaKey || event.altKey) return;
    const way = { PageDown: 1, PageUp: -1 }[event.key];
    if (way) this.turn(way);
    else if (event.key === "c" && !event.target.closest("input, select, textarea")) {
      root.classList.toggle("mk-no-code");
    } else if (event.key === "a" && !event.target.closest("input, select, textarea")) {
      this.openAnswers();
    } else if (event.key === "Escape" && !event.target.closest(".mk-menu")) this.end();
    else return;
    event.preventDefault();
    event.stopPropagation();
  }

  // Before the widgets are drawn there is nothing to open.
  openAnswers() {
    openAnswers(this.cells);
  }

  turn(way) {
    const to = Math.max(0, Math.min(this.stops.length - 1, this.at + way));
    history.replaceState(null, "", `#slide=${to + 1}`);
    this.show(to);
  }

  show(i) {
    this.at = Math.max(0, Math.min(this.stops.length - 1, i));
    const seen = new Set(this.stops[this.at]);
    root.classList.add("mk-slides");
    for (const block of this.blocks) block.classList.toggle("mk-off", !seen.has(block));
    this.where.textContent = `${this.at + 1} / ${this.stops.length}`;
    this.watch.disconnect();
    this.size = 1;
    showSmaller([root], this.size);
    for (const block of seen) this.watch.observe(block);
    // The picture of a slide has the keys at once.
    for (const block of seen) block.querySelector(".mk-player")?.focus({ preventScroll: true });
    scrollTo(0, 0);
  }

  fit() {
    if (!this.on || !this.size) return;
    const ends = this.stops[this.at].map((block) => block.getBoundingClientRect().bottom + scrollY);
    const share = (innerHeight - STRIP) / Math.max(...ends);
    if (share >= 1) return;
    this.size = smaller(this.size, share);
    showSmaller([root], this.size);
  }

  // Where one was on the slides one goes on reading.
  end() {
    history.replaceState(null, "", location.pathname + location.search);
    this.close();
  }

  close() {
    root.classList.remove("mk-slides");
    showSmaller([root], 1);
    this.watch.disconnect();
    for (const block of this.blocks) block.classList.remove("mk-off");
    this.stops[this.at]?.at(-1).scrollIntoView();
  }
}

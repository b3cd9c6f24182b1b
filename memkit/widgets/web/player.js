// The controls: buttons, a slider, "next <kind of step>", speed, and the same by keys.
// They stand above the picture, so that they do not move under the mouse while it changes.

import { button, make } from "./dom.js";

const SPEEDS = { "\u00bc/s": 0.25, "\u00bd/s": 0.5, "1/s": 1, "2/s": 2, "4/s": 4, "8/s": 8 }; // steps a second
const USUAL = "1/s";
const ALL = "all"; // all steps, however many they are, in
const SECONDS = 30;
const LONG = 60; // steps, from which on that is offered

const ICONS = {
  first: "M4 3v12M14 4L8 9l6 5",
  back: "M12 4L6 9l6 5",
  play: "M5 4v10l8-5z",
  pause: "M5 4h2v10H5zM11 4h2v10h-2z",
  next: "M6 4l6 5-6 5",
  last: "M14 3v12M4 4l6 5-6 5",
};
const FILLED = new Set(["play", "pause"]); // the others are lines: a step is no play
const icon = (name) =>
  `<svg viewBox="0 0 18 18" aria-hidden="true"><path d="${ICONS[name]}"${FILLED.has(name) ? "" : ' fill="none"'}/></svg>`;

// How many whole steps are due after `ms` at `rate` steps a second, and what part of one is left
// over. A page that slept does not run ahead.
export function due(left, ms, rate) {
  const owed = left + Math.min((ms * rate) / 1000, 1 + rate / 4);
  return [Math.floor(owed), owed % 1];
}

export class Player {
  // reel: at, total, film, first, and move(i).
  constructor(parent, reel) {
    this.reel = reel;
    this.node = make("div", parent, "mk-controls");
    this.timer = 0;
    this.held = 0;
    const step = (way) => () => this.move(this.reel.at + way);
    this.keys = {
      Home: () => this.move(0),
      ArrowLeft: step(-1),
      " ": () => this.toggle(),
      ArrowRight: step(1),
      End: () => this.move(this.reel.total - 1),
      n: () => this.jumpOn(),
    };
    const control = (className, name, key, drawing, act) => {
      const node = button(this.node, `mk-${className}`, name, act);
      node.title = `${name} (${key})`;
      node.innerHTML = icon(drawing);
      return node;
    };
    this.first = control("first", "first step", "Home", "first", this.keys.Home);
    this.back = control("back", "step back", "\u2190", "back", this.keys.ArrowLeft);
    this.play = control("play", "play", "space", "play", this.keys[" "]);
    this.next = control("next", "next step", "\u2192", "next", this.keys.ArrowRight);
    this.last = control("last", "last step", "End", "last", this.keys.End);

    this.slider = make("input", this.node, "mk-slider");
    this.slider.type = "range";
    this.slider.min = 0;
    this.slider.setAttribute("aria-label", "step");
    this.slider.addEventListener("input", () => this.move(Number(this.slider.value)));
    this.where = make("span", this.node, "mk-where");

    this.jump = button(this.node, "mk-jump", "next", this.keys.n);
    this.jump.textContent = "next";
    this.kind = make("select", this.node, "mk-kind");
    this.kind.setAttribute("aria-label", "kind of step to jump to");
    this.kind.addEventListener("change", () => {
      this.chosen = this.kind.value;
      this.draw();
    });

    this.speed = make("select", this.node, "mk-speed");
    this.speed.setAttribute("aria-label", "speed, steps a second");
    for (const name of Object.keys(SPEEDS)) this.speed.add(new Option(name, name));
    this.all = new Option(`all in ${SECONDS} s`, ALL);
    this.speed.add(this.all);
    this.speed.value = USUAL;
    this.speed.addEventListener("change", () => {
      this.owed = 0;
    });
    this.kinds = [];
  }

  get rate() {
    return this.speed.value === ALL ? this.reel.total / SECONDS : SPEEDS[this.speed.value];
  }

  // By the learner's hand: what plays stops.
  move(i) {
    this.stop();
    this.reel.move(i);
  }

  jumpOn() {
    const i = this.reel.film.next(this.kind.value, this.reel.at);
    if (i >= 0) this.move(i);
  }

  stop() {
    clearTimeout(this.timer);
    this.timer = 0;
    this.drawPlay();
  }

  toggle() {
    if (this.timer) return this.stop();
    const end = this.reel.total - 1;
    if (end < 1) return;
    if (this.reel.at >= end) this.reel.move(0);
    this.owed = 0;
    let before = performance.now();
    const tick = () => {
      const now = performance.now();
      const [steps, left] = due(this.owed, now - before, this.rate);
      before = now;
      this.owed = left;
      if (steps) this.reel.move(this.reel.at + steps);
      if (this.reel.at >= this.reel.total - 1) this.stop();
      else this.timer = setTimeout(tick, (1000 * (1 - this.owed)) / this.rate);
    };
    this.timer = setTimeout(tick, 1000 / this.rate);
    this.drawPlay();
  }

  // A key, pressed and perhaps held: an arrow then runs, one step a frame, until it is let go.
  press({ key, repeat }) {
    if (this.reel.total < 2 || !Object.hasOwn(this.keys, key)) return false;
    if (!repeat || key === "n") this.keys[key]();
    else if (key.startsWith("Arrow") && !this.held) {
      const run = () => {
        this.keys[key]();
        this.held = requestAnimationFrame(run);
      };
      this.held = requestAnimationFrame(run);
    }
    return true;
  }

  letGo() {
    cancelAnimationFrame(this.held);
    this.held = 0;
  }

  drawPlay() {
    const name = this.timer ? "pause" : "play";
    if (this.play.getAttribute("aria-label") === name) return;
    this.play.innerHTML = icon(name);
    this.play.setAttribute("aria-label", name);
    this.play.title = `${name} (space)`;
  }

  draw() {
    const { at, total, film, first } = this.reel;
    const end = total - 1;
    this.node.classList.toggle("mk-single", total < 2);
    const said = total < 1 ? "no steps" : `step ${at + 1} of ${total}`;
    this.slider.max = Math.max(0, end);
    this.slider.value = at;
    this.slider.setAttribute("aria-valuetext", said);
    this.where.textContent = said;
    this.where.style.minWidth = `${`step ${total} of ${total}`.length}ch`;
    this.first.disabled = this.back.disabled = at <= 0;
    this.next.disabled = this.last.disabled = at >= end;
    this.slider.disabled = this.play.disabled = total < 2;
    this.all.hidden = this.all.disabled = total < LONG;
    if (this.all.selected && this.all.disabled) this.speed.value = USUAL;
    this.drawKinds(film.kinds(first));
    const here = this.chosen && this.kinds.includes(this.chosen) ? this.chosen : film.telling(this.kinds, at);
    if (here) this.kind.value = here;
    const name = this.kind.value;
    this.jump.title = `next ${name} (n)`;
    this.jump.setAttribute("aria-label", `next ${name}`);
    this.jump.disabled = film.next(name, at) < 0;
    // A button that can no longer be pressed would lose the keyboard to nobody.
    const held = document.activeElement;
    if (held?.disabled && this.node.contains(held)) this.slider.focus({ preventScroll: true });
  }

  drawKinds(kinds) {
    if (kinds.join("\n") === this.kinds.join("\n")) return;
    this.kinds = kinds;
    this.kind.replaceChildren(...kinds.map((name) => new Option(name, name)));
  }
}

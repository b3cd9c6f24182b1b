// A bar of parts, to scale to the pixel. What a part says stands under it where it has room, and else
// outside, at a line that leads there: no part is drawn wider for the sake of its words.

import { boxOf, dress, make, say } from "./dom.js";

const AIR = 10; // px between two words beside each other
const POLE = 5; // px between a line and its words
const INSET = 2; // px from the edge of a part to its words, which a line at the edge shall not touch
const THIN = 3; // px: a narrower part has no room for an outline
const STRIP = 1.35; // lines of text: the height of one row of words

// Where the words of parts stand below a bar of so many px: for each {left, lane, pole}. Lane 0 is the
// first below the bar; `pole` is where the line comes down, or null where the words need none.
// parts: {from, to, wide} in px, wide: what the words need; 0 for no words.
export function labelled(parts, width) {
  const told = parts.map(({ from, to, wide }) => {
    if (!wide) return null;
    if (wide + AIR <= to - from) return { wide, left: from + INSET, pole: null, at: from };
    const pole = Math.min((from + to) / 2, from + 8);
    const right = pole + POLE + wide <= width;
    return { wide, pole, at: pole, left: right ? pole + POLE : leftOf(pole, wide) };
  });
  const words = told.filter(Boolean);
  // Words that go to the left push those before them to the left.
  for (let k = words.length - 2; k >= 0; k--) {
    const one = words[k];
    const turned = words.slice(k + 1).some((next) => next.left < next.pole && covers(one, next));
    if (one.left > one.pole && turned) one.left = leftOf(one.pole, one.wide);
  }
  // From the bar down: words under which a line comes to others stand below these.
  const waiting = new Set(words);
  const placed = [];
  while (waiting.size) {
    const all = [...waiting];
    const free = all.find((one) => all.every((other) => other === one || !covers(one, other))) ?? all[0];
    waiting.delete(free);
    const over = placed.filter((other) => covers(free, other)).map((other) => other.lane + 1);
    free.lane = Math.max(0, ...over);
    while (free.pole !== null && placed.some((other) => other.lane === free.lane && besides(free, other)))
      free.lane++;
    placed.push(free);
  }
  // A line ends above words that stand around it.
  return told.map((one) => {
    const around = one?.pole > one?.left && one.pole < one.left + one.wide;
    return one && { left: one.left, lane: one.lane, pole: one.pole, around };
  });
}

const leftOf = (pole, wide) => Math.max(0, pole - POLE - wide);
// Whether `other` has its line, or its place, where the words of `one` stand.
const covers = (one, other) =>
  one.pole === null
    ? false
    : other.pole === null
      ? one.left < other.left + other.wide + AIR && one.left + one.wide + AIR > other.at
      : one.left - 1 < other.pole + 1 && one.left + one.wide + 1 > other.pole;
const besides = (one, other) =>
  one.left < other.left + other.wide + AIR && other.left < one.left + one.wide + AIR;

let pen;
const known = new Map();
function wideOf(text, font) {
  const key = `${font}\n${text}`;
  if (!known.has(key)) {
    pen ??= document.createElement("canvas").getContext("2d");
    pen.font = font;
    known.set(key, Math.ceil(pen.measureText(text).width) + 1);
  }
  return known.get(key);
}

export class Bar {
  constructor(place) {
    this.boxes = make("div", place, "mk-boxes");
    this.texts = make("div", place, "mk-bar-texts mk-caption");
  }

  draw(parts, width, look) {
    const whole = parts.reduce((sum, part) => sum + part.share, 0) || 1;
    this.measure(width);
    const { font, strip } = this;
    let sum = 0;
    const ends = parts.map((part) => {
      const from = sum;
      sum += part.share;
      return {
        from: (width * from) / whole,
        to: (width * sum) / whole,
        wide: part.text ? wideOf(part.text, font) : 0,
      };
    });
    const places = labelled(ends, width);
    parts.forEach((part, i) =>
      this.drawPart(i, part, ends[i].from / width, part.share / whole, look(part.state)),
    );
    let lanes = 0;
    parts.forEach((part, i) => {
      this.drawText(i, part.text, places[i], strip);
      if (places[i]) lanes = Math.max(lanes, places[i].lane + 1);
    });
    this.texts.style.height = `${lanes && lanes * strip + 3}px`;
  }

  // The size of the words goes with the width. To ask for it is dear after something has changed.
  measure(width) {
    if (this.width === width) return;
    this.width = width;
    const style = getComputedStyle(this.texts);
    this.font = `${style.fontWeight} ${style.fontSize} ${style.fontFamily}`; // `font` may be ""
    this.strip = Math.round(STRIP * parseFloat(style.fontSize));
  }

  drawPart(i, part, from, share, look) {
    const box = this.boxes.children[i] ?? make("div", this.boxes);
    const place = typeof part.touched === "number";
    const marks = [part.touched && !place ? "mk-on" : "", part.differs ? "mk-other" : ""];
    if (share * this.width < THIN) marks.push("mk-thin");
    dress(box, ["mk-part-box", `mk-${look}`, ...marks].filter(Boolean).join(" "));
    box.style.left = `${100 * from}%`;
    box.style.width = `${100 * share}%`;
    box.style.minWidth = share ? "1px" : "0";
    if (place && !box.firstChild) make("div", box, "mk-place");
    if (!place) box.replaceChildren();
    else box.firstChild.style.left = `${100 * part.touched}%`;
  }

  drawText(i, text, place, strip) {
    const node = this.texts.children[i] ?? make("div", this.texts, "mk-told-part");
    node.hidden = !place;
    if (!place) return node.replaceChildren(); // as if it had never said anything
    if (!node.firstChild) {
      make("div", node, "mk-pole");
      make("span", node);
    }
    const [pole, words] = node.children;
    pole.style.left = `${place.pole ?? 0}px`;
    pole.style.height = `${(place.lane + (place.around ? 0 : 1)) * strip + (place.around ? 2 : -2)}px`;
    dress(pole, place.pole === null ? "mk-pole mk-no-pole" : "mk-pole");
    words.style.left = `${place.left}px`;
    words.style.top = `${place.lane * strip + 2}px`;
    say(words, text);
  }

  // Left and width of part i, top and bottom of the bar, as they are on the page.
  rect(i) {
    return boxOf(this.boxes.children[i]);
  }
}

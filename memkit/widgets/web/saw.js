// The saw: which part of its slot a request does not ask for, at every size. Each size has its own value,
// and the cursor goes through them one by one; a click, or Enter, takes one for the request.

import { boxOf, make, pointOf, ring, say, shape, widthOf } from "./dom.js";

const LEFT = 52; // px for the numbers of the share
const RIGHT = 16;
const TOP = 22; // px above 100 %, for the words at the point
const HIGH = 190; // px from 0 to 100 %
const BELOW = 44;
const CLEAR = 0.5; // share that no tooth reaches but the first: there the words of a point stand
const SIZES = [1, 8, 32, 128, 512, 2048, 8192, 32768];
const SHARES = [0, 0.25, 0.5, 0.75, 1];

// The tooth [first, last, slot, shared] of a request, or undefined.
export const toothOf = (teeth, request) => teeth.find(([first, last]) => first <= request && request <= last);

// The sizes at which a tooth is drawn: its ends, and between them one a pixel, or every one.
export function sizesOf([first, last], x, back) {
  const found = [first];
  for (let size = first; size < last; ) {
    size = Math.min(last, Math.max(size + 1, Math.round(back(x(size) + 1))));
    found.push(size);
  }
  return found;
}

export class Saw {
  constructor(place, { pick }) {
    this.take = pick;
    this.parts = this; // what the cursor goes through: sizes in bytes
    this.floor = make("div", place, "mk-floor mk-saw");
    this.floor.dataset.tier = "mcache";
    this.title = make("div", this.floor, "mk-title");
    this.inner = make("div", this.floor);
    this.inner.setAttribute("role", "img");
    this.svg = shape("svg", this.inner, { "aria-hidden": "true" });
  }

  draw(picture, context) {
    const width = Math.max(280, widthOf(this.inner, context.width) || 700);
    const { teeth, request, most } = picture;
    const wide = width - LEFT - RIGHT;
    this.picture = picture;
    this.x = (size) => LEFT + (wide * Math.log(size)) / Math.log(most);
    this.back = (x) => Math.exp(((x - LEFT) / wide) * Math.log(most));
    this.y = (share) => TOP + HIGH * (1 - share);
    say(this.title, picture.title);
    this.inner.setAttribute("aria-label", `${picture.title}. ${request ? this.says(request) : ""}`);
    this.svg.setAttribute("width", width);
    this.svg.setAttribute("height", TOP + HIGH + BELOW);
    this.svg.replaceChildren();
    this.drawAxes(picture);
    let d = "";
    for (const tooth of teeth) {
      const line = sizesOf(tooth, this.x, this.back).map(
        (size) => `${this.x(size)} ${this.height(size, tooth)}`,
      );
      if (tooth[3]) shape("path", this.svg, { d: `M${line.join("L")}`, class: "mk-saw-line mk-saw-shared" });
      else d += `${d ? "L" : "M"}${line.join("L")}`;
    }
    shape("path", this.svg, { d, class: "mk-saw-line" });
    if (request) this.drawRequest(request);
  }

  share(size, [, , slot]) {
    return (slot - size) / slot;
  }

  height(size, tooth) {
    return this.y(this.share(size, tooth));
  }

  write(words, x, y, kind) {
    shape("text", this.svg, { x, y, class: kind }).textContent = words;
  }

  drawAxes({ x_label: label, ticks, most }) {
    for (const share of SHARES) {
      const y = this.y(share);
      shape("line", this.svg, { x1: LEFT, x2: this.x(most), y1: y, y2: y, class: "mk-saw-grid" });
      this.write(`${100 * share} %`, LEFT - 6, y + 5, "mk-saw-share");
    }
    SIZES.forEach((size, k) => {
      const [x, y] = [this.x(size), this.y(0)];
      shape("line", this.svg, { x1: x, x2: x, y1: y, y2: y + 5, class: "mk-tick" });
      this.write(ticks[k], x, y + 20, "mk-saw-size");
    });
    this.write(label, LEFT + (this.x(most) - LEFT) / 2, this.y(0) + 39, "mk-saw-size");
  }

  drawRequest(request) {
    const tooth = toothOf(this.picture.teeth, request);
    const [x, y] = [this.x(request), this.height(request, tooth)];
    ring(this.svg, { x: x - 3, y: y - 3, width: 6, height: 6 });
    const top = Math.min(y - 12, this.y(CLEAR));
    shape("line", this.svg, { x1: x, x2: x, y1: top + 3, y2: y - 5, class: "mk-tick" });
    const side = x > this.x(this.picture.most) / 2 ? "mk-saw-said mk-saw-before" : "mk-saw-said";
    this.write(this.says(request), x, top, side);
  }

  any() {
    return Boolean(this.picture);
  }

  sizeAt(across) {
    const { most } = this.picture;
    const x = across - boxOf(this.svg).x;
    return x < LEFT - 8 || x > this.x(most) + 8
      ? null
      : Math.max(1, Math.min(most, Math.round(this.back(x))));
  }

  at(event) {
    const [across, down] = pointOf(event);
    const { y, height } = boxOf(this.svg);
    return down < y || down > y + height ? null : this.sizeAt(across);
  }

  first() {
    return this.picture.request || 1;
  }

  // To the side by a byte; up and down to where the next tooth, or the one before, begins.
  next(size, [right, down]) {
    const { teeth, most } = this.picture;
    if (right) return Math.max(1, Math.min(most, size + right));
    const starts = teeth.map(([first]) => first);
    const found = down < 0 ? starts.find((one) => one > size) : starts.findLast((one) => one < size);
    return found ?? size;
  }

  box(size) {
    const tooth = toothOf(this.picture.teeth, size);
    if (!tooth) return null;
    const { x, y } = boxOf(this.svg);
    return new DOMRect(x + this.x(size) - 4, y + this.height(size, tooth) - 4, 8, 8);
  }

  says(size) {
    const tooth = toothOf(this.picture.teeth, size);
    if (!tooth) return "";
    const [, , slot, shared] = tooth;
    const said = `${bytes(size)}: ${bytes(slot - size)} of`;
    return shared
      ? `${said} a block of ${bytes(slot)} left for others`
      : `${said} a slot of ${bytes(slot)} not asked for`;
  }

  pick(size) {
    this.take(String(size));
  }
}

const bytes = (n) => `${n.toLocaleString("en-US")} B`;

// CLOCK as a clock: its frames in a ring, each with its page and bit, and the hand that goes around.

import { arrowHead, ring, shape, unique } from "./dom.js";

const HAND = 350; // ms for each frame that the hand goes on, and at most
const LONGEST = 2100;
const BOX = [56, 22];

export class Ring {
  static WIDE = 236; // px
  static HIGH = 148;

  constructor(svg) {
    this.node = shape("g", svg, { class: "mk-clock" });
    this.head = unique("hatch");
    arrowHead(shape("defs", svg, {}), this.head, "mk-way-head", 7);
  }

  draw(clock, left, high, picture) {
    this.node.replaceChildren();
    const forward = this.shown !== undefined && picture.step === this.shown + 1;
    this.shown = picture.step;
    if (!clock) return;
    const n = clock.frames.length;
    const middle = [left + Ring.WIDE / 2, Math.max(high, Ring.HIGH) / 2];
    const radius = [Ring.WIDE / 2 - BOX[0] / 2 - 6, middle[1] - BOX[1] / 2 - 4];
    const put = (tag, attributes) => shape(tag, this.node, attributes);
    const text = (words, x, y, kind) => {
      put("text", { x, y, class: kind }).textContent = words;
    };
    const angle = (k) => (2 * Math.PI * k) / n - Math.PI / 2;
    const place = (k, share = 1) => [
      middle[0] + Math.cos(angle(k)) * radius[0] * share,
      middle[1] + Math.sin(angle(k)) * radius[1] * share,
    ];
    put("ellipse", { cx: middle[0], cy: middle[1], rx: radius[0], ry: radius[1], class: "mk-clock-line" });
    // The way of the hand: from where it stood to where it stands now, at most once around.
    const way = Math.min(clock.way, n - 0.12);
    if (way > 0) {
      const points = Array.from({ length: 25 }, (_, i) => place(clock.hand - way + (way * i) / 24, 0.3));
      const path = put("path", { d: `M${points.map((p) => p.join(" ")).join("L")}`, class: "mk-way" });
      path.setAttribute("marker-end", `url(#${this.head})`);
    }
    clock.frames.forEach(({ page, kind, count }, k) => {
      const [x, y] = place(k);
      const [from, top] = [x - BOX[0] / 2, y - BOX[1] / 2];
      const box = (more, kind, inset = 0) =>
        put("rect", {
          x: from + inset,
          y: top + inset,
          width: more - 2 * inset,
          height: BOX[1] - 2 * inset,
          rx: 2,
          class: kind,
        });
      box(BOX[0], "mk-clock-page");
      box(BOX[0], `mk-frame-cell mk-${kind === "loaded" ? "kept" : kind}`);
      const half = from + BOX[0] / 2 - 2;
      put("line", { x1: half, x2: half, y1: top, y2: top + BOX[1], class: "mk-clock-line" });
      text(page, (from + half) / 2, y + 5, "mk-page mk-in-loaded");
      text(count, (half + from + BOX[0]) / 2, y + 5, count.length > 1 ? "mk-page mk-count-down" : "mk-page");
      if (picture.rows[k].next) box(BOX[0], "mk-goes", 3);
      const { touched, only = [] } = picture.rows[k];
      const here = { x: from, y: top, width: BOX[0], height: BOX[1] };
      if (only.includes(picture.now)) ring(this.node, here, "mk-differs", touched ? 3.5 : 0);
      if (touched) ring(this.node, here);
      // Its number, towards the middle.
      const off = Math.min(
        (BOX[0] / 2 + 8) / Math.abs(x - middle[0]),
        (BOX[1] / 2 + 10) / Math.abs(y - middle[1]),
      );
      text(String(k), x + (middle[0] - x) * off, y + (middle[1] - y) * off + 5, "mk-clock-number");
    });
    this.drawHand(clock, middle, place, forward);
    text(picture.kept === "bit" ? "page, bit" : `page, ${picture.kept}`, left + 2, 13, "mk-clock-told");
  }

  drawHand(clock, middle, place, forward) {
    const hand = shape("line", this.node, { class: "mk-hand" });
    const point = (k) => {
      const [x, y] = place(k, 0.42);
      for (const [name, value] of Object.entries({ x1: middle[0], y1: middle[1], x2: x, y2: y }))
        hand.setAttribute(name, value);
    };
    shape("circle", this.node, { cx: middle[0], cy: middle[1], r: 4.5, class: "mk-hand-nut" });
    point(clock.hand);
    cancelAnimationFrame(this.going);
    if (!forward || !clock.way || matchMedia("(prefers-reduced-motion: reduce)").matches) return;
    // One frame at a time: it stands still at each.
    const each = Math.min(HAND, LONGEST / clock.way);
    const began = performance.now();
    const go = (now) => {
      const done = Math.min(clock.way, (now - began) / each);
      const whole = Math.floor(done);
      const turn = whole + Math.min(1, (done - whole) * 2);
      point(clock.hand - clock.way + Math.min(clock.way, turn));
      if (done < clock.way) this.going = requestAnimationFrame(go);
    };
    go(began);
  }
}

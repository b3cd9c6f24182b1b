// The ward: a program line by line, the shadow of its blocks, and the doctor's report.

import { arrowHead, boxOf, make, ring, say, shape, unique, widthOf } from "./dom.js";

const SHADOW = { r: "mk-red-zone", u: "mk-unwritten", i: "mk-written", f: "mk-freed", "-": "mk-red-zone" };
const LINE_HIGH = 26;
const LANE = 7; // px between arrows
const SIDE = 24; // px beside the blocks, for arrows from one to another

export class Ward {
  constructor(place) {
    this.body = make("div", place, "mk-ward-body");
    this.code = make("ol", this.body, "mk-code-lines");
    this.code.setAttribute("aria-label", "the program");
    this.floor = make("div", this.body, "mk-floor mk-shadows");
    this.floor.dataset.tier = "mheap";
    this.inner = make("div", this.floor, "mk-pointing");
    this.variables = make("div", this.inner, "mk-variables");
    this.blocks = make("div", this.inner, "mk-floor-body");
    this.arrows = shape("svg", this.inner, { class: "mk-arrows", "aria-hidden": "true" });
    this.head = unique("hatch");
    arrowHead(shape("defs", this.arrows, {}), this.head, "mk-points-head");
    this.lines = shape("g", this.arrows, {});
    this.note = make("div", this.floor, "mk-caption");
    this.report = make("div", this.body, "mk-report");
    this.report.setAttribute("aria-live", "polite");
    this.score = make("div", this.body, "mk-score");
  }

  draw(picture, context) {
    const variables = picture.variables ?? [];
    this.inner.classList.toggle("mk-has-variables", variables.length > 0);
    const room = `${context.width} ${variables.length > 0}`;
    const aside = picture.pointers?.length ? SIDE : 0; // lanes for arrows between blocks
    const width = Math.max(200, (widthOf(this.blocks, room) || 500) - aside);
    this.code.replaceChildren();
    picture.code.forEach((line, n) => {
      const item = make("li", this.code, line.ran ? "" : "mk-later");
      item.classList.toggle("mk-now", line.now);
      item.classList.toggle("mk-other", Boolean(line.differs));
      if (line.now) item.setAttribute("aria-current", "step");
      make("span", item, "mk-pointer", line.now ? "\u25b6" : "").setAttribute("aria-hidden", "true");
      make("span", item, "mk-number", String(n + picture.first));
      make("span", item, "mk-told", line.text);
      if (line.sick) make("span", item, "mk-sick", "\u25c0 here");
    });
    const end = make("li", this.code, picture.ended ? "mk-now" : "mk-later");
    make("span", end, "mk-pointer", picture.ended ? "\u25b6" : "");
    make("span", end, "mk-number", "");
    make("span", end, "mk-told mk-end", "the end");
    this.drawBlocks(picture, width);
    this.drawVariables(variables, picture.per, width);
    this.drawPointers(picture.pointers ?? [], picture.per);
    say(this.note, picture.note);
    this.report.classList.toggle("mk-waiting", !picture.told);
    this.report.classList.toggle("mk-finding", picture.found);
    this.report.classList.toggle("mk-other", Boolean(picture.differs));
    if (this.report.textContent !== picture.report) this.report.textContent = picture.report;
    say(this.score, picture.score);
    this.placeReport();
  }

  // From each variable an arrow to the byte that it points to, in a lane of its own.
  drawVariables(variables, per, width) {
    this.lines.replaceChildren();
    this.variables.replaceChildren(
      ...variables.map((one) => {
        const node = make("div", null, `mk-variable${one.new ? " mk-on" : ""}`);
        make("span", node, "", one.name);
        if (one.text) make("span", node, "", one.text === "nowhere" ? "?" : one.text);
        return node;
      }),
    );
    const origin = boxOf(this.inner);
    const shadows = [...this.blocks.querySelectorAll(".mk-shadow")].map((svg) => boxOf(svg));
    const pitch = Math.min(20, (width - 4) / per);
    const above = new Map();
    variables.forEach((one, k) => {
      const from = boxOf(this.variables.children[k]);
      const x = from.right - origin.left;
      const y = (from.top + from.bottom) / 2 - origin.top;
      const kind = one.new ? "mk-points mk-points-now" : "mk-points";
      let d = `M${x} ${y} h14`;
      if (one.text === "NULL") d = `M${x} ${y} h8 m0 -6 v12`;
      if (!one.text) {
        const to = shadows[one.block];
        const line = Math.floor(one.at / per);
        const n = above.get(`${one.block} ${line}`) ?? 0;
        above.set(`${one.block} ${line}`, n + 1);
        const lane = to.left - origin.left - 6 - LANE * (variables.length - 1 - k);
        const top = to.top - origin.top + 2 + line * LINE_HIGH;
        const gap = line ? top - 2 : top - 4 - 3 * Math.min(n, 3);
        d = `M${x} ${y} H${lane} V${gap} H${to.left - origin.left + 2 + (one.at % per) * pitch + 3} V${top + 3}`;
      }
      const path = shape("path", this.lines, { d, class: kind });
      if (one.text !== "NULL") path.setAttribute("marker-end", `url(#${this.head})`);
    });
  }

  // From the bytes that hold a pointer to the byte that it points to, along the right of the blocks.
  drawPointers(pointers, per) {
    const origin = boxOf(this.inner);
    const shadows = [...this.blocks.querySelectorAll(".mk-shadow")].map((svg) => boxOf(svg));
    pointers.forEach((one, k) => {
      const place = (block, at) => {
        const { left, top, width } = shadows[block];
        const pitch = (width - 4) / per;
        return [
          left - origin.left + 2 + (at % per) * pitch,
          top - origin.top + 2 + Math.floor(at / per) * LINE_HIGH,
          pitch,
        ];
      };
      const [x, y, pitch] = place(one.block, one.at);
      const [to, top] = place(one.to, one.there);
      const low = y + LINE_HIGH - 4;
      const lane = shadows[one.block].right - origin.left + 4 + ((LANE * k) % (SIDE - 6));
      const last = Math.min(per - (one.at % per), 8) * pitch; // a word is 8 bytes
      const d = `M${x + 1} ${low + 1} h${last - 2} m${2 - last / 2 - 1} 0 v1.5 H${lane} V${top - 4} H${to + pitch / 2 + 2} V${top + 3}`;
      const path = shape("path", this.lines, { d, class: one.new ? "mk-points mk-points-now" : "mk-points" });
      path.setAttribute("marker-end", `url(#${this.head})`);
    });
  }

  // Below the question that it answers, where there is one.
  placeReport() {
    const root = this.body.closest(".mk-probe") ? null : this.body.closest(".mk-ward");
    if (root && this.report.parentElement !== root) root.append(this.report, this.score);
  }

  drawBlocks(picture, width) {
    this.blocks.replaceChildren();
    if (!picture.blocks.length) make("div", this.blocks, "mk-caption", "No block has been allocated yet.");
    const pitch = Math.min(20, (width - 4) / picture.per);
    for (const block of picture.blocks) {
      const node = make("div", this.blocks, "mk-shadow-block");
      make("div", node, "mk-label", block.label);
      const lines = Math.ceil(block.letters.length / picture.per);
      const svg = shape("svg", node, {
        width: pitch * picture.per + 4,
        height: lines * LINE_HIGH + 2,
        "aria-hidden": "true",
        class: "mk-shadow",
      });
      const touched = new Set(block.touched);
      const place = (k) => [2 + (k % picture.per) * pitch, 2 + Math.floor(k / picture.per) * LINE_HIGH];
      [...block.letters].forEach((letter, k) => {
        const [x, y] = place(k);
        shape("rect", svg, {
          x: x + 0.5,
          y,
          width: pitch - 1,
          height: LINE_HIGH - 4,
          class: `mk-byte ${SHADOW[letter]}`,
        });
        shape("text", svg, { x: x + pitch / 2, y: y + 16, class: "mk-byte-letter" }).textContent = letter;
      });
      // One outline around each run of touched bytes in a line, and of those that differ.
      const runs = (inside, kind, out) => {
        for (let k = 0; k < block.letters.length; k++) {
          if (!inside(k)) continue;
          const first = k;
          while (inside(k + 1) && (k + 1) % picture.per) k++;
          const [x, y] = place(first);
          ring(svg, { x, y, width: (k - first + 1) * pitch, height: LINE_HIGH - 4 }, kind, out);
        }
      };
      runs((k) => touched.has(k), "mk-touched");
      const differs = (k) => (block.differs || []).some(([start, stop]) => start <= k && k < stop);
      runs(differs, "mk-differs", touched.size ? 3.5 : 0);
    }
  }
}

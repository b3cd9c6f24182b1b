// Frames over time: a column for each reference, a row for each frame; and CLOCK's clock.

import { make, ring, say, shape, widthOf } from "./dom.js";
import { Ring } from "./ring.js";

const LINE = 22; // px a row
const AHEAD = 3; // of so many columns that fit one is after the step shown
const LABEL = 70; // px before the columns
const LETTER = 9.2; // px of a character in a cell
const WIDEST = 46;
const NOTED = 8.6; // px of a character of what the policy keeps, which stands after them
const MOST = 13; // characters, where the picture does not say
const UNDER = [
  ["marks", 1], // the lines under the frames, and which label is theirs
  ["out", 2],
];

// Nodes of one tag, in the order in which they are put: what is as it was is not written anew, for
// hundreds of texts are dear to lay out.
class Shapes {
  constructor(svg, tag) {
    this.node = shape("g", svg, {});
    this.tag = tag;
    this.known = [];
  }

  begin() {
    this.n = 0;
  }

  put(attributes, words = "") {
    const k = this.n++;
    const said = JSON.stringify([attributes, words]);
    if (this.known[k] === said) return;
    this.known[k] = said;
    const node = this.node.children[k] ?? shape(this.tag, this.node, {});
    for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, value);
    if (node.textContent !== words) node.textContent = words;
  }

  end() {
    this.known.length = this.n;
    while (this.node.children.length > this.n) this.node.lastChild.remove();
  }
}

// A picture with as many columns as fit, the one of the step among them.
function seen(picture, most) {
  const { refs, now, rows, marks, out, differs = {} } = picture;
  if (refs.length <= most) return picture;
  const first = Math.max(0, Math.min(refs.length - most, now - most + 1 + Math.floor(most / AHEAD)));
  const cut = (list) => list.slice(first, first + most);
  const shift = (spans = []) =>
    spans
      .map(([start, stop]) => [Math.max(0, start - first), Math.min(most, stop - first)])
      .filter(([start, stop]) => start < stop);
  return {
    ...picture,
    refs: cut(refs),
    now: now - first,
    rows: rows.map((row) => ({
      ...row,
      cells: cut(row.cells),
      only: (row.only ?? []).map((t) => t - first).filter((t) => t >= 0),
    })),
    marks: cut(marks),
    out: cut(out),
    differs: { marks: shift(differs.marks), out: shift(differs.out) },
    caption: `${picture.caption}${picture.caption && " \u00b7 "}columns ${first + 1} to ${first + most} of ${refs.length}`,
  };
}

export class Frames {
  constructor(place) {
    this.body = make("div", place, "mk-floor mk-over-time");
    this.body.dataset.tier = "frames";
    const head = make("div", this.body, "mk-head");
    this.title = make("div", head, "mk-title");
    this.note = make("div", head, "mk-note");
    this.count = make("div", head, "mk-count");
    this.place = make("div", this.body, "mk-floor-body");
    this.place.setAttribute("role", "img");
    this.svg = shape("svg", this.place, { "aria-hidden": "true", class: "mk-frames" });
    this.boxes = new Shapes(this.svg, "rect");
    this.texts = new Shapes(this.svg, "text");
    this.marks = shape("g", this.svg, {});
    this.ring = new Ring(this.svg);
    this.caption = make("div", this.place, "mk-caption");
  }

  draw(whole, context) {
    const beside = this.body.closest(".mk-grid")?.className; // two may stand side by side
    const width = Math.max(240, widthOf(this.place, `${context.width} ${beside}`) || 600);
    const { room: most = MOST } = whole;
    const right = most === "clock" ? Ring.WIDE : NOTED * most + 24;
    const letters = Math.max(
      ...whole.refs.map((page) => page.length),
      ...whole.rows.map((row) => row.cells[whole.now][0].length),
    );
    const narrowest = LETTER * letters + 6;
    const picture = seen(whole, Math.max(2, Math.floor((width - LABEL - right) / narrowest)));
    for (const name of ["title", "note", "count", "caption"]) say(this[name], picture[name]);
    this.place.setAttribute("aria-label", picture.sentence);
    const { refs, rows, now, labels, clock } = picture;
    const room = (width - LABEL - right) / refs.length;
    const pitch = Math.max(narrowest, Math.min(WIDEST, room));
    const after = LABEL + refs.length * pitch + 12;
    const under = rows.length + 1;
    const below = UNDER.filter(([, k]) => labels[k]); // a line that has no name is none
    const lines = under + below.length;
    const wide = Math.max(width, after + right - 12);
    this.svg.setAttribute("width", wide);
    this.svg.setAttribute("height", Math.max(lines * LINE + 4, clock ? Ring.HIGH : 0));
    this.ring.draw(clock, wide - Ring.WIDE, lines * LINE, picture);
    this.boxes.begin();
    this.texts.begin();
    const text = (words, x, line, kind) => this.texts.put({ x, y: line * LINE + 16, class: kind }, words);
    const box = (column, line, kind, inset = 2) =>
      this.boxes.put({
        x: LABEL + column * pitch + inset,
        y: line * LINE + inset,
        rx: 2,
        class: kind,
        width: pitch - 2 * inset,
        height: LINE - 2 * inset,
      });
    this.marks.replaceChildren();
    const mark = (column, line, kind, out) => {
      const at = { x: LABEL + column * pitch + 2, y: line * LINE + 2 };
      ring(this.marks, { ...at, width: pitch - 4, height: LINE - 4 }, kind, out);
    };
    const middle = (column) => LABEL + (column + 0.5) * pitch;

    text(labels[0], 0, 0, "mk-said");
    if (!clock) text(picture.kept, after, 0, "mk-said");
    refs.forEach((page, t) => text(page, middle(t), 0, t > now ? "mk-page mk-later" : "mk-page"));
    rows.forEach((row, k) => {
      text(row.label, 0, k + 1, "mk-said");
      if (!clock) text(row.note, after, k + 1, "mk-noted");
      row.cells.forEach(([page, kind, differs], t) => {
        box(t, k + 1, `mk-frame-cell mk-${kind}`);
        text(page, middle(t), k + 1, `mk-page mk-in-${kind}`);
        if (differs) mark(t, k + 1, "mk-differs", row.touched && t === now ? 3.5 : 0);
      });
      for (const t of row.only ?? []) {
        if (t < now) box(t, k + 1, "mk-alone", 3);
        else mark(t, k + 1, "mk-differs", row.touched ? 3.5 : 0);
      }
      if (row.next) box(now, k + 1, "mk-goes", 5);
      if (row.touched) mark(now, k + 1);
    });
    below.forEach(([name, label], k) => {
      text(labels[label], 0, under + k, "mk-said");
      picture[name].forEach((said, t) => {
        const fault = name === "marks" && said === "F";
        if (fault) box(t, under + k, "mk-frame-cell mk-fault");
        text(said, middle(t), under + k, fault || name === "out" ? "mk-page" : "mk-page mk-later");
      });
      for (const [start, stop] of picture.differs?.[name] ?? []) {
        for (let t = start; t < stop; t++) mark(t, under + k, "mk-differs");
      }
    });
    mark(now, 0);
    this.boxes.end();
    this.texts.end();
  }
}

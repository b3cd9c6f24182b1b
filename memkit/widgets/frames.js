// Frames over time: a column for each reference, a row for each frame (see replacement.py).
// Read after sheet.js, as one module.

const LINE = 26; // px a row
const LABEL = 76; // px before the columns
const NARROWEST = 24;
const WIDEST = 46;
const RIGHT = 140; // px after them: always the same, so that two pictures stand in line

class Frames extends Sheet {
  constructor(el) {
    super(el);
    this.body.className = "mk-floor";
    this.body.dataset.tier = "frames";
    const head = make("div", this.body, "mk-head");
    this.title = make("div", head, "mk-title");
    this.note = make("div", head, "mk-note");
    this.count = make("div", head, "mk-count");
    this.place = make("div", this.body, "mk-floor-body");
    this.place.setAttribute("role", "img");
    this.svg = shape("svg", this.place, { "aria-hidden": "true", class: "mk-frames" });
    this.caption = make("div", this.place, "mk-caption");
  }

  drawBody(picture) {
    for (const name of ["title", "note", "count", "caption"]) say(this[name], picture[name]);
    this.place.setAttribute("aria-label", picture.sentence);
    const { refs, rows, now, labels } = picture;
    const width = Math.max(240, this.place.clientWidth || 600);
    const room = (width - LABEL - RIGHT) / refs.length;
    const pitch = Math.max(NARROWEST, Math.min(WIDEST, room));
    const beside = LABEL + refs.length * pitch + 12;
    const lines = rows.length + 3;
    this.svg.setAttribute("width", Math.max(width, beside + RIGHT - 12));
    this.svg.setAttribute("height", lines * LINE + 4);
    this.svg.replaceChildren();
    const text = (words, x, line, kind) => {
      const node = shape("text", this.svg, { x, y: line * LINE + 18, class: kind });
      node.textContent = words;
    };
    const box = (column, line, kind, inset = 2) =>
      shape("rect", this.svg, {
        x: LABEL + column * pitch + inset, y: line * LINE + inset, rx: 2, class: kind,
        width: pitch - 2 * inset, height: LINE - 2 * inset,
      });
    const middle = (column) => LABEL + (column + 0.5) * pitch;

    text(labels[0], 0, 0, "mk-said");
    text(picture.kept, beside, 0, "mk-said");
    refs.forEach((page, t) => text(page, middle(t), 0, t > now ? "mk-page mk-later" : "mk-page"));
    rows.forEach((row, k) => {
      text(row.label, 0, k + 1, "mk-said");
      text(row.note, beside, k + 1, "mk-noted");
      row.cells.forEach(([page, kind], t) => {
        box(t, k + 1, `mk-frame-cell mk-${kind}`);
        text(page, middle(t), k + 1, `mk-page mk-in-${kind}`);
      });
      if (row.next) box(now, k + 1, "mk-goes", 5);
      if (row.touched) box(now, k + 1, "mk-touched", 1);
    });
    const under = rows.length + 1;
    text(labels[1], 0, under, "mk-said");
    text(labels[2], 0, under + 1, "mk-said");
    picture.marks.forEach((mark, t) => {
      if (mark === "F") box(t, under, "mk-frame-cell mk-fault");
      text(mark, middle(t), under, mark === "F" ? "mk-page" : "mk-page mk-later");
    });
    picture.out.forEach((page, t) => text(page, middle(t), under + 1, "mk-page"));
    box(now, 0, "mk-touched", 1);
  }
}

export default { render: (context) => renderSheet(Frames, context) };

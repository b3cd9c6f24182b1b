// Frames over time: a column for each reference, a row for each frame (see replacement.py).
// Read after cells.js, as one module.

const LINE = 26; // px a row
const LABEL = 76; // px before the columns
const NARROWEST = 24;
const WIDEST = 46;
const RIGHT = 140; // px after them: always the same, so that two pictures stand in line

class Frames {
  constructor(el) {
    this.el = el;
    this.sentence = make("p", el, "mk-sentence");
    this.sentence.setAttribute("aria-live", "polite");
    this.empty = make("p", el, "mk-empty");
    this.floor = make("div", el, "mk-floor");
    this.floor.dataset.tier = "frames";
    const head = make("div", this.floor, "mk-head");
    this.title = make("div", head, "mk-title");
    this.note = make("div", head, "mk-note");
    this.count = make("div", head, "mk-count");
    this.body = make("div", this.floor, "mk-floor-body");
    this.body.setAttribute("role", "img");
    this.svg = shape("svg", this.body, { "aria-hidden": "true", class: "mk-frames" });
    this.caption = make("div", this.body, "mk-caption");
    this.words = make("details", el, "mk-words");
    make("summary", this.words, "", "in words");
    this.table = make("table", make("div", this.words, "mk-table"));
    this.words.addEventListener("toggle", () => this.drawWords());
  }

  draw(picture) {
    this.picture = picture;
    const wrong = picture.error || "";
    say(this.sentence, picture.sentence);
    say(this.empty, wrong || picture.empty);
    this.empty.classList.toggle("mk-error", Boolean(wrong));
    if (wrong) this.empty.setAttribute("role", "alert");
    else this.empty.removeAttribute("role");
    this.floor.hidden = this.words.hidden = !picture.refs;
    if (picture.refs) this.drawFrames(picture);
    this.drawWords();
    this.el.dataset.step = picture.step ?? "";
  }

  drawFrames(picture) {
    for (const name of ["title", "note", "count", "caption"]) say(this[name], picture[name]);
    this.body.setAttribute("aria-label", picture.sentence);
    const { refs, rows, now } = picture;
    const width = Math.max(240, this.body.clientWidth || 600);
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

    text("page", 0, 0, "mk-said");
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
    text("fault?", 0, under, "mk-said");
    text("evicted", 0, under + 1, "mk-said");
    picture.marks.forEach((mark, t) => {
      if (mark === "F") box(t, under, "mk-frame-cell mk-fault");
      text(mark, middle(t), under, mark === "F" ? "mk-page" : "mk-page mk-later");
    });
    picture.out.forEach((page, t) => text(page, middle(t), under + 1, "mk-page"));
    box(now, 0, "mk-touched", 1);
  }

  drawWords() {
    if (!this.words.open || !this.picture) return;
    this.table.replaceChildren();
    (this.picture.words || []).forEach((row, i) => {
      const line = make("tr", this.table);
      row.forEach((words, k) => {
        const cell = make(i === 0 || k === 0 ? "th" : "td", line, "", words);
        if (i === 0) cell.scope = "col";
        else if (k === 0) cell.scope = "row";
      });
    });
  }
}

function render({ model, el }) {
  const frames = new Frames(el);
  const draw = () => frames.draw(model.get("picture"));
  draw();
  model.on("change:picture", draw);
  let width = 0;
  const watch = new ResizeObserver(() => {
    if (Math.abs(el.clientWidth - width) < 1) return;
    width = el.clientWidth;
    draw();
  });
  watch.observe(el);
  return () => {
    watch.disconnect();
    model.off("change:picture", draw);
  };
}

export default { render };

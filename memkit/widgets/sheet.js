// What pictures drawn in one piece have in common: the sentence, a place for an error, the words.
// Read after cells.js; a file after it extends Sheet with drawBody(picture), and says render(...).

class Sheet {
  constructor(el) {
    this.el = el;
    this.sentence = make("p", el, "mk-sentence");
    this.sentence.setAttribute("aria-live", "polite");
    this.empty = make("p", el, "mk-empty");
    this.body = make("div", el);
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
    this.body.hidden = this.words.hidden = !picture.words;
    if (picture.words) this.drawBody(picture);
    this.drawWords();
    this.el.dataset.step = picture.step ?? "";
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

function renderSheet(Kind, { model, el }) {
  const sheet = new Kind(el);
  const draw = () => sheet.draw(model.get("picture"));
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

// The map of a process: columns of areas, top of the address space first, strips of frames below,
// and what the kernel calls the thing that was picked (see process_picture.py).
// Read after cells.js, as one module.

const PICKS = "[data-key][role]";

class ProcessMap {
  constructor(el, pick) {
    this.el = el;
    this.pick = pick;
    this.sentence = make("p", el, "mk-sentence");
    this.sentence.setAttribute("aria-live", "polite");
    this.empty = make("p", el, "mk-empty");
    this.body = make("div", el, "mk-map");
    this.columns = make("div", this.body, "mk-columns");
    this.told = make("div", this.body, "mk-told");
    this.legend = make("div", this.body, "mk-caption");
    this.strips = make("div", this.body, "mk-strips");
    this.told.setAttribute("aria-live", "polite");
    this.thread = shape("svg", this.body, { class: "mk-thread", "aria-hidden": "true" });
    this.path = shape("path", this.thread, {});
    this.words = make("details", el, "mk-words");
    make("summary", this.words, "", "in words");
    this.table = make("table", make("div", this.words, "mk-table"));
    this.words.addEventListener("toggle", () => this.drawWords());
    this.body.addEventListener("click", (event) => {
      const on = event.target.closest(PICKS);
      if (on) this.choose(on);
    });
    this.body.addEventListener("keydown", (event) => this.onKey(event));
  }

  // Up and down go through all that can be picked; one of them is a stop of the Tab key.
  onKey(event) {
    const on = event.target.closest(PICKS);
    if (!on || event.ctrlKey || event.metaKey || event.altKey) return;
    const all = [...this.body.querySelectorAll(PICKS)];
    const way = { ArrowDown: 1, ArrowUp: -1, Enter: 0 }[event.key];
    if (way === undefined) return;
    event.preventDefault();
    event.stopPropagation();
    this.choose(all[Math.max(0, Math.min(all.length - 1, all.indexOf(on) + way))]);
  }

  choose(node) {
    node.focus();
    this.pick(node.dataset.key);
  }

  // Where a picture has no `picked`, nobody listens: its parts are named, and no buttons.
  pickable(node, key, name) {
    node.dataset.key = key;
    if (this.picture.picked === undefined) return node;
    node.setAttribute("role", "button");
    node.setAttribute("aria-pressed", String(key === this.picture.picked));
    if (name) node.setAttribute("aria-label", name);
    node.tabIndex = -1;
    node.classList.toggle("mk-picked", key === this.picture.picked);
    return node;
  }

  draw(picture) {
    const focused = this.body.contains(document.activeElement) && document.activeElement.dataset.key;
    this.picture = picture;
    const wrong = picture.error || "";
    say(this.sentence, picture.sentence);
    say(this.empty, wrong || picture.empty);
    this.empty.classList.toggle("mk-error", Boolean(wrong));
    if (wrong) this.empty.setAttribute("role", "alert");
    else this.empty.removeAttribute("role");
    this.body.hidden = this.words.hidden = !picture.columns;
    this.el.dataset.step = picture.step ?? "";
    if (!picture.columns) return;
    this.columns.replaceChildren(...picture.columns.map((column) => this.column(column)));
    this.columns.classList.toggle("mk-two", picture.columns.length > 1);
    say(this.legend, picture.legend[0]);
    this.strips.replaceChildren(...picture.strips.map((strip) => this.strip(strip)));
    if (picture.legend[1] && picture.strips.length) say(make("div", this.strips.firstChild.lastChild, "mk-caption"), picture.legend[1]);
    this.drawTold(picture.told);
    const all = [...this.body.querySelectorAll(PICKS)];
    const stop = all.find((node) => node.dataset.key === (focused || picture.picked)) || all[0];
    if (stop) stop.tabIndex = 0;
    if (focused && stop) stop.focus({ preventScroll: true });
    this.drawThread(picture.thread || []);
    this.drawWords();
  }

  column(column) {
    const node = document.createElement("div");
    node.className = `mk-column${column.acting ? " mk-acting" : ""}`;
    const head = make("div", node, "mk-numbers");
    for (const [key, text] of column.numbers) {
      const number = make("span", head, "mk-number-of", text);
      if (key) this.pickable(number, key);
    }
    const rows = make("div", node, "mk-space");
    rows.style.setProperty("--mk-at", `${Math.max(...column.rows.map((row) => row.at.length)) + 2}ch`);
    for (const row of column.rows) this.row(rows, row);
    return node;
  }

  row(parent, row) {
    const line = make("div", parent, `mk-space-row mk-is-${row.kind}${row.touched ? " mk-on" : ""}`);
    line.dataset.tier = "space";
    const box = make("div", line, "mk-area");
    const at = make("span", line, "mk-at", row.at);
    const who = row.key.split(" ")[0];
    this.pickable(box, row.key, [row.name, row.prot, row.size, row.at, row.note].filter(Boolean).join(", "));
    if (row.kind !== "group") this.pickable(at, `${who} at ${row.at}`, `lower edge ${row.at}`);
    make("span", box, "mk-area-name", row.name);
    if (row.prot) make("code", box, "mk-prot", row.prot);
    const cells = make("span", box, "mk-cells-of");
    for (const cell of row.cells) this.cell(cells, cell, who);
    if (row.share !== null) {
      const bar = make("span", cells, "mk-share");
      make("span", bar, "mk-share-in").style.width = `${100 * row.share}%`;
    }
    if (row.note) make("span", box, "mk-area-note", row.note);
    if (row.marks) make("code", box, "mk-marks", `\u25c2 ${row.marks}`);
    make("span", box, "mk-area-size", row.size);
  }

  cell(parent, cell, who) {
    const node = make("span", parent, `mk-page-cell mk-${cell.state}${cell.touched ? " mk-on" : ""}`);
    if (cell.text) make("span", node, "", cell.text);
    if (cell.touched) node.dataset.touched = `${who} page`;
    return node;
  }

  strip(strip) {
    const node = document.createElement("div");
    node.className = "mk-floor";
    node.dataset.tier = "frames";
    const head = make("div", node, "mk-head");
    make("div", head, "mk-title", strip.title);
    make("div", head, "mk-note", strip.note);
    const body = make("div", node, "mk-floor-body");
    const cells = make("div", body, "mk-frame-cells");
    for (const cell of strip.cells) {
      const frame = make("span", cells, "mk-frame");
      if (cell.label) make("span", frame, "mk-frame-number", cell.label);
      const box = this.cell(frame, cell, "");
      box.removeAttribute("data-touched");
      if (cell.key) this.pickable(frame, cell.key, `${cell.key}: ${cell.text || "free"}`);
    }
    return node;
  }

  drawTold(told) {
    this.told.replaceChildren();
    this.told.hidden = !told.title && !this.picture.hint;
    if (!told.title) {
      make("p", this.told, "mk-caption", this.picture.hint);
      return;
    }
    make("div", this.told, "mk-title", told.title);
    const list = make("div", this.told, "mk-fields");
    for (const [field, value, meaning] of told.lines) {
      const line = make("div", list);
      make("div", line, "mk-field", [field, value].filter(Boolean).join(" = "));
      make("div", line, "mk-meaning", meaning);
    }
  }

  // From the touched page, along the edge of its column, to its frame.
  drawThread([page, frame]) {
    const origin = this.body.getBoundingClientRect();
    this.thread.setAttribute("width", origin.width);
    this.thread.setAttribute("height", origin.height);
    const from = page && this.body.querySelector(`[data-touched="${page}"]`);
    const to = frame && this.body.querySelector(`[data-key="${frame}"] .mk-page-cell`);
    this.path.setAttribute("d", "");
    if (!from || !to) return;
    const [a, b] = [from.getBoundingClientRect(), to.getBoundingClientRect()];
    const edge = from.closest(".mk-column").getBoundingClientRect().right - origin.left + 5;
    const foot = this.strips.getBoundingClientRect().top - origin.top - 4;
    const x = b.left + b.width / 2 - origin.left;
    const y = a.bottom - origin.top + 2;
    const left = a.left + a.width / 2 - origin.left;
    const top = b.top - origin.top;
    this.path.setAttribute("d", `M${left} ${y - 2} V${y + 1} H${edge} V${foot} H${x} V${top}`);
  }

  drawWords() {
    if (!this.words.open || !this.picture) return;
    this.table.replaceChildren();
    (this.picture.words || []).forEach((row, i) => {
      const line = make("tr", this.table);
      row.forEach((text, k) => {
        const cell = make(i === 0 || k === 0 ? "th" : "td", line, "", text);
        if (i === 0) cell.scope = "col";
        else if (k === 0) cell.scope = "row";
      });
    });
  }
}

function render({ model, el }) {
  const map = new ProcessMap(el, (key) => {
    model.set("picked", key);
    model.save_changes();
  });
  const draw = () => map.draw(model.get("picture"));
  draw();
  model.on("change:picture", draw);

  // The letters of the buttons work anywhere in the widget, except where one types.
  let whole = null;
  let closed = false;
  const letters = (event) => {
    const types = event.target.matches("select, textarea, input:not([type=range])");
    const act = model.get("letters")[event.key];
    if (!act || types || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    event.stopPropagation();
    model.send({ act });
  };
  const ours = (event) => event.target.setAttribute("data-lm-suppress-shortcuts", "true");
  const attach = () => {
    whole = el.closest(".mk-process-map");
    if (!whole) { if (!closed) requestAnimationFrame(attach); return; }
    whole.addEventListener("keydown", letters);
    whole.addEventListener("focusin", ours); // or JupyterLab takes the keys
  };
  attach();
  let width = 0;
  const watch = new ResizeObserver(() => {
    if (Math.abs(el.clientWidth - width) < 1) return;
    width = el.clientWidth;
    draw();
  });
  watch.observe(el);
  return () => {
    closed = true;
    watch.disconnect();
    whole?.removeEventListener("keydown", letters);
    whole?.removeEventListener("focusin", ours);
    model.off("change:picture", draw);
  };
}

export default { render };

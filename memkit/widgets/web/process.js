// The map of a process: columns of areas, top of the address space first, strips of frames below,
// and what the kernel calls the thing that was picked (see memkit/pictures/process.py).
// What can be picked has a key; what it holds stands in the picture, so picking needs no Python.

import { boxOf, make, say, shape } from "./dom.js";
import { Fork } from "./fork.js";

const marks = ({ touched, differs }) => (touched ? " mk-on" : "") + (differs ? " mk-other" : "");
const PICKS = "[data-key][role]";

export class ProcessMap {
  constructor(place, { pick }) {
    this.pick = pick;
    this.body = make("div", place, "mk-map");
    this.columns = make("div", this.body, "mk-columns");
    this.fork = new Fork(this.body, (...what) => this.pickable(...what));
    this.beside = make("div", this.body, "mk-beside-map");
    this.strips = make("div", this.beside, "mk-strips");
    this.told = make("div", this.beside, "mk-told");
    this.legend = make("div", this.body, "mk-caption");
    this.told.setAttribute("aria-live", "polite");
    this.thread = shape("svg", this.body, { class: "mk-thread", "aria-hidden": "true" });
    this.path = shape("path", this.thread, {});
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

  // Where the picture does not say what its parts hold, they are named, and no buttons.
  pickable(node, key, name) {
    node.dataset.key = key;
    if (!this.picture.holds) return;
    node.setAttribute("role", "button");
    if (name) node.setAttribute("aria-label", name);
  }

  draw(picture, { picked }) {
    const focused = this.body.contains(document.activeElement) && document.activeElement.dataset.key;
    this.picture = picture;
    this.fork.draw(picture.fork, picture.columns, marks);
    // A fork has its frames between the two.
    const columns = picture.fork ? [] : picture.columns;
    const strips = picture.fork ? picture.strips.slice(1) : picture.strips;
    this.columns.replaceChildren(...columns.map((column) => this.column(column)));
    this.columns.hidden = !columns.length;
    this.body.classList.toggle("mk-two", picture.columns.length > 1);
    say(this.legend, picture.legend[0]);
    this.body.classList.toggle("mk-no-strips", !strips.length);
    this.strips.replaceChildren(...strips.map((strip) => this.strip(strip)));
    if (picture.legend[1] && strips.length && !picture.fork) {
      say(make("div", this.strips.firstChild.lastChild, "mk-caption"), picture.legend[1]);
    }
    this.mark(picked, focused);
    this.drawThread(picture.thread || []);
  }

  // Shows what is picked, and what is told of it; what is no more in the picture is not picked.
  mark(picked, focused) {
    const { holds, told } = this.picture;
    const held = holds?.[picked];
    const all = [...this.body.querySelectorAll(PICKS)];
    for (const node of all) {
      const on = Boolean(held) && node.dataset.key === picked;
      node.setAttribute("aria-pressed", String(on));
      node.classList.toggle("mk-picked", on);
      node.tabIndex = -1;
    }
    const stop = all.find((node) => node.dataset.key === (focused || picked)) || all[0];
    if (stop) stop.tabIndex = 0;
    if (focused && stop) stop.focus({ preventScroll: true });
    if (held) this.drawTold(...held);
    else this.drawTold(told?.title, told?.lines);
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
    const line = make("div", parent, `mk-space-row mk-is-${row.kind}${marks(row)}`);
    line.dataset.tier = "space";
    const box = make("div", line, "mk-area");
    line.classList.toggle("mk-among", Boolean(row.among));
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
      if (row.share) make("span", bar, "mk-share-in").style.width = `${100 * row.share}%`;
    }
    // What has no room is not there at all, and is told when one picks the row.
    const more = make("span", box, "mk-area-more");
    if (row.held !== undefined) make("span", more, "mk-held", row.held);
    else if (row.note) make("span", more, "mk-area-note", row.note);
    if (row.marks) make("code", more, "mk-marks", `\u25c2 ${row.marks}`);
    make("span", box, "mk-area-size", row.size);
  }

  cell(parent, cell, who) {
    const node = make("span", parent, `mk-page-cell mk-${cell.state}${marks(cell)}`);
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

  drawTold(title, lines) {
    this.told.replaceChildren();
    this.told.hidden = !title && !this.picture.hint;
    if (!title) {
      make("p", this.told, "mk-caption", this.picture.hint);
      return;
    }
    make("div", this.told, "mk-title", title);
    const list = make("div", this.told, "mk-fields");
    for (const [field, value, meaning] of lines) {
      const line = make("div", list);
      make("div", line, "mk-field", [field, value].filter(Boolean).join(" = "));
      make("div", line, "mk-meaning", meaning);
    }
  }

  // From the touched page along the edge of its row, and between the lines of frames to its frame.
  drawThread([page, frame]) {
    const origin = boxOf(this.body);
    const from = page && this.body.querySelector(`[data-touched="${page}"]`);
    const to = frame && this.strips.querySelector(`[data-key="${frame}"]`);
    this.path.setAttribute("d", "");
    if (!from || !to) return;
    const [a, b] = [from, to.querySelector(".mk-page-cell")].map((node) => boxOf(node));
    const edge = boxOf(from.closest(".mk-column")).right - origin.left + 8;
    const row = boxOf(from.closest(".mk-area")).bottom - origin.top;
    const left = a.left + a.width / 2 - origin.left;
    const above = boxOf(to).top - origin.top - 2;
    const x = b.left - origin.left - 3;
    this.path.setAttribute(
      "d",
      `M${left} ${a.bottom - origin.top} V${row} H${edge} V${above} H${x} V${(b.top + b.bottom) / 2 - origin.top} h3`,
    );
  }
}

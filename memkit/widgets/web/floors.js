// Floors of cells and bars below each other, a thread of light through what was touched, the story
// so far beside them, and objects on their way (see memkit/pictures/language.py).
// Up to SVG_MOST cells each cell is an SVG element; above that the rows are painted on canvas.

import { Bar } from "./bars.js";
import { CanvasPainter, geometry, look, SvgPainter } from "./cells.js";
import { boxOf, make, pointOf, ring, say, shape } from "./dom.js";
import { Growth } from "./growth.js";

const SVG_MOST = 2000;
const JOURNEY = 450; // ms
const INLINE = 104; // px that a label before its cells takes
const CHAR = 7.5; // px of a letter of the words beside cells
const EDGE = 2; // px: half a mark sticks out of a row of cells
const STATES = { "#": "in use", ".": "free", "-": "reserved", "/": "hatched", " ": "" };

// A cell's state in words; a letter stands for itself, and what is told of it says what a sign means.
function stateOf({ means, cells, fills }, i, told) {
  const cell = cells[i];
  if (means && cell in means) return means[cell];
  if (told && (cell === "/" || cell === "%")) return "";
  return cell === "%" ? `filled to ${(100 * fills[i]).toFixed(1)} %` : (STATES[cell] ?? cell);
}

// Whether two parts of pictures say the same.
function same(a, b) {
  if (a === b) return true;
  if (typeof a !== "object" || typeof b !== "object" || !a || !b) return false;
  const names = Object.keys(a);
  return names.length === Object.keys(b).length && names.every((name) => same(a[name], b[name]));
}

// One row of a floor: a label, cells or a bar or a heap over time, words beside and a caption below.
class Row {
  constructor(parent, row) {
    this.node = make("div", parent, "mk-row");
    this.label = make("div", this.node, "mk-label");
    this.line = make("div", this.node, "mk-line");
    this.cells = make("div", this.line, row.bar ? "mk-bar" : row.growth ? "mk-growth" : "mk-cells");
    this.bar = row.bar && new Bar(this.cells);
    this.growth = row.growth && new Growth(this.cells);
    this.beside = make("span", this.line, "mk-beside");
    this.mark = make("div", this.node, "mk-mark");
    this.caption = make("div", this.node, "mk-caption");
    this.kind = Row.kind(row);
  }

  static kind(row) {
    return row.bar ? `bar ${row.bar.length}` : row.growth ? "growth" : "cells";
  }

  draw(row, width, canvas, fresh) {
    if (!fresh && width === this.width && canvas === this.canvas && same(row, this.row)) return;
    Object.assign(this, { row, width, canvas });
    this.node.classList.toggle("mk-inline", Boolean(row.inline));
    this.node.classList.toggle("mk-otherwise", Boolean(row.differs));
    say(this.label, row.label);
    say(this.beside, row.beside);
    say(this.caption, row.caption);
    if (row.bar) this.bar.draw(row.bar, width, look);
    else if (row.growth) this.growth.draw(row.growth, width);
    else this.drawCells(row, width, canvas);
    // A pointer below the cell; where there are several lines, the painter's bar before it.
    const pointed = Boolean(row.mark && this.g && this.g.lines === 1);
    this.mark.hidden = !pointed;
    if (pointed) {
      const [x] = this.g.at(row.mark.at);
      say(this.mark, `\u25b4 ${row.mark.text}`);
      const left = Math.min(x + this.g.wide / 2 - 6, Math.max(0, width - this.mark.textContent.length * 8));
      this.mark.style.paddingLeft = `${Math.max(0, left)}px`;
    }
  }

  drawCells(row, width, canvas) {
    this.g = geometry(row, room(row, width - EDGE - (row.inline ? INLINE : 0)));
    const Painter = canvas ? CanvasPainter : SvgPainter;
    if (!(this.painter instanceof Painter)) {
      this.cells.replaceChildren();
      this.painter = new Painter(this.cells);
    }
    this.painter.paint(row, this.g);
  }

  get count() {
    return (this.row.bar ?? this.row.growth?.points ?? this.row.cells).length;
  }

  // Of cell or part i, in px of the page.
  box(i) {
    if (this.row.bar) return this.bar.rect(Math.floor(i));
    if (this.growth) return this.growth.rect(i);
    const frame = boxOf(this.painter.node);
    const [x, y] = this.g.at(Math.max(0, Math.min(i, this.row.cells.length - 1)));
    return new DOMRect(frame.x + x, frame.y + y, this.g.wide, this.g.high);
  }

  // The cell or part at a point of the page; -1 for none.
  at(x, y) {
    if (this.growth) return this.growth.at(x, y);
    if (this.row.bar) {
      return this.row.bar.findIndex((part, i) => {
        const box = this.bar.rect(i);
        return part.share > 0 && x >= box.left && x < box.right && y >= box.top && y <= box.bottom;
      });
    }
    const frame = boxOf(this.painter.node);
    const i = this.g.cellAt(x - frame.x, y - frame.y);
    return i < this.row.cells.length ? i : -1;
  }

  // What cell or part i is, in words.
  says(i) {
    const { bar, cells, unit, tells = [] } = this.row;
    if (this.growth) return this.growth.says(i);
    if (bar) return bar[i].says || bar[i].text || STATES[bar[i].state] || "";
    const name = unit ? `${unit.name} ${unit.first + i}` : `${i + 1} of ${cells.length}`;
    const at = unit?.base === null || !unit ? "" : ` at 0x${(unit.base + i * unit.size).toString(16)}`;
    const told = tells.filter(([start, stop]) => start <= i && i < stop).map((one) => one[2]);
    const state = stateOf(this.row, i, told.length);
    return [name + at, state, ...told].filter(Boolean).join(", ");
  }

  // Top and bottom of cell i (or of a place in the bar), in px relative to `origin`.
  place(i, origin) {
    const box = this.box(i);
    const x = this.row.bar ? box.width * (i % 1 || 0.04) : box.width / 2;
    return [box.left - origin.left + x, box.top - origin.top, box.bottom - origin.top];
  }
}

class Floor {
  constructor(floor, open) {
    this.node = make("div", null, "mk-floor");
    this.node.dataset.tier = floor.tier;
    const head = make("div", this.node, "mk-head");
    this.title = make("div", head, "mk-title");
    this.note = make("div", head, "mk-note");
    this.count = make("div", head, "mk-count");
    this.open = make("button", head, "mk-open");
    this.open.type = "button";
    this.open.addEventListener("click", () => open(floor.tier));
    this.body = make("div", this.node, "mk-floor-body");
    this.kind = Floor.kind(floor);
    this.rows = [];
    for (const line of floor.rows) {
      const place = line.length > 1 ? make("div", this.body, "mk-beside-each-other") : this.body;
      for (const row of line) this.rows.push(new Row(place, row));
    }
  }

  static kind(floor) {
    const rows = floor.rows.map((line) => line.map(Row.kind).join(","));
    return `${floor.tier}|${rows.join(";")}`;
  }

  draw(floor, canvas, { opened, closer, fresh }) {
    say(this.title, floor.title);
    say(this.note, floor.note);
    say(this.count, floor.count);
    say(this.open, floor.opens);
    const isOpen = floor.tier === opened;
    this.open.title = `${isOpen ? "close" : "open"} the closer view: ${floor.opens}`;
    this.open.setAttribute("aria-expanded", String(isOpen));
    this.node.classList.toggle("mk-acting", floor.acting);
    // The closer view stands in place of its floor.
    this.node.classList.toggle("mk-opened", isOpen && Boolean(closer));
    if (isOpen && closer && closer.parentElement !== this.node) this.node.append(closer);
    let k = 0;
    for (const line of floor.rows) {
      const each = (this.width - 24 * (line.length - 1)) / line.length;
      for (const row of line) this.rows[k++].draw(row, each, canvas, fresh);
    }
  }
}

export class Floors {
  constructor(place, { open }) {
    this.open = open;
    this.parts = this; // what the cursor goes through
    this.body = make("div", place, "mk-body");
    this.story = make("div", this.body, "mk-story");
    make("div", this.story, "mk-story-title", "The story so far");
    this.list = make("ol", this.story);
    this.list.tabIndex = 0; // it scrolls
    this.tower = make("div", this.body, "mk-picture");
    this.thread = shape("svg", this.tower, { class: "mk-thread", "aria-hidden": "true" });
    this.path = shape("path", this.thread, { d: "" });
    this.drawn = "";
    this.floors = [];
    this.travellers = [];
  }

  draw(picture, context) {
    const forward = this.shown !== undefined && picture.step === this.shown + 1;
    this.shown = picture.step;
    this.tower.setAttribute("aria-label", picture.sentence || "");
    this.drawStory(picture.story);
    this.drawFloors(picture.floors, context);
    const opens = this.tower.querySelector(".mk-open:not([hidden])");
    this.tower.setAttribute("role", opens ? "group" : "img"); // an image hides the buttons in it
    this.scrollStory();
    this.points = picture.thread;
    this.settle();
    for (const old of this.travellers) old.remove();
    this.travellers = forward && !still() ? this.travel(picture.journeys || []) : [];
  }

  // Once all around it is drawn: the thread goes by where things lie.
  settle() {
    this.drawThread(this.points);
  }

  drawStory(story) {
    this.story.hidden = !story.length;
    this.body.classList.toggle("mk-with-story", story.length > 0);
    story.forEach(([number, text, when], i) => {
      let item = this.list.children[i];
      if (!item) {
        item = make("li", this.list);
        make("span", item, "mk-number");
        make("span", item, "mk-told");
      }
      if (item.className !== `mk-${when}`) {
        item.className = `mk-${when}`;
        if (when === "now") item.setAttribute("aria-current", "step");
        else item.removeAttribute("aria-current");
      }
      say(item.firstChild, String(number));
      say(item.lastChild, text);
    });
    while (this.list.children.length > story.length) this.list.lastChild.remove();
  }

  // Keeps the line of this step in sight, and a glimpse of its neighbours.
  scrollStory() {
    const now = this.list.querySelector(".mk-now");
    if (now && now !== this.scrolledTo) {
      this.scrolledTo = now;
      const box = this.list; // it is positioned, so offsetTop counts from its top
      const top = now.offsetTop - 24;
      const over = now.offsetTop + now.offsetHeight + 24 - box.clientHeight;
      if (over > box.scrollTop) box.scrollTop = over;
      if (top < box.scrollTop) box.scrollTop = top;
    }
  }

  drawFloors(floors, context) {
    const sum = (list, f) => list.reduce((total, item) => total + f(item), 0);
    const cells = sum(floors, (floor) => sum(floor.rows.flat(), (row) => row.cells?.length ?? 0));
    floors.forEach((floor, i) => {
      const kind = Floor.kind(floor);
      if (this.floors[i]?.kind === kind) return;
      const fresh = new Floor(floor, this.open);
      if (this.floors[i]) this.floors[i].node.replaceWith(fresh.node);
      else this.tower.insertBefore(fresh.node, this.thread);
      this.floors[i] = fresh;
      this.measured = "";
    });
    for (const floor of this.floors.splice(floors.length)) floor.node.remove();
    this.measure(`${context.width} ${this.story.hidden}`);
    floors.forEach((floor, i) => {
      this.floors[i].draw(floor, cells > SVG_MOST, context);
    });
  }

  // How wide the floors are. To ask is dear after something has changed, so it is asked when it
  // may have changed: all before the first is drawn.
  measure(room) {
    if (this.measured === room) return;
    this.measured = room;
    for (const floor of this.floors) floor.width = Math.max(120, floor.body.clientWidth || 600);
  }

  // The thread of light: through the touched places [floor, row, cell], from the top down.
  drawThread(points) {
    if (!points.length && !this.drawn) return;
    const origin = boxOf(this.tower);
    const seen = points.filter((point) => !point || !this.floors[point[0]].node.matches(".mk-opened"));
    let d = "";
    let last = null;
    for (const point of seen) {
      if (!point) last = null; // another line begins
      if (!point) continue;
      const [floor, row, cell] = point;
      const here = this.floors[floor].rows[row].place(cell, origin);
      if (last && here[1] < last[2]) {
        // beside each other
        d += `M${last[0]} ${(last[1] + last[2]) / 2} L${here[0]} ${(here[1] + here[2]) / 2} `;
      } else if (last) {
        const bend = Math.max(12, (here[1] - last[2]) / 2);
        d += `M${last[0]} ${last[2]} C${last[0]} ${last[2] + bend},${here[0]} ${here[1] - bend},${here[0]} ${here[1]} `;
      }
      last = here;
    }
    if (d !== this.drawn) this.path.setAttribute("d", d);
    this.drawn = d;
  }

  // All rows that have cells, from the top: what the cursor goes through is [row, cell] of them.
  get rows() {
    return this.floors.flatMap((floor) => floor.rows).filter((row) => row.count && row.cells.offsetParent);
  }

  any() {
    return this.floors.length > 0;
  }

  at(event) {
    let found = null;
    this.rows.forEach((row, k) => {
      const i = row.at(...pointOf(event));
      if (i >= 0) found = [k, i];
    });
    return found;
  }

  // What the step touched, or the first of all.
  first() {
    const { rows } = this;
    const k = rows.findIndex(({ row }) => row.touched?.length);
    if (k >= 0) return [k, rows[k].row.touched[0][0]];
    return rows.length ? [0, 0] : null;
  }

  next([k, i], [right, down]) {
    const { rows } = this;
    const row = rows[k];
    if (right) return [k, Math.max(0, Math.min(row.count - 1, i + right))];
    const line = row.g && Math.round(row.g.per);
    const to = i + down * line;
    if (line && row.g.lines > 1 && to >= 0 && to < row.count) return [k, to];
    const middle = row.box(i).x + row.box(i).width / 2;
    const below = rows.findIndex((other, n) => n > k && lies(other, row, down));
    const above = rows.findLastIndex((other, n) => n < k && lies(other, row, down));
    const other = down > 0 ? below : above;
    if (other < 0) return [k, i];
    const all = Array.from({ length: rows[other].count }, (_, n) => n);
    const far = (n) => {
      const box = rows[other].box(n);
      return Math.abs(box.x + box.width / 2 - middle) + 0.01 * Math.abs(box.y - row.box(i).y);
    };
    return [other, all.reduce((best, n) => (far(n) < far(best) ? n : best), 0)];
  }

  box([k, i]) {
    const row = this.rows[k];
    return row && i < row.count ? row.box(i) : null;
  }

  says([k, i]) {
    const row = this.rows[k];
    return row && i < row.count ? row.says(i) : "";
  }

  // One square for each journey [[floor, row, cell], [floor, row, cell]], which goes there and is gone.
  travel(journeys) {
    const origin = boxOf(this.tower);
    const place = ([floor, row, cell]) => {
      const [x, top, bottom] = this.floors[floor].rows[row].place(cell, origin);
      return `translate(${x - 6}px, ${(top + bottom) / 2 - 7}px)`;
    };
    const seen = ([floor]) => !this.floors[floor].node.matches(".mk-opened");
    return journeys
      .filter((ends) => ends.every(seen))
      .map(([from, to]) => {
        const square = ring(this.thread, { x: 0, y: 0, width: 12, height: 14 });
        const going = square.animate([{ transform: place(from) }, { transform: place(to) }], {
          duration: JOURNEY,
          easing: "ease-in-out",
        });
        going.onfinish = () => square.remove();
        return square;
      });
  }
}

// Cells leave room for the words beside them, unless these would take more than half of it.
function room(row, width) {
  const words = row.beside ? 10 + row.beside.length * CHAR : 0;
  return words * 2 < width ? width - words : width;
}

const still = () => window.matchMedia("(prefers-reduced-motion: reduce)").matches;

// Whether one row lies below (or above) another, and not beside it.
function lies(other, row, down) {
  const gap = boxOf(other.cells).y - boxOf(row.cells).y;
  return gap * down > 2;
}

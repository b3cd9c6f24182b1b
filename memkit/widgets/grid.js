// The grid: draws one picture (see pictures.py) as floors of cells, in place, with its words.
// Up to SVG_MOST cells each cell is an SVG element; above that the rows are painted on canvas.

const SVG_MOST = 2000;

// One row of a floor: a label, cells or a bar, words beside and a caption below.
class Row {
  constructor(parent, row) {
    this.node = make("div", parent, "mk-row");
    this.label = make("div", this.node, "mk-label");
    this.line = make("div", this.node, "mk-line");
    this.cells = make("div", this.line, row.bar ? "mk-bar" : "mk-cells");
    this.beside = make("span", this.line, "mk-beside");
    this.mark = make("div", this.node, "mk-mark");
    this.caption = make("div", this.node, "mk-caption");
    this.kind = Row.kind(row);
  }

  static kind(row) {
    return row.bar ? `bar ${row.bar.length}` : "cells";
  }

  draw(row, width, canvas) {
    this.row = row;
    say(this.label, row.label);
    say(this.beside, row.beside);
    say(this.caption, row.caption);
    if (row.bar) this.drawBar(row);
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
    this.g = geometry(row, width);
    const Painter = canvas ? CanvasPainter : SvgPainter;
    if (!(this.painter instanceof Painter)) {
      this.cells.replaceChildren();
      this.painter = new Painter(this.cells);
    }
    this.painter.paint(row, this.g);
  }

  drawBar(row) {
    row.bar.forEach((part, i) => {
      let node = this.cells.children[i];
      if (!node) {
        node = make("div", this.cells, "mk-part");
        make("div", node, "mk-part-box");
        make("div", node, "mk-caption");
      }
      node.style.flexGrow = part.share;
      const box = node.firstChild;
      const place = typeof part.touched === "number";
      box.className = `mk-part-box mk-${look(part.state)}${part.touched && !place ? " mk-on" : ""}`;
      if (place && !box.firstChild) make("div", box, "mk-place");
      if (!place) box.replaceChildren();
      else box.firstChild.style.left = `${100 * part.touched}%`;
      say(node.lastChild, part.text);
    });
  }

  // Top and bottom of cell i (or of a place in the bar), in px relative to `origin`.
  place(i, origin) {
    if (this.row.bar) {
      const box = this.cells.children[Math.floor(i)].firstChild.getBoundingClientRect();
      const x = box.left + box.width * (i % 1 || 0.04) - origin.left;
      return [x, box.top - origin.top, box.bottom - origin.top];
    }
    const frame = this.painter.node.getBoundingClientRect();
    const [x, y] = this.g.at(Math.max(0, Math.min(i, this.row.cells.length - 1)));
    const top = frame.top - origin.top + y;
    return [frame.left - origin.left + x + this.g.wide / 2, top, top + this.g.high];
  }
}

class Floor {
  constructor(parent, floor) {
    this.node = make("div", parent, "mk-floor");
    this.node.dataset.tier = floor.tier;
    const head = make("div", this.node, "mk-head");
    this.title = make("div", head, "mk-title");
    this.note = make("div", head, "mk-note");
    this.count = make("div", head, "mk-count");
    this.open = make("button", head, "mk-open");
    this.open.type = "button";
    this.open.addEventListener("click", () => {
      this.open.dispatchEvent(new CustomEvent("mk-open", { bubbles: true, detail: floor.tier }));
    });
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

  draw(floor, canvas) {
    say(this.title, floor.title);
    say(this.note, floor.note);
    say(this.count, floor.count);
    say(this.open, floor.opens);
    this.open.title = `${floor.opened ? "close" : "open"} the closer view: ${floor.opens}`;
    this.open.setAttribute("aria-expanded", String(Boolean(floor.opened)));
    this.node.classList.toggle("mk-acting", floor.acting);
    this.node.dataset.tier = floor.tier;
    const width = Math.max(120, this.body.clientWidth || 600);
    let k = 0;
    for (const line of floor.rows) {
      const each = (width - 24 * (line.length - 1)) / line.length;
      for (const row of line) this.rows[k++].draw(row, each - 2, canvas);
    }
  }
}

class Grid {
  constructor(el) {
    this.el = el;
    this.sentence = make("p", el, "mk-sentence");
    this.sentence.setAttribute("aria-live", "polite");
    this.empty = make("p", el, "mk-empty");
    this.body = make("div", el, "mk-body");
    this.story = make("div", this.body, "mk-story");
    make("div", this.story, "mk-story-title", "The story so far");
    this.list = make("ol", this.story);
    this.tower = make("div", this.body, "mk-picture");
    this.tower.setAttribute("role", "img");
    this.thread = shape("svg", this.tower, { class: "mk-thread", "aria-hidden": "true" });
    this.path = shape("path", this.thread, {});
    this.floors = [];
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
    const floors = picture.floors || [];
    this.body.hidden = this.words.hidden = !floors.length;
    this.tower.setAttribute("aria-label", picture.sentence || "");
    this.drawStory(picture.story || []);
    this.drawFloors(floors);
    this.scrollStory();
    this.drawThread(picture.thread || []);
    this.drawWords();
    this.el.dataset.step = picture.step ?? "";
  }

  drawStory(story) {
    this.story.hidden = !story.length;
    this.el.classList.toggle("mk-with-story", story.length > 0);
    story.forEach(([number, text, when], i) => {
      let item = this.list.children[i];
      if (!item) {
        item = make("li", this.list);
        make("span", item, "mk-number");
        make("span", item, "mk-told");
      }
      item.className = `mk-${when}`;
      if (when === "now") item.setAttribute("aria-current", "step");
      else item.removeAttribute("aria-current");
      say(item.firstChild, String(number));
      say(item.lastChild, text);
    });
    while (this.list.children.length > story.length) this.list.lastChild.remove();
  }

  // Keeps the line of this step in sight, and a glimpse of its neighbours.
  scrollStory() {
    const now = this.list.querySelector(".mk-now");
    if (now) {
      const box = this.list; // it is positioned, so offsetTop counts from its top
      const top = now.offsetTop - 24;
      const over = now.offsetTop + now.offsetHeight + 24 - box.clientHeight;
      if (over > box.scrollTop) box.scrollTop = over;
      if (top < box.scrollTop) box.scrollTop = top;
    }
  }

  drawFloors(floors) {
    const sum = (list, f) => list.reduce((total, item) => total + f(item), 0);
    const cells = sum(floors, (floor) => sum(floor.rows.flat(), (row) => row.bar ? 0 : row.cells.length));
    floors.forEach((floor, i) => {
      if (!this.floors[i] || this.floors[i].kind !== Floor.kind(floor)) {
        const fresh = new Floor(null, floor);
        if (this.floors[i]) this.floors[i].node.replaceWith(fresh.node);
        else this.tower.insertBefore(fresh.node, this.thread);
        this.floors[i] = fresh;
      }
      this.floors[i].draw(floor, cells > SVG_MOST);
    });
    for (const floor of this.floors.splice(floors.length)) floor.node.remove();
  }

  // The thread of light: through the touched places [floor, row, cell], from the top down.
  drawThread(points) {
    const origin = this.tower.getBoundingClientRect();
    let d = "";
    let last = null;
    for (const [floor, row, cell] of points) {
      const here = this.floors[floor].rows[row].place(cell, origin);
      if (last && here[1] < last[2]) { // beside each other
        d += `M${last[0]} ${(last[1] + last[2]) / 2} L${here[0]} ${(here[1] + here[2]) / 2} `;
      } else if (last) {
        const bend = Math.max(12, (here[1] - last[2]) / 2);
        d += `M${last[0]} ${last[2]} C${last[0]} ${last[2] + bend},${here[0]} ${here[1] - bend},${here[0]} ${here[1]} `;
      }
      last = here;
    }
    this.path.setAttribute("d", d);
    this.thread.setAttribute("width", origin.width);
    this.thread.setAttribute("height", origin.height);
  }

  drawWords() {
    if (!this.words.open || !this.picture) return;
    const rows = this.picture.words || [];
    this.table.replaceChildren();
    rows.forEach((row, i) => {
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
  const grid = new Grid(el);
  const draw = () => grid.draw(model.get("picture"));
  draw();
  model.on("change:picture", draw);
  const open = (event) => {
    model.set("opened", event.detail === model.get("opened") ? "" : event.detail);
    model.save_changes();
  };
  el.addEventListener("mk-open", open);
  let width = 0;
  const watch = new ResizeObserver(() => {
    if (Math.abs(el.clientWidth - width) < 1) return;
    width = el.clientWidth;
    draw();
  });
  watch.observe(el);
  // Canvas colours come from the theme's style sheet: draw again when the theme changes.
  const themed = new MutationObserver(draw);
  themed.observe(document.body, { attributes: true, attributeFilter: ["data-jp-theme-name"] });
  return () => {
    watch.disconnect();
    themed.disconnect();
    el.removeEventListener("mk-open", open);
    model.off("change:picture", draw);
  };
}

export default { render };

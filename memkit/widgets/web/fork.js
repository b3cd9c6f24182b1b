// Two processes left and right, the frames between them, and a line from each page to its frame.

import { make, shape } from "./dom.js";

const HIGH = 22; // px a page or a frame takes

export class Fork {
  constructor(parent, pickable) {
    this.node = make("div", parent, "mk-fork");
    this.pickable = pickable;
  }

  draw(fork, columns, marks) {
    this.node.replaceChildren();
    this.node.hidden = !fork;
    if (!fork) return;
    this.marks = marks;
    this.row(
      (k, place) => {
        place.className = `mk-numbers${columns[k].acting ? " mk-acting" : ""}`;
        for (const [key, text] of columns[k].numbers)
          this.pickable(make("span", place, "mk-number-of", text), key);
      },
      (place) => make("div", place, "mk-title", "frames"),
    );
    this.row((k, place) => {
      const [key, text, size] = fork.folded[k];
      place.className = "mk-folded";
      this.pickable(place, key, `${text}, ${size}`);
      make("span", place, "", text);
      make("span", place, "mk-area-size", size);
    });
    for (const group of fork.groups) {
      this.row((k, place) => {
        const head = group.heads[k];
        if (!head) return;
        place.className = `mk-fork-head${marks(head)}`;
        this.pickable(
          place,
          head.key,
          [head.name, head.prot, head.size, head.note].filter(Boolean).join(", "),
        );
        make("span", place, "mk-area-name", head.name);
        make("code", place, "mk-prot", head.prot);
        make("span", place, "mk-caption", head.note);
        make("span", place, "mk-area-size", head.size);
      });
      for (const line of group.lines) this.line(line);
    }
  }

  // A place in each process, and one between them.
  row(side, middle = () => {}, lane = () => {}) {
    const row = make("div", this.node, "mk-fork-row");
    const edge = (k) => side(k, make("div", make("div", row, "mk-fork-side"), ""));
    edge(0);
    lane(0, make("div", row));
    middle(make("div", row, "mk-between"));
    lane(1, make("div", row));
    edge(1);
  }

  line(line) {
    const high = HIGH * Math.max(1, line.frames.length);
    const name = line.first === line.last ? `page ${line.first}` : `pages ${line.first} to ${line.last}`;
    this.row(
      (k, place) => {
        const side = line.sides[k];
        place.className = `mk-page-cell mk-${side.state}${this.marks(side)}`;
        make("span", place, "", `${name} \u00b7 ${side.text}`);
      },
      (place) => {
        line.frames.forEach((frame, k) => {
          const cell = make("div", make("div", place, "mk-fork-frame"), "");
          cell.className = `mk-page-cell mk-${frame.state}${this.marks(frame)}`;
          make("span", cell, "", frame.who === "Z" ? `${frame.text}: zeros` : `${frame.text}: ${frame.who}`);
          this.pickable(cell, frame.key, `frame ${frame.text}: ${frame.who}`);
          if (line.copied && k)
            make("span", cell.parentElement, "mk-copied-here", frame.touched ? "\u2193" : "\u2191");
        });
      },
      (k, place) => {
        const side = line.sides[k];
        if (side.frame === null) return;
        const y = (side.frame + 0.5) * HIGH;
        const d = `M0 ${high / 2} C50 ${high / 2},50 ${y},100 ${y}`;
        const svg = shape("svg", place, {
          viewBox: `0 0 100 ${high}`,
          preserveAspectRatio: "none",
          "aria-hidden": "true",
          class: "mk-lane",
        });
        const path = shape("path", svg, { d, class: side.touched ? "mk-lane-now" : "" });
        if (k) path.setAttribute("transform", "matrix(-1 0 0 1 100 0)");
      },
    );
  }
}

// A lecture, in which JupyterLab shows a notebook as slides: page keys turn them, whoever has the
// focus; the picture of a slide has its keys at once; "c" hides the code and shows it again; the
// number of the slide stands beside the arrows; and a slide with a picture that is a little taller than
// the screen is made smaller.

import { isTaken, MARK, mark } from "./keys.js";
import { showSmaller, smaller } from "./smaller.js";

const OURS = /^(Arrow(Left|Right)|Home|End| |n)$/;
const SHOWN = ".jp-deck-mod-visible :is(.mk-player, .mk-live)";

const MARGIN = 12; // px that JupyterLab leaves above the first cell and below the last

const presenting = () => document.body.dataset.jpDeckMode === "presenting";

export function listenInLecture() {
  window.addEventListener("keydown", (event) => presenting() && press(event), true);
  globalThis.jupyterapp?.restored.then(() => new SlideNumber(globalThis.jupyterapp.shell));
}

function press(event) {
  const { key, target } = event;
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  if (/^Page(Up|Down)$/.test(key)) letThrough(target);
  else if (target.closest?.(".mk-player, .mk-live, .cm-editor") || isTaken(target, key)) return;
  else if (OURS.test(key)) {
    const root = document.querySelector(SHOWN);
    if (!root?.querySelector(".mk-slider:enabled")) return;
    root.focus({ preventScroll: true });
    root.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true }));
    stop(event);
  } else if (key === "c") {
    document.body.classList.toggle("mk-no-code");
    stop(event);
  }
}

function stop(event) {
  event.preventDefault();
  event.stopImmediatePropagation();
}

// JupyterLab asks the element with the focus whether it may take a key: for these the mark is off.
function letThrough(target) {
  for (let node = target.closest?.(`[${MARK}]`); node; node = node.parentElement.closest(`[${MARK}]`)) {
    node.removeAttribute(MARK);
    setTimeout(() => mark(node));
  }
}

// Makes what is shown smaller, where it needs it. The next slide begins at full size.
class Fit {
  cells = [];
  watch = new ResizeObserver(() => requestAnimationFrame(() => this.look()));

  constructor(notebook) {
    this.notebook = notebook;
    const turned = new MutationObserver(() => this.turn());
    turned.observe(notebook.node, { subtree: true, attributes: true, attributeFilter: ["class"] });
    notebook.disposed.connect(() => {
      turned.disconnect();
      this.watch.disconnect();
    });
  }

  turn() {
    const cells = [...this.notebook.node.querySelectorAll(".jp-deck-mod-visible")];
    if (cells.length === this.cells.length && cells.every((cell, k) => cell === this.cells[k])) return;
    this.watch.disconnect();
    showSmaller(this.cells, 1);
    [this.cells, this.size] = [cells, 1];
    for (const cell of cells) this.watch.observe(cell);
  }

  look() {
    if (!this.size || !this.cells.some((cell) => cell.querySelector(".mk-player, .mk-live"))) return;
    const boxes = this.cells.map((cell) => cell.getBoundingClientRect());
    const high = Math.max(...boxes.map((box) => box.bottom)) - Math.min(...boxes.map((box) => box.top));
    const strip = Number.parseFloat(getComputedStyle(this.notebook.node.closest(".jp-Deck")).paddingBottom);
    const share = (innerHeight - strip - MARGIN) / high;
    if (share >= 1) return;
    this.size = smaller(this.size, share);
    showSmaller(this.cells, this.size);
  }
}

// "3 / 24". Only the application knows which cells begin a slide; `make lecture` shows it to the page.
class SlideNumber {
  constructor(shell) {
    this.shell = shell;
    this.node = document.createElement("span");
    this.node.className = "mk-slide-number";
    this.node.setAttribute("aria-label", "slide");
    shell.currentChanged?.connect(() => this.follow());
    this.follow();
  }

  follow() {
    const notebook = this.shell.currentWidget?.content;
    if (notebook === this.notebook || !notebook?.activeCellChanged) return;
    this.notebook = notebook;
    notebook.activeCellChanged.connect(() => this.draw());
    this.fit = new Fit(notebook);
    this.draw();
  }

  draw() {
    const begins = [...this.notebook.model.cells].map(
      (cell) => cell.getMetadata("slideshow")?.slide_type === "slide",
    );
    const count = (list) => list.filter(Boolean).length;
    const here = count(begins.slice(0, this.notebook.activeCellIndex + 1));
    this.node.textContent = `${here} / ${count(begins)}`;
    document.querySelector(".jp-Deck-Remote")?.append(this.node);
  }
}

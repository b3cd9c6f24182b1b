// A lecture, in which JupyterLab shows a notebook as slides: page keys turn them, whoever has the
// focus; the picture of a slide has its keys at once; "c" hides the code and shows it again; and the
// number of the slide stands beside the arrows.

import { isTaken, MARK, mark } from "./keys.js";

const OURS = /^(Arrow(Left|Right)|Home|End| |n)$/;
const SHOWN = ".jp-deck-mod-visible :is(.mk-player, .mk-live)";

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

// After a question: what a cell shows behind this widget is hidden (style.css) until the question
// of that name is answered. The question and the answer are widgets of two cells, which one of them
// the page makes first is open: both are known here by the question's name.
//
// The classes that hide it are put on the output that this widget is in (closed), and on what holds
// that and its cell (shut). style.css could find all of them by :has, and needs "closed" alone; but
// then the page's styles would be computed anew whenever a picture steps.

import { make } from "./dom.js";

const FIRST = "Answer the question above first: then the answer shows itself here.";
const OUTPUT = ".jp-OutputArea-child, .cell_output > *";
const CELL = ".jp-Cell, .cell";
const [LOOKS, EVERY] = [500, 10]; // ms
// Of the page, not of this module: each kernel brings the bundle once more, and a question and what
// waits for it may be drawn by two copies.
globalThis.mkAnswers ??= { answered: new Map(), waiting: new Set() };
const { answered, waiting } = globalThis.mkAnswers; // question -> whether it is; what draws anew then

export function tell(question, done) {
  if (!question) return;
  answered.set(question, done);
  for (const draw of waiting) draw();
}

export function after() {
  return {
    render({ model, el, signal }) {
      const says = make("p", el, "mk-first", FIRST);
      let output;
      const mark = (open) => {
        output?.classList.toggle("mk-closed", !open);
        for (const outer of [output?.parentElement, output?.closest(CELL)])
          outer?.classList.toggle("mk-shut", !open);
      };
      function draw() {
        const open = model.get("opened") || answered.get(model.get("question")) === true;
        says.hidden = open;
        mark(open);
      }
      // It may be drawn before it is put into its output; where there is none, nothing is hidden.
      let [looks, look] = [LOOKS];
      function place() {
        output = el.closest(OUTPUT);
        if (!output && looks--) look = setTimeout(place, EVERY);
        draw();
      }
      place();
      waiting.add(draw);
      model.on("change:opened", draw);
      signal.addEventListener("abort", () => {
        waiting.delete(draw);
        clearTimeout(look);
        mark(true);
        model.off("change:opened", draw);
      });
    },
  };
}

// After a question: what a cell shows behind this widget is hidden (style.css) until the question
// of that name is answered. The question and the answer are widgets of two cells, which one of them
// the page makes first is open: both are known here by the question's name.

import { make } from "./dom.js";

const FIRST = "Answer the question above first: then the answer shows itself here.";
const answered = new Map(); // question -> whether it is answered
const waiting = new Set(); // what draws anew when that changes

export function tell(question, done) {
  if (!question) return;
  answered.set(question, done);
  for (const draw of waiting) draw();
}

export function after() {
  return {
    render({ model, el, signal }) {
      const says = make("p", el, "mk-first", FIRST);
      const mark = el.closest(".mk-after") ?? el;
      function draw() {
        const open = model.get("opened") || answered.get(model.get("question")) === true;
        says.hidden = open;
        mark.classList.toggle("mk-closed", !open);
      }
      draw();
      waiting.add(draw);
      model.on("change:opened", draw);
      signal.addEventListener("abort", () => {
        waiting.delete(draw);
        model.off("change:opened", draw);
      });
    },
  };
}

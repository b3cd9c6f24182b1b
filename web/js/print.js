// Printed, or saved as PDF: ink on white in every theme, and no picture wider or higher than its sheet.
//
// A picture is drawn for the width that it has on the screen, and nothing draws it anew for paper: it
// keeps that width and is made smaller as a whole.
//
// Nobody clicks on paper: below its options a question that is not answered has its answer, and why.

const root = document.documentElement;
const SHEET = { wide: 680, high: 900 }; // px of A4 and of Letter, within the margins of site.css
const SLIDE = { wide: 1232, high: 660 };
const GAP = 20; // px between blocks

export function print(slides) {
  let undo = [];

  function style(node, name, value) {
    const was = node.style.getPropertyValue(name);
    undo.push(() => node.style.setProperty(name, was));
    node.style.setProperty(name, value);
  }

  function fit(widget, { wide, high }) {
    if (widget.querySelector(":scope > .mk-predict")) return; // text has the lines that paper needs
    const width = Number.parseFloat(getComputedStyle(widget).width);
    if (!width) return;
    style(widget, "width", `${width}px`);
    style(widget, "zoom", Math.min(1, wide / width, high / widget.scrollHeight));
  }

  function tellAnswer({ node, models }) {
    const asked = models.find((model) => model.get("explanations")?.length && model.get("chosen") < 0);
    const verdict = asked && node.querySelector(".mk-verdict");
    if (!verdict) return;
    const [options, explanations, answer] = ["options", "explanations", "answer"].map((name) =>
      asked.get(name),
    );
    for (const text of [`The answer: ${options[answer]}.`, explanations[answer]]) {
      const told = document.createElement("p");
      told.textContent = text;
      verdict.append(told);
    }
    undo.push(() => verdict.replaceChildren());
  }

  function fitSlide(blocks) {
    const high = blocks.reduce((sum, block) => sum + block.scrollHeight + GAP, 0);
    for (const block of blocks) style(block, "zoom", Math.min(1, SLIDE.high / high));
  }

  addEventListener("beforeprint", () => {
    for (const cell of slides.cells) tellAnswer(cell); // what is longer for it has to fit, too
    const room = slides.on ? { ...SLIDE, high: Number.POSITIVE_INFINITY } : SHEET;
    for (const widget of document.querySelectorAll(".mk-widget")) fit(widget, room);
    if (slides.on) for (const blocks of slides.sheets()) fitSlide(blocks);
    const { theme } = root.dataset;
    undo.push(() => {
      root.dataset.theme = theme;
    });
    root.dataset.theme = "light";
  });
  addEventListener("afterprint", () => {
    for (const one of undo.reverse()) one();
    undo = [];
  });
}

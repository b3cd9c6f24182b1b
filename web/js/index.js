// What every page of the site does: draw the recorded widgets, find moments by address, show slides.

import "@jupyter-widgets/controls/css/labvariables.css";
import "@jupyter-widgets/controls/css/widgets-base.css";
import "@lumino/widgets/style/index.css";
import "./site.css";
import { goTo, link } from "./address.js";
import { explain, follow, play } from "./page.js";
import { print } from "./print.js";
import { Slides } from "./slides.js";
import { drawWidgets } from "./widgets.js";

follow();
const slides = new Slides(document.querySelector("article"));
print(slides);
drawWidgets().then((cells) => {
  slides.cells = cells;
  link(cells);
  explain(cells);
  const went = goTo(cells, location.hash);
  if (!went) play();
  addEventListener("hashchange", () => goTo(cells, location.hash));
  document.documentElement.dataset.widgets = "drawn";
});

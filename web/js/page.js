// Small things of a page.

import { hasTree } from "./tree.js";

const root = document.documentElement;

// Resolves to what the selector finds once it is drawn, which a widget does in its own time.
export const drawn = (node, selector) =>
  new Promise((done) => {
    const look = () => {
      const found = node.querySelector(selector);
      if (found) done(found);
      else requestAnimationFrame(look);
    };
    look();
  });

// Canvases are painted in the theme's colours: the widgets hear of it as they do in JupyterLab.
export function follow() {
  const tell = () => {
    document.body.dataset.jpThemeName = root.dataset.theme;
    document.body.dataset.jpThemeLight = String(root.dataset.theme === "light");
  };
  tell();
  new MutationObserver(tell).observe(root, { attributes: true, attributeFilter: ["data-theme"] });
}

// What needs Python says so before anybody tries. Some of it is answered from a tree.
const ASKS = ["mk-form", "mk-drag", "mk-progress"];
const needsPython = (model) => (model.get("_dom_classes") ?? []).some((name) => ASKS.includes(name));

export function explain(cells) {
  const binder = document.querySelector(".mk-binder")?.href;
  for (const { node, models } of cells) {
    if (!binder || !models.some(needsPython)) continue;
    const note = document.createElement("p");
    note.className = "mk-recorded";
    note.append(
      models.some(hasTree)
        ? "Recorded. What the text names works here, and what lies near it; all else needs Python: "
        : "Recorded. What you type or press here needs Python: ",
    );
    const way = document.createElement("a");
    way.href = binder;
    way.textContent = "open this chapter in Binder";
    note.append(way, ".");
    node.before(note);
  }
}

// As widgets.open_answers() in a notebook: of the models only what waits for an answer is open or not.
export function openAnswers(cells) {
  for (const model of cells.flatMap(({ models }) => models)) {
    if (model.get("opened") === false) model.set("opened", true);
  }
}

// The first page's picture begins by itself, unless its reader wants no motion.
export async function play() {
  const cell = document.querySelector(".tag_plays");
  if (!cell || matchMedia("(prefers-reduced-motion: reduce)").matches) return;
  await drawn(cell, "[data-step]");
  cell.querySelector(".mk-play").click();
}

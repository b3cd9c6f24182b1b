// The address of a moment: #<id of a cell>,step=<number as the player counts, from 1>.

import { drawn } from "./page.js";
import { isFilm } from "./tree.js";

const STEP = /,step=(\d+)$/;

export function read(hash) {
  const text = decodeURIComponent(hash.slice(1));
  return { id: text.replace(STEP, ""), step: Number(STEP.exec(text)?.[1] ?? 0) };
}

// The player's menu offers the address of what has one.
export function link(cells) {
  const page = location.href.replace(/#.*/, "");
  for (const { cell } of cells) if (cell.id) cell.dataset.link = `${page}#${cell.id}`;
}

// Shows the moment of this address; true where there is one.
export function goTo(cells, hash) {
  const { id, step } = read(hash);
  const found = cells.filter(({ cell }) => id && cell.id === id);
  if (!found.length) return false;
  const [{ cell }] = found;
  const film = found.flatMap(({ models }) => models).find(isFilm);
  if (film && step) film.set("index", Math.max(0, Math.min(film.get("total"), step) - 1));
  cell.scrollIntoView();
  if (film) drawn(cell, ".mk-player[tabindex]").then((player) => player.focus({ preventScroll: true }));
  return true;
}

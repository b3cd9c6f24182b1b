// Pictures in words: a table for who reads, text for who copies.

import { make } from "./dom.js";

// A table whose first row and first column are headings.
export function fillTable(table, rows) {
  table.replaceChildren();
  rows.forEach((row, i) => {
    const line = make("tr", table);
    row.forEach((text, k) => {
      const cell = make(i === 0 || k === 0 ? "th" : "td", line, "", text);
      if (i === 0) cell.scope = "col";
      else if (k === 0) cell.scope = "row";
    });
  });
}

// The sentences and the tables of words, a row a line.
export function wordsOf(pictures) {
  return pictures
    .filter(Boolean)
    .map(({ sentence, error, empty, words = [] }) =>
      [sentence || error || empty || "", ...words.map((row) => row.join("\t"))].join("\n"),
    )
    .join("\n\n");
}

// A small menu: save the picture that is shown, copy its words, or its address on the course's site.

import { boxOf, button, make, shape } from "./dom.js";
import { style } from "./style.js";
import { wordsOf } from "./words.js";

const EDGE = 10; // px around a picture that is saved
const DOTS = [4, 9, 14];

export class Menu {
  // view: panes that are shown now, and their node.
  constructor(parent, view, signal) {
    this.view = view;
    this.node = make("div", parent, "mk-menu");
    this.opener = button(this.node, "mk-more", "more: save this picture, copy its words or a link", () =>
      this.toggle(),
    );
    this.opener.title = "save this picture, copy its words or a link";
    this.opener.setAttribute("aria-haspopup", "menu");
    const svg = shape("svg", this.opener, { viewBox: "0 0 18 18", "aria-hidden": "true" });
    for (const cx of DOTS) shape("circle", svg, { cx, cy: 9, r: 0.8 });
    this.list = make("div", this.node, "mk-choices");
    this.list.setAttribute("role", "menu");
    this.said = make("span", this.node, "mk-copied");
    this.said.setAttribute("role", "status");
    this.items = [
      ["save this picture (SVG)", () => this.save("svg")],
      ["save this picture (PNG)", () => this.save("png")],
      ["copy words", () => this.copy(wordsOf(this.view.shown().map((pane) => pane.picture)))],
      ["copy a link to this", () => this.copy(this.address)],
    ].map(([name, act]) => {
      const item = button(this.list, "", name, () => {
        this.toggle(false);
        this.opener.focus();
        act();
      });
      item.textContent = name;
      item.setAttribute("role", "menuitem");
      item.tabIndex = -1;
      return item;
    });
    this.toggle(false);
    this.node.addEventListener("keydown", (event) => this.onKey(event));
    this.node.addEventListener("focusout", ({ relatedTarget }) => {
      if (!this.node.contains(relatedTarget)) this.toggle(false);
    });
    signal.addEventListener("abort", () => clearTimeout(this.timer));
  }

  toggle(open = this.list.hidden) {
    this.list.hidden = !open;
    this.items.at(-1).hidden = !this.address;
    this.opener.setAttribute("aria-expanded", String(open));
    if (open) this.items[0].focus();
  }

  // Where the site shows what is shown here; "" where it does not. A page of the site says it itself.
  get address() {
    const { model, reel, at } = this.view;
    const cell = this.node.closest("[data-link]")?.dataset.link ?? model.get("address");
    return cell && reel.total > 1 ? `${cell},step=${at + 1}` : cell;
  }

  onKey(event) {
    if (this.list.hidden) return;
    const items = this.items.filter((item) => !item.hidden);
    const at = items.indexOf(document.activeElement);
    const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: -1 }[event.key];
    if (to !== undefined) items.at(to % items.length).focus();
    else if (event.key === "Escape") {
      this.toggle(false);
      this.opener.focus();
    } else if (event.key === "Tab" || event.key === "Enter" || event.key === " ") return;
    event.preventDefault();
    event.stopPropagation();
  }

  tell(text) {
    this.said.textContent = text;
    clearTimeout(this.timer);
    this.timer = setTimeout(() => {
      this.said.textContent = "";
    }, 4000);
  }

  async copy(text) {
    try {
      await navigator.clipboard.writeText(text);
      this.tell("copied");
    } catch {
      this.tell("this page may not copy");
    }
  }

  async save(format) {
    const svg = svgOf(this.view.node);
    const name = `picture-${this.view.at + 1}.${format}`;
    if (format === "svg") return download(new Blob([svg.text], { type: "image/svg+xml" }), name);
    try {
      download(await pngOf(svg), name);
    } catch {
      this.tell("this browser saves SVG only");
    }
  }
}

// The picture as one SVG file: what is drawn, with its style, and the colours of the theme.
function svgOf(node) {
  const rect = boxOf(node);
  const [width, height] = [rect.width + 2 * EDGE, rect.height + 2 * EDGE];
  const copy = node.cloneNode(true);
  const canvases = copy.querySelectorAll("canvas");
  node.querySelectorAll("canvas").forEach((canvas, i) => {
    const image = make("img", null, canvas.className);
    image.src = canvas.toDataURL();
    image.style.cssText = canvas.style.cssText;
    canvases[i].replaceWith(image);
  });
  for (const left of copy.querySelectorAll("[hidden], .mk-words, .mk-open, .mk-cursor-box, .mk-bubble"))
    left.remove();
  // What is said of a widget as a whole is said by the classes around it.
  let outer = copy;
  for (let at = node.parentElement; at && at !== document.body; at = at.parentElement) {
    const names = [...at.classList].filter((name) => name.startsWith("mk-"));
    if (!names.length) continue;
    const around = make("div", null, names.join(" "));
    around.style.cssText = "padding: 0; margin: 0";
    around.append(outer);
    outer = around;
  }
  const now = getComputedStyle(node);
  const page = make("div");
  for (const name of style.match(/--jp-[\w-]+/g)) page.style.setProperty(name, now.getPropertyValue(name));
  page.style.cssText += `; background: ${now.getPropertyValue("--mk-page")}; padding: ${EDGE}px; width: ${rect.width}px; height: ${rect.height}px`;
  const sheet = make("style", page);
  sheet.textContent = style;
  page.append(outer);
  page.dataset.jpThemeLight = document.body.dataset.jpThemeLight ?? "";
  page.setAttribute("xmlns", "http://www.w3.org/1999/xhtml");
  const inner = new XMLSerializer().serializeToString(page);
  const text =
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}">` +
    `<foreignObject width="100%" height="100%">${inner}</foreignObject></svg>`;
  return { text, width, height };
}

async function pngOf({ text, width, height }) {
  const image = new Image();
  image.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(text)}`;
  await image.decode();
  const canvas = make("canvas");
  canvas.width = 2 * width;
  canvas.height = 2 * height;
  const pen = canvas.getContext("2d");
  pen.scale(2, 2);
  pen.drawImage(image, 0, 0, width, height);
  return new Promise((done, fail) => {
    canvas.toBlob((blob) => (blob ? done(blob) : fail(new Error("no picture"))));
  });
}

function download(blob, name) {
  const link = make("a");
  link.href = URL.createObjectURL(blob);
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}

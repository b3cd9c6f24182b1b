// The course's charts (memkit/widgets/chart.py) without bqplot, which is a megabyte: lines, points and
// labels over two axes, drawn from the same models. What bqplot draws besides has no place here.

import { DOMWidgetModel, DOMWidgetView, unpack_models, WidgetModel } from "@jupyter-widgets/base";
import { shape } from "../../memkit/widgets/web/dom.js";

const held = { deserialize: unpack_models };

export class FigureModel extends DOMWidgetModel {
  static serializers = {
    ...DOMWidgetModel.serializers,
    marks: held,
    axes: held,
    scale_x: held,
    scale_y: held,
  };
}
class PartModel extends WidgetModel {
  static serializers = { ...WidgetModel.serializers, scales: held, scale: held };
}

export {
  PartModel as AxisModel,
  PartModel as LabelModel,
  PartModel as LinearScaleModel,
  PartModel as LinesModel,
  PartModel as LogScaleModel,
  PartModel as ScatterModel,
};

const ARRAYS = { float64: Float64Array, float32: Float32Array, int32: Int32Array, uint8: Uint8Array };

function numbers(model, name) {
  const { dtype, value } = model.get(name) ?? {};
  return value
    ? [...new ARRAYS[dtype](value.buffer.slice(value.byteOffset, value.byteOffset + value.byteLength))]
    : [];
}

// Numbers to pixels.
class Scale {
  constructor(model, data, from, to) {
    this.log = model.get("_model_name") === "LogScaleModel";
    const ends = [model.get("min") ?? Math.min(...data), model.get("max") ?? Math.max(...data)];
    this.ends = ends;
    this.from = from;
    this.to = to;
  }

  at(value) {
    const [low, high, here] = [...this.ends, value].map((one) => (this.log ? Math.log(one) : one));
    return this.from + ((here - low) / (high - low || 1)) * (this.to - this.from);
  }

  // Powers of ten, or some six round numbers.
  ticks() {
    const [low, high] = this.ends;
    const found = [];
    if (this.log) {
      for (let n = Math.ceil(Math.log10(low)); 10 ** n <= high; n++) found.push(10 ** n);
      return found;
    }
    const rough = 10 ** Math.floor(Math.log10((high - low) / 6));
    const gap = [1, 2, 5, 10].map((n) => n * rough).find((one) => (high - low) / one <= 8);
    for (let n = Math.ceil(low / gap); n * gap <= high; n++) found.push(n * gap);
    return found;
  }
}

function written(axis, value) {
  const label = axis.get("tick_labels")[String(value)];
  if (label !== undefined) return label;
  if (axis.get("tick_format") === "d") return String(Math.round(value));
  return Number(value.toPrecision(6)).toLocaleString("en-US");
}

const EDGE = 8; // px between the axes and the first and last points
const OUTLINES = {
  circle: (r) => `M${-r} 0A${r} ${r} 0 1 0 ${r} 0A${r} ${r} 0 1 0 ${-r} 0Z`,
  "triangle-up": (r) => `M0 ${-1.3 * r}L${1.2 * r} ${0.8 * r}H${-1.2 * r}Z`,
};

function points(parent, name, size, places, look) {
  const d = (OUTLINES[name] ?? OUTLINES.circle)(Math.sqrt(size / Math.PI));
  for (const [x, y] of places) shape("path", parent, { d, transform: `translate(${x},${y})`, ...look });
}

const DRAW = {
  LinesModel(mark, parent, places, color) {
    const d = `M${places.map((place) => place.join(" ")).join("L")}`;
    shape("path", parent, { d, fill: "none", stroke: color, "stroke-width": mark.get("stroke_width") });
    if (mark.get("marker")) {
      points(parent, mark.get("marker"), mark.get("marker_size"), places, { fill: color });
    }
  },
  ScatterModel(mark, parent, places, color) {
    const hollow = { fill: "none", stroke: color, "stroke-width": mark.get("stroke_width") };
    points(
      parent,
      mark.get("marker"),
      mark.get("default_size"),
      places,
      mark.get("fill") ? { fill: color } : hollow,
    );
  },
  LabelModel(mark, parent, places, color) {
    mark.get("text").forEach((text, i) => {
      const [x, y] = [places[i][0] + mark.get("x_offset"), places[i][1] + mark.get("y_offset")];
      const anchor = { "text-anchor": mark.get("align"), "dominant-baseline": "central" };
      const font = { "font-size": mark.get("default_size"), "font-weight": mark.get("font_weight") };
      shape("text", parent, { x, y, fill: color, ...anchor, ...font }).textContent = text;
    });
  },
};

export class Figure extends DOMWidgetView {
  render() {
    this.el.classList.add("bqplot", "figure");
    this.el.style.overflow = "hidden";
    const draw = () => this.draw();
    for (const model of [this.model, ...this.model.get("marks"), ...this.model.get("axes")]) {
      this.listenTo(model, "change", draw);
    }
    this.resized = new ResizeObserver(draw);
    this.resized.observe(this.el);
  }

  remove() {
    this.resized?.disconnect();
    super.remove();
  }

  draw() {
    const [width, height] = [this.el.clientWidth, this.el.clientHeight];
    if (!width || !height) return;
    const title = this.model.get("title");
    const svg = shape("svg", null, { width, height, viewBox: `0 0 ${width} ${height}`, role: "img" });
    svg.setAttribute("aria-label", `chart: ${title}`);
    this.el.replaceChildren(svg);
    const { top, bottom, left, right } = this.model.get("fig_margin");
    const box = { left, top, right: width - right, bottom: height - bottom };
    const heading = {
      class: "mainheading",
      x: (box.left + box.right) / 2,
      y: top / 2,
      "text-anchor": "middle",
    };
    shape("text", svg, { ...heading, "font-weight": "bold" }).textContent = title;
    const marks = this.model.get("marks");
    const scales = new Map();
    const data = (model, axis) =>
      marks.filter((mark) => mark.get("scales")[axis] === model).flatMap((mark) => numbers(mark, axis));
    for (const mark of marks) {
      const { x, y } = mark.get("scales");
      if (!scales.has(x)) scales.set(x, new Scale(x, data(x, "x"), box.left + EDGE, box.right - EDGE));
      if (!scales.has(y)) scales.set(y, new Scale(y, data(y, "y"), box.bottom, box.top));
    }
    for (const axis of this.model.get("axes")) this.drawAxis(axis, svg, box, scales.get(axis.get("scale")));
    for (const mark of marks) {
      const { x, y } = mark.get("scales");
      const ys = numbers(mark, "y");
      const places = numbers(mark, "x").map((at, i) => [scales.get(x).at(at), scales.get(y).at(ys[i])]);
      DRAW[mark.get("_model_name")](mark, shape("g", svg, { class: "mark" }), places, mark.get("colors")[0]);
    }
  }

  drawAxis(axis, svg, box, scale) {
    const group = shape("g", svg, { class: "axis" });
    const size = axis.get("tick_style")["font-size"] ?? "12px";
    const flat = axis.get("side") === "bottom";
    const given = numbers(axis, "tick_values");
    const line = { stroke: "currentColor", opacity: 0.5 };
    const ruled = axis.get("grid_lines") === "solid";
    shape("path", group, {
      d: `M${box.left} ${flat ? box.bottom : box.top}${flat ? `H${box.right}` : `V${box.bottom}`}`,
      ...line,
    });
    for (const value of given.length ? given : scale.ticks()) {
      const at = scale.at(value);
      const tick = shape("g", group, { class: "tick" });
      const middle = flat
        ? { x: at, y: box.bottom + 18, "text-anchor": "middle" }
        : { x: box.left - 8, y: at, "text-anchor": "end", "dominant-baseline": "central" };
      const d = flat
        ? `M${at} ${ruled ? box.top : box.bottom}V${box.bottom + 4}`
        : `M${box.left - 4} ${at}H${ruled ? box.right : box.left}`;
      shape("path", tick, { d, stroke: "currentColor", opacity: ruled ? 0.15 : 0.5 });
      shape("text", tick, { ...middle, "font-size": size }).textContent = written(axis, value);
    }
    const offset = Number.parseFloat(axis.get("label_offset")) || 36;
    const [x, y] = flat
      ? [(box.left + box.right) / 2, box.bottom + offset + 8]
      : [box.left - offset, (box.top + box.bottom) / 2];
    const turned = flat ? {} : { transform: `rotate(-90,${x},${y})` };
    shape("text", group, { class: "axislabel", x, y, "text-anchor": "middle", ...turned }).textContent =
      axis.get("label");
  }
}

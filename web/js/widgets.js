// Widgets without a kernel: models made from their recorded state, and views where the page has
// places for them.

import * as base from "@jupyter-widgets/base";
import { ManagerBase } from "@jupyter-widgets/base-manager";
import { Widget } from "@lumino/widgets";
import * as charts from "./charts.js";
import * as controls from "./controls.js";
import { hasTree, Tree } from "./tree.js";

const HERE = new URL(".", document.currentScript.src);
const BUNDLED = {
  "@jupyter-widgets/base": base,
  "@jupyter-widgets/controls": controls,
  bqplot: charts,
  bqscales: charts,
};

const BUNDLE = "memkit.widgets.bundle.Bundle";

// anywidget is a module as pip installs it: a script that calls define(names, make).
const asked = {};
globalThis.define = (names, make) => {
  document.currentScript.made = make(...names.map((name) => BUNDLED[name]));
};

function load(name) {
  asked[name] ??= new Promise((done, fail) => {
    const script = document.createElement("script");
    script.src = new URL(`${name}.js`, HERE);
    script.onload = () => done(script.made);
    script.onerror = () => fail(new Error(`${name}.js cannot be loaded`));
    document.head.append(script);
  });
  return asked[name];
}

class Manager extends ManagerBase {
  async loadClass(className, moduleName) {
    const module = BUNDLED[moduleName] ?? (await load(moduleName));
    return module[className];
  }

  async _get_comm_info() {
    return {};
  }

  async _create_comm() {
    return { on_close() {}, on_msg() {}, close() {} };
  }
}

const told = (kind) =>
  document.querySelectorAll(`script[type="application/vnd.jupyter.widget-${kind}+json"]`);

// The models of a view: itself, and what it holds.
function within(model) {
  const held = (model.get("children") ?? []).filter((child) => child?.get);
  return [model, ...held.flatMap(within)];
}

// anywidget gives a model two seconds to be ready. Ours are once the bundle is there, so it comes first.
async function makeModels(manager, saved) {
  const models = Object.entries(saved.state);
  const isBundle = ([, { state }]) => state._anywidget_id === BUNDLE;
  const first = models.filter((one) => isBundle(one) || one[1].model_module === "@jupyter-widgets/base");
  await manager.set_state({ ...saved, state: Object.fromEntries(first) });
  for (const [, { state }] of first.filter(isBundle)) {
    globalThis[state.name] ??= {};
    const home = globalThis[state.name];
    home.ready ??= new Promise((resolve) => {
      home.resolve = resolve;
    });
    await home.ready;
  }
  const others = models.filter((one) => !first.includes(one));
  await manager.set_state({ ...saved, state: Object.fromEntries(others) });
}

// Resolves to what shows widgets: [{cell, node: its place there, models}].
export async function drawWidgets() {
  const manager = new Manager();
  for (const { text } of told("state")) await makeModels(manager, JSON.parse(text));
  const drawn = [...told("view")].map(async (place) => {
    const model = await manager.get_model(JSON.parse(place.text).model_id);
    const view = await manager.create_view(model);
    const node = document.createElement("div");
    node.className = "mk-widget";
    place.replaceWith(node);
    Widget.attach(view.luminoWidget, node);
    const models = within(model);
    if (hasTree(model)) new Tree(manager, models, new URL(`trees/${model.model_id}.tree`, HERE));
    return { cell: node.closest("div.cell"), node, models };
  });
  return Promise.all(drawn);
}

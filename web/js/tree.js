// A live widget without Python: it answers from a tree that was recorded (see web/kernel/trees.py),
// and what is not in it is refused. The tree is fetched when somebody tries the widget.

import { STATIC } from "../../memkit/widgets/web/alive.js";
import { deflate, inflate } from "../../memkit/widgets/web/film.js";

export const isFilm = (model) => model.get("pieces") !== undefined;
export const hasTree = (model) => (model.get("_dom_classes") ?? []).includes("mk-tree");

export class Tree {
  node = 0;
  tried = new Set(); // ids of models of which the page may show something else than the node does
  answered = Promise.resolve();

  constructor(manager, models, address) {
    this.manager = manager;
    this.address = address;
    this.stages = models.filter(isFilm);
    for (const model of models) this.listen(model);
  }

  // The model's messages come here, as they would go to a kernel.
  listen(model) {
    const idle = { content: { execution_state: "idle" } };
    model.comm = {
      send: (data, callbacks) => {
        this.hear(model, data);
        Promise.resolve().then(() => callbacks?.iopub?.status?.(idle));
      },
    };
    model.comm_live = true;
    model.get("layout").comm_live = true;
  }

  hear(model, { state, content }) {
    if (state && isFilm(model)) return; // where it stands, which is the browser's own
    if (content?.event === "submit") return; // the text itself comes, too
    this.answered = this.answered.then(() => this.answer(model, state ?? content)).catch(console.error);
  }

  async answer(model, said) {
    this.nodes ??= await this.fetch();
    this.tried.add(model.model_id);
    const next = this.nodes[this.node][1];
    const [to, index] = next[`${model.model_id} ${JSON.stringify(said)}`] ?? [];
    if (to !== undefined) await this.go(to, index);
    else if (!this.begins(model, said.value)) this.refuse();
  }

  async fetch() {
    const found = await fetch(this.address);
    const { table, nodes } = await inflate(await found.arrayBuffer());
    const made = [];
    const plain = (value) => (Array.isArray(value) ? this.thing(value[0]) : value);
    this.thing = (place) => {
      const row = table[place];
      made[place] ??= Array.isArray(row)
        ? row.map(plain)
        : Object.fromEntries(Object.entries(row).map(([name, value]) => [name, plain(value)]));
      return made[place];
    };
    return nodes;
  }

  // {model id: place of its state in the table}; of what a node leaves out the first one tells.
  states(node) {
    return { ...this.nodes[0][0], ...this.nodes[node][0] };
  }

  async go(to, index) {
    const [before, after] = [this.states(this.node), this.states(to)];
    for (const { model_id } of this.stages) this.tried.add(model_id);
    const changed = (id) => after[id] !== before[id] || this.tried.has(id);
    const state = {};
    for (const id of Object.keys(after).filter(changed)) {
      const { pieces, ...plain } = this.thing(after[id]).state;
      // What is equal in the tree is one object there; of models each has its own.
      state[id] = JSON.parse(JSON.stringify({ ...this.thing(after[id]), state: plain }));
      const stage = this.stages.find(({ model_id }) => model_id === id);
      if (stage) await this.wind(stage, state[id].state, pieces, this.thing(before[id]).state.pieces, index);
    }
    this.node = to;
    this.tried.clear();
    await this.manager.set_state({ version_major: 2, version_minor: 0, state });
  }

  // Another film; the step that is shown is the reader's, unless Python moved it.
  async wind(stage, state, film, before, index) {
    if (film !== before) {
      state.film = stage.get("film") + 1;
      state.pieces = [await deflate(film)];
    }
    state.index = Math.max(0, Math.min(index ?? stage.get("index"), state.total - 1));
    state.start = state.index;
  }

  // Is that the beginning of a text that is answered, or of the one that has been? It is being typed.
  begins(model, text) {
    if (typeof text !== "string") return false;
    const now = this.thing(this.states(this.node)[model.model_id]).state.value;
    const known = Object.keys(this.nodes[this.node][1]).map((message) => {
      const [id, ...said] = message.split(" ");
      return id === model.model_id ? JSON.parse(said.join(" ")).value : undefined;
    });
    return [now, ...known].some((one) => typeof one === "string" && one.startsWith(text));
  }

  refuse() {
    for (const stage of this.stages) {
      stage.set("refusal", STATIC);
      stage.save_changes(); // or a later save would set it once more
    }
  }
}

import assert from "node:assert/strict";
import { mock, test } from "node:test";
import { deflateSync } from "node:zlib";
import { Reel } from "../../memkit/widgets/web/reel.js";

const piece = (...events) =>
  deflateSync(JSON.stringify({ events, panes: [events.map((event) => ({ sentence: event }))] }));

// A model as anywidget shows it, of a kernel that answers.
function model(state, alive = true) {
  const heard = {};
  const kernel = { status: "idle", statusChanged: { connect() {}, disconnect() {} } };
  return {
    state: {
      film: 1,
      pieces: [],
      total: 0,
      start: 0,
      index: 0,
      refusal: "",
      layout: { comm_live: alive },
      ...state,
    },
    widget_manager: { kernel },
    saved: [],
    sent: [],
    get(name) {
      return this.state[name];
    },
    set(name, value) {
      this.state[name] = value;
    },
    save_changes() {
      this.saved.push(this.state.index);
    },
    send(message) {
      this.sent.push(message);
    },
    on(names, act) {
      for (const name of names.split(" ")) heard[name] = act;
    },
    // What comes from Python: traits that change together, or a message.
    becomes(changes) {
      Object.assign(this.state, changes);
      for (const name in changes) heard[`change:${name}`]?.();
    },
    hears: (message, ...bytes) => heard["msg:custom"](message, bytes),
  };
}

function made(state, alive) {
  const of = model(state, alive);
  const reel = new Reel(of);
  const drawn = [];
  reel.views.add({ draw: () => drawn.push(reel.film.panes[0]?.[reel.at]?.sentence) });
  return { model: of, reel, drawn, read: () => reel.coming.reading.then(() => {}) };
}

test("a step is drawn at once, and Python hears of the last one", async () => {
  mock.timers.enable({ apis: ["setTimeout"] });
  const { model, reel, drawn, read } = made({ pieces: [piece("a", "b", "c")], total: 3 });
  await read();
  await read();
  drawn.length = 0;
  reel.move(1);
  reel.move(2);
  reel.move(9);
  assert.deepEqual(drawn, ["b", "c"], "and there is nothing after the last step");
  assert.deepEqual(model.saved, []);
  mock.timers.tick(1000);
  assert.deepEqual(model.saved, [2]);
  mock.timers.reset();
});

test("where Python has ended steps are drawn, and kept in the model alone", async () => {
  mock.timers.enable({ apis: ["setTimeout"] });
  const { model, reel, drawn, read } = made({ pieces: [piece("a", "b")], total: 2 }, false);
  await read();
  await read();
  reel.move(1);
  mock.timers.tick(1000);
  assert.equal(drawn.at(-1), "b");
  assert.equal(model.state.index, 1);
  assert.deepEqual(model.saved, []);
  mock.timers.reset();
});

test("pieces come one by one; what is missing at the beginning is asked for, once", async () => {
  const { model, reel, read } = made({ pieces: [piece("a")], total: 4 });
  await read();
  await read();
  assert.deepEqual(model.sent, [{ want: 1 }]);
  model.hears({ film: 1, piece: 1 }, piece("b"));
  model.hears({ film: 1, piece: 1 }, piece("b"));
  model.hears({ film: 1, piece: 2 }, piece("c", "d"));
  await read();
  assert.deepEqual(reel.film.events, ["a", "b", "c", "d"]);
  assert.equal(model.state.pieces.length, 3, "they are saved with the model");
  assert.equal(model.sent.length, 1);
});

test("late pieces of a film that is over are dropped", async () => {
  const { model, reel, read } = made({ pieces: [piece("a")], total: 3 });
  await read();
  model.becomes({ film: 2, pieces: [piece("new")], total: 2, index: 0 });
  model.hears({ film: 1, piece: 1 }, piece("old"));
  model.hears({ film: 2, piece: 1 }, piece("newer"));
  await read();
  await read();
  assert.deepEqual(reel.film.events, ["new", "newer"]);
});

test("a film begins where it says, whatever step of the one before Python last heard of", async () => {
  mock.timers.enable({ apis: ["setTimeout"] });
  const { model, reel, read } = made({ pieces: [piece("a", "b", "c")], total: 3 });
  await read();
  reel.move(2);
  mock.timers.tick(1000);
  reel.move(1); // and Python will never hear of it
  model.becomes({ film: 2, pieces: [piece("new", "newer", "newest")] });
  mock.timers.tick(1000);
  assert.equal(reel.at, 0);
  assert.deepEqual(model.saved, [2, 0]);
  model.becomes({ film: 3, pieces: [piece("x", "y")], start: 1 });
  assert.equal(reel.at, 1);
  mock.timers.reset();
});

test("a film that changes nothing but its pictures stays at the step that one sees", async () => {
  mock.timers.enable({ apis: ["setTimeout"] });
  const { model, reel, read } = made({ pieces: [piece("a", "b", "c")], total: 3 });
  await read();
  reel.move(2); // Python hears of it later than it makes the next film
  model.becomes({ film: 2, pieces: [piece("a", "b", "c")], start: -1, index: 0 });
  assert.equal(reel.at, 2);
  assert.deepEqual(model.saved, [2], "and is told");
  model.becomes({ total: 2, start: -1, film: 3, pieces: [piece("a", "b")] });
  assert.equal(reel.at, 1, "there is no step behind the last");
  mock.timers.reset();
});

test("Python moves it; a step that has not come yet shows when it comes", async () => {
  const { model, reel, drawn, read } = made({ pieces: [piece("a")], total: 2 });
  await read();
  await read();
  model.becomes({ index: 1 });
  await read();
  assert.equal(reel.at, 1);
  model.hears({ film: 1, piece: 1 }, piece("b"));
  await read();
  await read();
  assert.equal(drawn.at(-1), "b");
});

test("a film that cannot be read is one sentence, at every step", async () => {
  const { reel } = made({ pieces: [new Uint8Array([1, 2])], total: 2, index: 1 });
  await reel.coming.reading.catch(() => {});
  await new Promise((done) => setTimeout(done));
  assert.match(reel.film.panes[0][1].error, /^This film cannot be read: /);
});

test("who steps on leaves a refusal behind, so that the same can be refused again", async () => {
  const { model, reel, read } = made({ pieces: [piece("a", "b")], total: 2, refusal: "No." });
  await read();
  await read();
  reel.move(1);
  assert.equal(model.state.refusal, "");
  clearTimeout(reel.timer);
});

import assert from "node:assert/strict";
import { test } from "node:test";
import { Life } from "../../memkit/widgets/web/alive.js";
import { verdict } from "../../memkit/widgets/web/predict.js";
import { wordsOf } from "../../memkit/widgets/web/words.js";

test("words: the sentence, then a row a line, a picture after the other", () => {
  const words = [
    ["tier", "now"],
    ["mcache", "1 in use"],
  ];
  const text = wordsOf([{ sentence: "One.", words }, null, { error: "Two." }]);
  assert.equal(text, "One.\ntier\tnow\nmcache\t1 in use\n\nTwo.");
});

const question = { options: ["yes", "no"], explanations: ["because", "why not"], answer: 1 };

test("a verdict: nothing before the answer, then what was chosen, then what is right", () => {
  assert.deepEqual(verdict({ ...question, chosen: -1 }), []);
  assert.deepEqual(verdict({ ...question, chosen: 1 }), ["Right.", "why not"]);
  assert.deepEqual(verdict({ ...question, chosen: 0 }), ["Not so.", "because", "The answer: no.", "why not"]);
});

function made() {
  const heard = [];
  const kernel = {
    status: "idle",
    isDisposed: false,
    statusChanged: { connect: (f) => heard.push(f), disconnect() {} },
    becomes(status) {
      this.status = status;
      for (const f of heard) f(kernel, status);
    },
  };
  const layout = { comm_live: true };
  const model = { get: () => layout, widget_manager: { kernel } };
  return { kernel, layout, model, life: new Life(model) };
}
const ENDED = /^The kernel that made this has ended: run the cell again.$/;

test("a kernel that answers is no trouble, busy or idle", () => {
  const { kernel, life } = made();
  assert.equal(life.trouble, "");
  kernel.becomes("busy");
  assert.equal(life.trouble, "");
});

test("a kernel that was restarted is another one, though it is idle", () => {
  for (const status of ["restarting", "autorestarting", "dead", "terminating"]) {
    const { kernel, life } = made();
    kernel.becomes(status);
    kernel.becomes("idle");
    assert.match(life.trouble, ENDED);
  }
});

test("a kernel that was shut down, exchanged, or never knew the model", () => {
  const changes = [
    ({ kernel }) => Object.assign(kernel, { isDisposed: true }),
    ({ model }) => Object.assign(model.widget_manager, { kernel: null }),
    ({ model }) => Object.assign(model.widget_manager, { kernel: made().kernel }),
    ({ layout }) => Object.assign(layout, { comm_live: false }),
  ];
  for (const change of changes) {
    const all = made();
    change(all);
    assert.match(all.life.trouble, ENDED);
  }
});

test("a page that never had a kernel", () => {
  const life = new Life({ get: () => ({ comm_live: false }), widget_manager: {} });
  assert.equal(life.trouble, "This needs Python: open the notebook to use it.");
});

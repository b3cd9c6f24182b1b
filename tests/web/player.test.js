import assert from "node:assert/strict";
import { test } from "node:test";
import { due } from "../../memkit/widgets/web/player.js";
import { sample } from "../../memkit/widgets/web/room.js";

test("due: whole steps, and what is left over is not lost", () => {
  assert.deepEqual(due(0, 1000, 1), [1, 0]);
  assert.deepEqual(due(0, 999, 1), [0, 0.999]);
  assert.deepEqual(due(0.5, 250, 2), [1, 0]);
  let [steps, left, sum] = [0, 0, 0];
  for (let i = 0; i < 300; i++) {
    [steps, left] = due(left, 10, 8);
    sum += steps;
  }
  assert.ok(Math.abs(sum - 24) <= 1, `3 s at 8 a second: ${sum} steps`);
});

test("due: a page that slept an hour does not run ahead", () => {
  assert.equal(due(0, 3_600_000, 1)[0], 1);
  assert.equal(due(0, 3_600_000, 8)[0], 3);
});

test("sample: steps all over a film, the last one among them, each once", () => {
  assert.deepEqual(sample(0), []);
  assert.deepEqual(sample(1), []);
  assert.deepEqual(sample(2), [1]);
  for (const n of [3, 17, 18, 100, 718]) {
    const steps = sample(n);
    assert.equal(steps.at(-1), n - 1);
    assert.equal(new Set(steps).size, steps.length);
    assert.ok(steps.length <= 16 && steps.every((i) => i > 0 && i < n));
  }
});

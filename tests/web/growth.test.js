import assert from "node:assert/strict";
import { test } from "node:test";
import { rounds, spread } from "../../memkit/widgets/web/growth.js";

test("the numbers of an axis are round, and no more than asked", () => {
  assert.deepEqual(rounds(0, 12.9, 7), [0, 2, 4, 6, 8, 10, 12]);
  assert.deepEqual(rounds(0, 1.05, 4), [0, 0.5, 1]);
  assert.deepEqual(rounds(90.1, 101.2, 8), [92, 94, 96, 98, 100]);
  assert.deepEqual(rounds(-0.4, 3, 5), [0, 1, 2, 3]);
  for (const [last, most] of [
    [0.001, 3],
    [7.3, 1],
    [999, 9],
    [1e6, 4],
  ]) {
    const found = rounds(0, last, most);
    assert.ok(found.length <= most + 1 && found[0] === 0, `${last}: ${found}`);
  }
});

test("words stand as near as can be to their heights, and none over another", () => {
  assert.deepEqual(spread([10, 60, 110], 17, 0, 200), [10, 60, 110]);
  assert.deepEqual(spread([50, 50, 50], 17, 0, 200), [50, 67, 84]);
  assert.deepEqual(spread([190, 20, 195], 17, 0, 200), [183, 20, 200]);
  const found = spread([5, 1, 3, 2, 4], 10, 0, 100);
  assert.deepEqual(
    [...found].sort((a, b) => a - b),
    [1, 11, 21, 31, 41],
  );
});

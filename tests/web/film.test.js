import assert from "node:assert/strict";
import { test } from "node:test";
import { deflateSync } from "node:zlib";
import { deflate, Film } from "../../memkit/widgets/web/film.js";

const picture = (step) => ({ kind: "floors", step });
const piece = (events, from = 0, more = {}) =>
  deflateSync(JSON.stringify({ events, panes: [events.map((_, i) => picture(from + i))], ...more }));

test("pieces are joined in their order, whatever each takes to be read", async () => {
  const film = new Film();
  await film.take([piece(["a", "b"]), piece(["c"], 2), piece(["a"], 3)]);
  assert.deepEqual(film.events, ["a", "b", "c", "a"]);
  assert.deepEqual(
    film.panes[0].map(({ step }) => step),
    [0, 1, 2, 3],
  );
  assert.equal(film.length, 4);
  assert.ok(film.has(3) && !film.has(4) && !film.has(-1));
});

test("a piece is read once, and what comes later is appended", async () => {
  const film = new Film();
  const pieces = [piece(["a"])];
  await film.take(pieces);
  pieces[2] = piece(["c"], 2);
  await film.take(pieces);
  assert.deepEqual(film.events, ["a"], "the second one is missing: the third waits");
  pieces[1] = piece(["b"], 1);
  await film.take(pieces);
  assert.deepEqual(film.events, ["a", "b", "c"]);
});

test("a page packs pictures as Python does, words and all", async () => {
  const film = new Film();
  const told = { ...picture(0), words: [["a", "line"]], holds: { area: ["its", []] } };
  await film.take([await deflate({ events: ["a"], panes: [[told]] })]);
  assert.deepEqual(film.panes, [[told]]);
});

test("two panes have a picture each of every step", async () => {
  const film = new Film();
  const panes = [[picture(0)], [null]];
  await film.take([deflateSync(JSON.stringify({ events: ["a"], panes }))]);
  assert.deepEqual(film.panes, panes);
});

test("what parts hold is shared by the pictures of a piece", async () => {
  const told = ["an area", [["vm_start", "0x1000", "where it begins"]]];
  const panes = [[{ holds: { one: 0 } }, { holds: { one: 0, two: 1 } }, {}]];
  const film = new Film();
  await film.take([
    deflateSync(JSON.stringify({ events: ["a", "b", "c"], panes, shared: [told, ["x", []]] })),
  ]);
  assert.deepEqual(film.panes[0][0].holds, { one: told });
  assert.deepEqual(film.panes[0][1].holds, { one: told, two: ["x", []] });
});

test("a piece that is none is told", async () => {
  const film = new Film();
  await assert.rejects(film.take([new Uint8Array([1, 2, 3])]));
});

test("kinds: the most telling first, then as they come", async () => {
  const film = new Film();
  assert.deepEqual(film.kinds(["fault"]), []);
  await film.take([piece(["malloc", "fault", "malloc", "free"])]);
  assert.deepEqual(film.kinds(), ["malloc", "fault", "free"]);
  assert.deepEqual(film.kinds(["never", "free"]), ["free", "malloc", "fault"]);
});

test("next: the next step of a kind, and the first kind that still comes", async () => {
  const film = new Film();
  await film.take([piece(["malloc", "fault", "malloc", "free"])]);
  assert.equal(film.next("malloc", 0), 2);
  assert.equal(film.next("malloc", 2), -1);
  const kinds = film.kinds(["fault"]);
  assert.equal(film.telling(kinds, 0), "fault");
  assert.equal(film.telling(kinds, 1), "malloc");
  assert.equal(film.telling(kinds, 2), "free");
  assert.equal(film.telling(kinds, 3), "");
});

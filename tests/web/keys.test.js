import assert from "node:assert/strict";
import { test } from "node:test";
import { isTaken } from "../../memkit/widgets/web/keys.js";

// An element as far as `matches` goes: one selector of a list, tag and type.
const element = (tag, type = "") => ({
  matches: (selector) =>
    selector.split(/,\s*(?![^(]*\))/).some((one) => {
      const [, name, rest] = one.match(/^(\w+)(.*)$/) ?? [];
      if (name !== tag) return false;
      const not = rest.match(/^:not\((.*)\)$/)?.[1];
      if (not) return !not.split(", ").includes(`[type=${type}]`);
      return !rest || rest === `[type=${type}]`;
    }),
});

test("text, lists and what is pressed keep their keys", () => {
  const text = element("input", "text");
  const list = element("select");
  for (const key of ["ArrowLeft", "n", " ", "Home"]) {
    assert.ok(isTaken(text, key));
    assert.ok(isTaken(list, key));
  }
  for (const on of [element("button"), element("summary"), element("input", "checkbox")]) {
    assert.ok(isTaken(on, " "));
    assert.ok(!isTaken(on, "ArrowRight"));
  }
  const radio = element("input", "radio");
  assert.ok(isTaken(radio, "ArrowDown") && isTaken(radio, " "));
});

test("a slider of ours moves by the player's keys, and so does all that is no field", () => {
  for (const key of ["ArrowLeft", "Home", "n", " "]) {
    assert.ok(!isTaken(element("input", "range"), key));
    assert.ok(!isTaken(element("div"), key));
  }
});

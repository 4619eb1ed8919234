/**
 * The two intertwined spirals: 194 points that no straight line, and few networks, tell apart; learned with nothing chosen.
 *
 * Source of the set: Lang & Witbrock, "Learning to tell two spirals apart", 1988.
 */
import { expect, test } from "vitest";
import { random } from "../src/random.ts";
import { train } from "../src/tabular/train.ts";

/** A point of the spiral that begins at (0, ±6.5) and turns three times inwards. @param along from 0 to 96 */
function point(along: number, first: boolean) {
  const angle = (along * Math.PI) / 16;
  const radius = (6.5 * (104 - along)) / 104;
  const side = first ? 1 : -1;
  return { x: side * radius * Math.sin(angle), y: side * radius * Math.cos(angle), spiral: first ? "a" : "b" };
}

test("the default tells fresh points of the two spirals apart after 194 of them", async () => {
  const table = Array.from({ length: 194 }, (_, i) => point(Math.floor(i / 2), i % 2 === 0));
  const { uniform } = random(7, "fresh points");
  const test = Array.from({ length: 400 }, (_, i) => point(96 * uniform(), i % 2 === 0));
  const { report } = await train({ table, test, target: "spiral", threads: 1 });
  expect(report.metrics.test?.accuracy).toBeGreaterThan(0.95);
});

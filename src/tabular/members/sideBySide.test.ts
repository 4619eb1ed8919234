import { expect, test } from "vitest";
import { sideBySide } from "./sideBySide.ts";

/** A task that the test ends, and whose beginning it can await. */
function staged(events: string[]) {
  const ends: (() => void)[] = [];
  const task = (name: string, outcome?: Error) => (): Promise<string> => {
    events.push(name);
    return new Promise((resolve, reject) => {
      ends.push(() => (outcome ? reject(outcome) : resolve(name.toUpperCase())));
    });
  };
  return { task, ends };
}

const turn = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 0));

test("at most so many tasks go on at the same time, and the results come in the tasks' order", async () => {
  const events: string[] = [];
  const { task, ends } = staged(events);
  const done = sideBySide([task("a"), task("b"), task("c")], { limit: 2 });
  await turn();
  expect(events).toEqual(["a", "b"]);
  ends[1]();
  await turn();
  expect(events).toEqual(["a", "b", "c"]);
  ends[2]();
  ends[0]();
  expect(await done).toEqual(["A", "B", "C"]);
  expect(await sideBySide([], { limit: 3 })).toEqual([]);
});

test("after a failure no task begins, those under way end, and the first one's error in order is thrown", async () => {
  const events: string[] = [];
  const { task, ends } = staged(events);
  const done = sideBySide([task("a", new Error("a failed")), task("b", new Error("b failed")), task("c")], {
    limit: 2,
  });
  const outcome = expect(done).rejects.toThrow("a failed");
  await turn();
  ends[1]();
  await turn();
  ends[0]();
  await outcome;
  expect(events).toEqual(["a", "b"]);
});

test("an abort keeps what has not begun from beginning", async () => {
  const events: string[] = [];
  const { task, ends } = staged(events);
  const aborter = new AbortController();
  const done = sideBySide([task("a"), task("b")], { limit: 1, signal: aborter.signal });
  await turn();
  aborter.abort();
  ends[0]();
  expect(await done).toEqual(["A", undefined]);
  expect(events).toEqual(["a"]);
});

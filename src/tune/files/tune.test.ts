/** A search with tables that have to be read: what its time is. */
import { afterEach, expect, test, vi } from "vitest";
import { tune } from "./tune.ts";

afterEach(() => vi.restoreAllMocks());

test("the time that reading the table takes is a part of the time of a search", async () => {
  const now = performance.now.bind(performance);
  let reading = 0;
  vi.spyOn(performance, "now").mockImplementation(() => now() + reading);
  const table = Array.from({ length: 40 }, (_, row) => ({
    x: row,
    get y() {
      reading = 60_000; // a minute is over once the rows are read
      return row % 2 === 0 ? "even" : "odd";
    },
  }));
  const search = tune({ table, target: "y", recipe: "plain", epochs: 3, trials: 2, hidden: [4], time: 20 });
  await expect(search).rejects.toThrow("The time was too short");
});

import { expect, test } from "vitest";
import { arrange } from "./arrangement.ts";

test("networks too small for several threads learn side by side, each on one", () => {
  expect(arrange(5, { useful: 1, available: 2 })).toEqual({ sideBySide: 2, threads: 1 });
  expect(arrange(3, { useful: 1, available: 8 })).toEqual({ sideBySide: 3, threads: 1 });
});

test("one network has all the threads it can use, and a machine of one thread does one after the other", () => {
  expect(arrange(1, { useful: 9, available: 4 })).toEqual({ sideBySide: 1, threads: 4 });
  expect(arrange(6, { useful: 4, available: 1 })).toEqual({ sideBySide: 1, threads: 1 });
});

test("large networks whose last wave would leave threads idle share them instead", () => {
  // Two at a time: 3 waves. One at a time on two threads: 5 / 1.8 = 2.8.
  expect(arrange(5, { useful: 2, available: 2 })).toEqual({ sideBySide: 1, threads: 2 });
  expect(arrange(4, { useful: 2, available: 2 })).toEqual({ sideBySide: 2, threads: 1 });
  expect(arrange(2, { useful: 8, available: 8 })).toEqual({ sideBySide: 2, threads: 4 });
});

test("no more threads are used than there are", () => {
  for (let networks = 1; networks <= 12; networks++) {
    for (let available = 1; available <= 9; available++) {
      for (let useful = 1; useful <= 5; useful++) {
        const { sideBySide, threads } = arrange(networks, { useful, available });
        expect(sideBySide * threads).toBeLessThanOrEqual(available);
        expect(threads).toBeLessThanOrEqual(useful);
        expect(sideBySide).toBeLessThanOrEqual(networks);
      }
    }
  }
});

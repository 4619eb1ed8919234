/** Code in memory that may be executed, many times after one another. */
import { expect, test } from "vitest";
import { whyNoNative } from "./conditions.ts";
import { executable } from "./executable.ts";
import { koffi } from "./foreign.ts";

/** mov eax, 42; ret */
const ANSWER = Uint8Array.of(0xb8, 42, 0, 0, 0, 0xc3);

test.skipIf(whyNoNative() !== undefined)("codes of the same type share it: koffi keeps each one that is made", () => {
  const system = koffi();
  let made = 0;
  const counting = Object.assign(Object.create(system), {
    proto(declaration: string) {
      made += 1;
      return system.proto(declaration);
    },
  });
  for (let n = 0; n < 3; n++) {
    const placed = executable(ANSWER, counting, "linux");
    expect(placed.functionAt(0, "int ()")()).toBe(42);
    placed.free();
  }
  expect(made).toBe(1);
});

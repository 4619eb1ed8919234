/** Whether this machine has the tile unit that the precisions high and fast need. Says why tests are skipped where it has none. */
import { whyNoNative } from "../src/engines/native/conditions.ts";
import { machineCode } from "../src/engines/native/machineCode.ts";
import { prepareTileUnit } from "../src/engines/native/tileUnit.ts";

function whyNoTiles(): string | undefined {
  const why = whyNoNative();
  if (why !== undefined) return why;
  try {
    prepareTileUnit("high", machineCode("avx512"));
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

const why = whyNoTiles();
if (why !== undefined) console.log(`skipped: products on the tile unit: ${why}`);

export const hasTileUnit = why === undefined;

/** The instruction sets that machine code can be made for on this machine. Says which tests are skipped for want of others. */
import { whyNoNative } from "../src/engines/native/conditions.ts";
import { machineCode } from "../src/engines/native/machineCode.ts";

export const isas = ["avx2", "avx512"].filter((isa) => {
  try {
    return whyNoNative() === undefined && machineCode(isa) !== undefined;
  } catch {
    return false;
  }
});
if (isas.length < 2)
  console.log(`skipped: machine code for what this machine has not: ${whyNoNative() ?? `only ${isas.join()}`}`);

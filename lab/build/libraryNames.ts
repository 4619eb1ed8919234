/** What lab/src/libraryNames.ts has of the library's tables: a new activation or optimizer is in the lab by its entry. */
import { hiddenActivations } from "../../src/network/activations.ts";
import { optimizers } from "../../src/optimizers/optimizers.ts";

const rates = Object.entries(optimizers).map(([name, { defaults }]) => [name, defaults.learningRate]);

/** Constants for the build to put in. */
export const libraryNames = {
  LAB_ACTIVATIONS: JSON.stringify(Object.keys(hiddenActivations)),
  LAB_OPTIMIZER_RATES: JSON.stringify(Object.fromEntries(rates)),
};

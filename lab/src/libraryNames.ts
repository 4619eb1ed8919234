/**
 * The activations and the optimizers of the library. The build puts them in (lab/build/libraryNames.ts), so that the page fetches
 * names, and not the tables with their formulas.
 */
import type { ActivationName, OptimizerName } from "gradus/network";

/** Of hidden layers: each unit's by itself. */
export type ActivationChoice = Exclude<ActivationName, "softmax">;
export type OptimizerChoice = OptimizerName;

declare const LAB_ACTIVATIONS: readonly ActivationChoice[];
declare const LAB_OPTIMIZER_RATES: Readonly<Record<OptimizerChoice, number>>;

export const activationNames = LAB_ACTIVATIONS;
/** The learning rate that each optimizer has by itself. */
export const ownRates = LAB_OPTIMIZER_RATES;
export const optimizerNames = Object.keys(ownRates) as readonly OptimizerChoice[];

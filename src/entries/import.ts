/**
 * gradus/import: what other programs made, networks or weights, as models of this library; any runtime.
 *
 * @module gradus/import
 */

export { type ImportOptions, importOnnx } from "../tabular/importOnnx.ts";
export { type PyTorchWeightsOptions, withPyTorchWeights } from "../tabular/withPyTorchWeights.ts";

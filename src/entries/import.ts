/**
 * gradus/import: models that other programs made, as models of this library; any runtime.
 *
 * @module gradus/import
 */

export { type ImportOptions, importOnnx } from "../tabular/importOnnx.ts";

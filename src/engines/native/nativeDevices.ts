/** What is loaded when the engine native or blas is first asked for: their devices, and the code that they call. */
export { createBlasDevice } from "./blas/device.ts";
export { findBlas } from "./blas/library.ts";
export { createDevice } from "./device.ts";
export { machineCode } from "./machineCode.ts";
export { prepareTileUnit, whyNoTileUnit } from "./tileUnit.ts";

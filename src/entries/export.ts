/**
 * gradus/export: a model in other forms, for programs without this library; any runtime.
 *
 * @module gradus/export
 */

export { exportModule } from "../models/module/exportModule.ts";
export type { ExportedModule, ModuleOptions } from "../models/module/moduleCode.ts";
export { exportWasmModule } from "../models/module/wasm/exportWasmModule.ts";
export { exportOnnx, type OnnxOptions } from "../models/onnx/exportOnnx.ts";
export { exportPyTorch, type PyTorchModel, type PyTorchOptions } from "../models/pytorch/exportPyTorch.ts";
export { type Distilled, type DistilOptions, distil } from "../tabular/distil.ts";
export { withFloat16Weights } from "../tabular/withFloat16Weights.ts";

/** What the workers of the WebAssembly device run, the same for all kernels; `npm run build` makes gradus/kernels/worker.js of it. */
import { version } from "../../version.ts";
import { webWorkerSource } from "../memory/workerSource.ts";
import { kernelStamp } from "./generated/kernelStamp.ts";

export const wasmWorker = {
  source: "(code, memory) => new WebAssembly.Instance(code, { env: { memory, abort() {}, machine() {} } }).exports.run",
  stamp: `${version} ${kernelStamp}`,
} as const;

/** Of a worker that a page starts from a file. */
export const WEB_WORKER_SOURCE = webWorkerSource(wasmWorker);

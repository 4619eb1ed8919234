/** What is loaded when the native engine is first asked for: its devices, and the code that they call. */
export { createDevice } from "./device.ts";
export { machineCode } from "./machineCode.ts";

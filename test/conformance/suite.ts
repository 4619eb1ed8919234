/** The conformance suite and all its cases, for what bundles them: `npm run bits`, and a page in Chromium. */
export { fewestBatchRows } from "../../src/network/network.ts";
export * from "./conform.ts";
export * from "./conformanceCases.ts";

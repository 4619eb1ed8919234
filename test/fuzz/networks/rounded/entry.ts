/** What `roundedReference.ts` bundles: classes of this bundle are its own, `GradusError` too. */
export { GradusError } from "../../../../src/errors.ts";
export { reference } from "../../../../src/reference/reference.ts";
export { restart } from "./rounding.ts";

/** Before any test: the kernels are compiled from the sources that there are, else tests would run older ones. */
import { ensureKernels } from "./project.mjs";

export async function setup() {
  await ensureKernels();
}

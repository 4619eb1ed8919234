/** A layer's own function on the toy device: φ or a mask going forward; to what comes back φ', the Jacobian of softmax, or the mask. */
import { type Activation, type ActivationName, activations } from "../../src/network/activations.ts";
import type { Step } from "./decode.ts";
import type { Run } from "./run.ts";

/** y = φ(v) */
export function activated(run: Run, name: ActivationName, fields: number, outputs: number, width: number): void {
  const phi: Activation = activations[name];
  run.eachRow((n) => {
    const v = run.row(fields, width, n);
    run.row(outputs, width, n).set(phi.kind === "vector" ? phi.value(v) : v.map(phi.value));
  });
}

/** to = what came back ∘ φ'(v), or ∘ the mask. */
export function localStep(run: Run, step: Step, from: number, to: number, width: number): void {
  if (step.by === "dropout") {
    masked(run, step, from, to, width);
    return;
  }
  const { field, output } = step;
  const phi: Activation = activations[step.activation];
  run.eachRow((n) => {
    const [g, v, y] = [from, field, output].map((address) => run.row(address, width, n));
    const through =
      phi.kind === "vector" ? throughJacobian(g, phi.jacobian(y)) : g.map((own, i) => own * phi.derivative(v[i], y[i]));
    run.row(to, width, n).set(through);
  });
}

/** Σ_r g_r ∂y_r/∂v_s. */
function throughJacobian(g: Float32Array, jacobian: Float64Array): Float64Array {
  const sums = new Float64Array(g.length);
  for (let r = 0; r < g.length; r++) {
    for (let s = 0; s < g.length; s++) sums[s] += g[r] * jacobian[r * g.length + s];
  }
  return sums;
}

/** @param mask whose it is, and its rate */
export function masked(run: Run, mask: Parameters<Run["mask"]>[0], from: number, to: number, width: number): void {
  const factors = run.mask(mask, width);
  const signals = run.floats(from, run.rows * width);
  run.floats(to, run.rows * width).set(signals.map((signal, i) => signal * factors[i]));
}

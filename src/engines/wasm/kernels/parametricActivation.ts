/**
 * The parametric activation over rows: y = x + α ∘ (φ(x) − x), α the same for every row.
 *
 * φ(x) is kept beside y: the gradient of α needs it, and so does φ' where it sees the output. A row goes first through φ and then through
 * α; it is in the nearest cache in between. Knows nothing of layers or threads.
 */
import { activate, derive } from "./activations";
import { SEES_OUTPUT } from "./constants";
import { splat } from "./exponential";
import { isActivationForMachine, machineParametric, machineParametricBack } from "./machineElements";
import { loadPart, storePart, wholeVectorsEnd } from "./partialVector";
import { madd } from "./vector";

/**
 * y = x + α ∘ (φ(x) − x) for `rows` rows.
 *
 * @param kind the activation's place in its table
 * @param values where φ(x) is kept; may be `y`, which then has y
 */
export function parametricRows(kind: i32, x: usize, slopes: usize, values: usize, y: usize, rows: i32, width: i32): void {
  if (isActivationForMachine(kind, rows * width)) return machineParametric(kind, x, slopes, values, y, rows, width);
  const bytes = <usize>width << 2;
  for (; rows > 0; rows--) {
    activate(kind, x, values, width);
    mixRow(x, slopes, values, y, width);
    x += bytes;
    values += bytes;
    y += bytes;
  }
}

/** to = δ + α ∘ (δ ∘ φ'(x) − δ) for `rows` rows: −∂loss/∂x. @param values φ(x) */
export function parametricBack(
  kind: i32, delta: usize, x: usize, slopes: usize, values: usize, to: usize, rows: i32, width: i32,
): void {
  if (isActivationForMachine(kind, rows * width)) {
    return machineParametricBack(kind, delta, slopes, (SEES_OUTPUT >> kind) & 1 ? values : x, to, rows, width);
  }
  const bytes = <usize>width << 2;
  for (; rows > 0; rows--) {
    derive(kind, delta, x, values, to, width);
    mixRow(delta, slopes, to, to, width);
    delta += bytes;
    x += bytes;
    values += bytes;
    to += bytes;
  }
}

/** to = a + α ∘ (b − a). */
function mixRow(a: usize, slopes: usize, b: usize, to: usize, width: i32): void {
  const end = wholeVectorsEnd(a, width);
  while (a < end) {
    const first = v128.load(a);
    v128.store(to, madd(v128.load(slopes), f32x4.sub(v128.load(b), first), first));
    a += 16;
    slopes += 16;
    b += 16;
    to += 16;
  }
  const left = width & 3;
  if (left == 0) return;
  const first = loadPart(a, left, splat(0));
  const way = f32x4.sub(loadPart(b, left, splat(0)), first);
  storePart(to, madd(loadPart(slopes, left, splat(0)), way, first), left);
}

/**
 * Where an activation is flat: fields at which φ' is under 1 % of its greatest value, out to infinity.
 *
 * A unit whose fields lie there hardly learns, since δ carries φ' as a factor. The borders are found from the derivative in
 * the table of activations, so an activation that is added there needs nothing here. Knows nothing of units or signals.
 */
import { type ActivationName, activationOf, type ElementwiseActivation } from "../../network/activations.ts";

/** One of the two sides. */
export interface Flat {
  /** φ is flat from here outwards; infinite where it never is. */
  readonly border: number;
  /** Whether φ' is exactly 0 there: a unit whose fields all lie in such a flat learns nothing at all. */
  readonly dead: boolean;
  /** y at the border; where φ' is exactly 0, y everywhere in the flat. */
  readonly output: number;
}

export interface Flats {
  /** Fields of at most its border. */
  readonly below: Flat;
  /** Fields of at least its border. */
  readonly above: Flat;
}

/** The share of the greatest |φ'| under which φ counts as flat. */
const FLAT = 0.01;
/** Every φ of the table has settled this far out. */
const FAR = 64;
const STEP = 1 / 16;
/** Halvings of a step that leave nothing of it in float64. */
const HALVINGS = 60;

const known = new Map<ActivationName, Flats>();

/** The flats of an activation; none for one that acts on a whole layer, whose units have no φ' of their own. */
export function flatsOf(name: ActivationName): Flats {
  const found = known.get(name);
  if (found !== undefined) return found;
  const activation = activationOf(name);
  const flats: Flats =
    activation.kind === "elementwise"
      ? { below: flat(activation, -1), above: flat(activation, 1) }
      : { below: none(-1), above: none(1) };
  known.set(name, flats);
  return flats;
}

const none = (side: -1 | 1): Flat => ({ border: side * Number.POSITIVE_INFINITY, dead: false, output: Number.NaN });

/** Walks inwards from far out, so that a φ' that only passes through 0 on its way is not taken for a flat. */
function flat(activation: ElementwiseActivation, side: -1 | 1): Flat {
  const slope = (v: number): number => Math.abs(activation.derivative(v, activation.value(v)));
  let greatest = 0;
  for (let v = -8; v <= 8; v += STEP) greatest = Math.max(greatest, slope(v));
  const isFlat = (distance: number): boolean => slope(side * distance) < FLAT * greatest;
  if (!isFlat(FAR)) return none(side);
  let distance = FAR;
  while (isFlat(distance - STEP)) distance -= STEP;
  let steep = distance - STEP;
  for (let halving = 0; halving < HALVINGS; halving++) {
    const middle = (distance + steep) / 2;
    if (isFlat(middle)) distance = middle;
    else steep = middle;
  }
  const border = side * distance;
  return { border, dead: slope(border) === 0, output: activation.value(border) };
}

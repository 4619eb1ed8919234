/**
 * How the layers of a session are now, from one look: statistics, dead and saturated units by number, and the warnings that
 * a training would give if what is found lasted. Knows nothing of epochs.
 */
import { type LoadedPatterns, type Session, sessionKind } from "../../engines/engine.ts";
import { DescriptionError, NotFiniteError } from "../../errors.ts";
import { func, number, requireKind, withFields } from "../../kinds.ts";
import { lookGradient } from "../lookGradient.ts";
import { HealthHistory, type HealthWarning } from "./healthHistory.ts";
import { type LayerHealth, LayerSample, MOST_PATTERNS, type SampleHealth } from "./layerSample.ts";

/** One layer in one look, with its units by number. */
export interface UnitsHealth extends Omit<LayerHealth, "updateRatio"> {
  /** The numbers of the units that were checked, [units]. */
  readonly checked: readonly number[];
  /** [units], of each checked unit the share of the examples in which |φ'| was below 1 % of its maximum, or 0. */
  readonly flatShares: readonly number[];
  /** The numbers of the units that got no gradient from any example. */
  readonly dead: readonly number[];
  /** The numbers of the units that hardly learned from at least nine of ten examples. */
  readonly saturated: readonly number[];
}

export interface SessionHealth {
  /** One for each layer with neurons, in their order. */
  readonly layers: readonly UnitsHealth[];
  /** What a training would warn of if it lasted. */
  readonly warnings: readonly HealthWarning[];
}

const loadedKind = withFields("what session.load returned", { rows: number, dispose: func });

/**
 * Measures the layers of a session on at most 32 examples, with the gradient of the step that it would make next, dropout
 * included. No parameter and no step changes; `session.gradients` and `session.signals` are those of the examples afterwards.
 *
 * @param patterns what `session.load` returned
 * @param rows indices into the patterns, of which up to 32 are taken, spread evenly; all when absent
 * @throws {NotFiniteError} a signal of a layer: the network has diverged
 * @throws {ShapeError | DescriptionError} rows that the patterns don't have, or none
 * @throws {GradusError} a session that is running, or disposed
 *
 * @example
 * import { createSession, dense, healthOf, network } from "gradus/network";
 *
 * const net = network({ inputs: 1, layers: [dense(2, { activation: "relu", initialisation: { weights: [[1], [1]], bias: [-9, 0] } }), dense(1)] });
 * using session = await createSession({ network: net, loss: "meanSquaredError", batchSize: 2 });
 * using patterns = session.load({ inputs: [1, 2], desired: [1, 2] });
 * const { layers, warnings } = await healthOf(session, patterns);
 * layers[0].dead; // [0]
 * warnings[0].code; // "dead-units"
 */
export async function healthOf(
  session: Session,
  patterns: LoadedPatterns,
  rows?: ArrayLike<number>,
): Promise<SessionHealth> {
  requireKind("healthOf's session", session, sessionKind);
  requireKind("healthOf's patterns", patterns, loadedKind);
  if (session.collective !== undefined) {
    throw new DescriptionError("healthOf looks at one process. Where several train together, fit reports the health.");
  }
  const all = rows ?? Uint32Array.from({ length: patterns.rows }, (_, row) => row);
  const count = Math.min(MOST_PATTERNS, all.length);
  const looked = Array.from({ length: count }, (_, p) => all[Math.floor((p * all.length) / count)]);
  const { network, batchSize } = session.problem;
  const samples = network.layers.flatMap((layer, at) =>
    layer.kind === "dense" ? [new LayerSample(at, layer, Math.max(1, count))] : [],
  );
  for (let start = 0; start === 0 || start < count; start += batchSize) {
    const batch = looked.slice(start, start + batchSize);
    await lookGradient(session, patterns, batch);
    for (const sample of samples) sample.take(session.signals(sample.layer));
  }
  const found = samples.map((sample) => sample.health());
  const layers = found.map((health, at) => unitsOf(requireFinite(health, samples[at]), samples[at]));
  const outputNorm = layers[layers.length - 1].localGradientNorm;
  const relative = layers.map((layer): UnitsHealth => {
    const relativeNorm = layer.localGradientNorm / outputNorm;
    return Number.isFinite(relativeNorm) ? { ...layer, relativeNorm } : layer;
  });
  return { layers: relative, warnings: HealthHistory.warningsOf(samples, relative) };
}

function requireFinite(health: SampleHealth | undefined, { layer }: LayerSample): SampleHealth {
  if (health !== undefined) return health;
  const place = `of layer ${layer}`;
  throw new NotFiniteError("outputs", Number.NaN, 0, { place, remedy: "Lower the learning rate." });
}

function unitsOf(health: SampleHealth, sample: LayerSample): UnitsHealth {
  const checked = Array.from(sample.measured);
  return {
    ...health,
    checked,
    flatShares: checked.map((_, unit) => sample.flatShare(unit)),
    dead: checked.filter((_, unit) => sample.isDead(unit)),
    saturated: checked.filter((_, unit) => sample.isSaturated(unit)),
  };
}

/**
 * Where networks lie in a memory of their own, and the programs that the kernels run for them: all that is known before the memory is there.
 *
 * Knows nothing of JavaScript that is emitted.
 */
import { CONTROL_BYTES, SCHEDULE_BYTES, writeControl } from "../../../engines/memory/control.ts";
import { PAGE_BYTES } from "../../../engines/memory/device.ts";
import { batchRows } from "../../../engines/memory/forwardPass.ts";
import { addressesOf } from "../../../engines/memory/forwardProgram.ts";
import { THREAD_BYTES } from "../../../engines/memory/layouts.ts";
import { pieceOf, programOf } from "../../../engines/memory/pieces.ts";
import { rowScratchBytes } from "../../../engines/memory/scratch.ts";
import type { Network } from "../../../network/network.ts";
import { type ForwardPlan, makeForwardPlan } from "../../../plan/forwardPlan.ts";
import { layerOperations } from "../../../plan/lower/lower.ts";

/** What lies before is the kernels' own: their data ends within the first page. */
export const FIRST_ADDRESS = PAGE_BYTES;

/** Every block begins at a cache line. */
const LINE = 64;

/** A network; addresses in bytes. */
export interface PlacedNetwork {
  /** The control block, and behind it the program. */
  readonly words: { readonly at: number; readonly values: Int32Array };
  readonly parameters: { readonly at: number; readonly count: number };
  /** The inputs and the outputs of a batch, [rows, width]. */
  readonly inputs: { readonly at: number; readonly width: number };
  readonly outputs: { readonly at: number; readonly width: number };
  /** The most rows of a batch. */
  readonly rows: number;
}

export interface PlacedNetworks {
  readonly networks: readonly PlacedNetwork[];
  /** The address of the scratch, behind everything else. */
  readonly scratch: number;
  /** Bytes of scratch that layers need which aren't dense. */
  readonly leastScratch: number;
  /** The products of dense layers, [m, n, k], for which the kernels say how much scratch they need. */
  readonly products: readonly (readonly [m: number, n: number, k: number])[];
}

/** Places networks one after the other; they share the scratch. */
export function placedNetworks(networks: readonly Network[]): PlacedNetworks {
  let end = FIRST_ADDRESS;
  const place = (bytes: number): number => {
    const start = end;
    end += Math.ceil(bytes / LINE) * LINE;
    return start;
  };
  const schedule = place(SCHEDULE_BYTES); // all 0
  const hyperparameters = place(THREAD_BYTES);
  const plans = networks.map((network) => makeForwardPlan(network, batchRows(network, 1)));
  const unplaced = plans.map((plan) => {
    const { regions, length, layout, batchSize } = plan;
    const parameters = place(4 * layout.length);
    const signals = place(4 * (length - regions.x.offset));
    const program = programFor(plan, { parameters, signals });
    const at = place(CONTROL_BYTES + program.byteLength);
    const addressOf = addressesOf(regions, { parameters, signals });
    const output = plan.predict.at(-1)?.output ?? regions.x;
    const placed = {
      parameters: { at: parameters, count: layout.length },
      inputs: { at: addressOf(regions.x), width: widthOf(regions.x) },
      outputs: { at: addressOf(output), width: widthOf(output) },
      rows: batchSize,
    };
    return { placed, at, program };
  });
  const places = { ...NOWHERE, schedule, hyperparameters, scratch: end };
  return {
    networks: unplaced.map(({ placed, at, program }) => {
      const control = controlOf({ ...places, program: at + CONTROL_BYTES, rows: placed.rows });
      return { ...placed, words: { at, values: Int32Array.of(...control, ...program) } };
    }),
    scratch: end,
    leastScratch: Math.max(...plans.map(rowScratchBytes)),
    products: distinctProducts(plans),
  };
}

/** What one thread that learns nothing reads nothing of. */
const NOWHERE = { control: 0, indices: 0, losses: 0, rowLosses: 0, barrier: 0, scratchBytes: 0 } as const;

/** The program of a forward pass over the rows that lie where the plan reads them; its outputs stay where the plan writes them. */
function programFor(
  { regions, predict, batchSize }: ForwardPlan,
  places: { readonly parameters: number; readonly signals: number },
): Int32Array {
  const addressOf = addressesOf(regions, places);
  const pieces = predict.map((operation) => pieceOf(layerOperations[operation.op], operation, addressOf));
  return programOf(pieces, { address: 0, count: 0, threads: 1, rows: batchSize }); // one thread counts nothing
}

/** The control block of a run of one batch; how many rows it has is written before each. */
function controlOf({
  program,
  rows,
  ...places
}: typeof NOWHERE & {
  readonly schedule: number;
  readonly hyperparameters: number;
  readonly scratch: number;
  readonly program: number;
  readonly rows: number;
}): Int32Array {
  const words = new Int32Array(CONTROL_BYTES / 4);
  const batch = { steps: 1, rowCount: rows, batchSize: rows, batches: 0, before: 0 };
  const nothing = { inputs: 0, desired: 0, weights: 0, outputs: 0, constant: true, learns: false };
  const fixed = { inputWidth: 0, desiredWidth: 0, seed: 0, threads: 1 };
  writeControl(words.buffer, places, { program, ...batch, ...nothing }, fixed);
  return words;
}

function widthOf({ shape }: { readonly shape: readonly number[] }): number {
  return shape[shape.length - 1];
}

function distinctProducts(plans: readonly ForwardPlan[]): (readonly [number, number, number])[] {
  const all = plans.flatMap(({ predict, batchSize }) =>
    predict.flatMap((operation) => {
      if (operation.op !== "dense") return [];
      const [units, inputs] = operation.weights.shape;
      return [[batchSize, units, inputs] as const];
    }),
  );
  return [...new Map(all.map((product) => [product.join(), product])).values()];
}

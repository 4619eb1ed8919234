/**
 * A training's curves in an event file, to be watched in TensorBoard while it runs.
 *
 * One record an epoch; each is written whole and at once, so that the file can be read at any time. The form of a record is
 * `eventRecord.ts`'s business.
 */

import { closeSync, openSync, readdirSync, writeSync } from "node:fs";
import { hostname } from "node:os";
import { join } from "node:path";
import { GradusError } from "../../errors.ts";
import {
  type Kinds,
  listOf,
  number,
  optional,
  requireKind,
  requireOptions,
  text,
  whole,
  withFields,
} from "../../kinds.ts";
import { makeFolder } from "../../models/files/makeFolder.ts";
import type { EpochRecord } from "../../training/events.ts";
import type { LayerHealth } from "../../training/health/layerSample.ts";
import { restartRecord, type Scalar, scalarsRecord, versionRecord } from "./eventRecord.ts";

export interface TensorBoardWriter {
  /** The event file. */
  readonly path: string;
  /** Writes an epoch's loss, score, learning rate and layers. @throws {GradusError} when the file cannot be written */
  write(record: EpochRecord): void;
  /** Closes the file; a second time does nothing. */
  close(): void;
}

export interface TensorBoardOptions {
  /**
   * The first epoch to be written, of a training that goes on in the folder of its event files: TensorBoard then shows what they have of
   * earlier epochs alone, and not twice what an interrupted process had written already. A new training when absent.
   */
  readonly firstEpoch?: number;
}

const optionKinds = { firstEpoch: whole(0) } as const satisfies Kinds<TensorBoardOptions>;

/**
 * Creates an event file in a folder, and the folder if it does not exist. To compare runs, give each its own folder.
 *
 * @throws {DescriptionError} an option that is unknown or out of range
 * @throws {GradusError} when the folder or the file cannot be made
 *
 * @example
 * import { createSession, dense, fit, network, tensorBoardWriter } from "gradus/node";
 *
 * using session = await createSession({ network: network({ inputs: 1, layers: [dense(1)] }), loss: "meanSquaredError" });
 * const writer = tensorBoardWriter("logs/first");
 * await fit(session, {
 *   training: { inputs: Float32Array.of(0, 1, 2, 3), desired: Float32Array.of(1, 3, 5, 7) },
 *   epochs: 10,
 *   onProgress: (event) => void (event.event === "epoch" && writer.write(event)),
 * });
 * writer.close();
 */
export function tensorBoardWriter(folder: string, options: TensorBoardOptions = {}): TensorBoardWriter {
  requireKind("the folder for TensorBoard", folder, text);
  requireOptions(options, optionKinds, "tensorBoardWriter");
  const { firstEpoch } = options;
  const { path, file } = explained(folder, () => {
    makeFolder(folder);
    const seconds = Math.max(Math.floor(now()), firstEpoch === undefined ? 0 : secondsAfter(folder));
    const created = join(folder, `${NAME}${seconds}.${hostname()}.${process.pid}.${++writers}`);
    return { path: created, file: openSync(created, "wx") };
  });
  let open = true;
  const append = (record: Uint8Array): void => {
    explained(folder, () => {
      for (let at = 0; at < record.length; ) at += writeSync(file, record, at);
    });
  };
  append(versionRecord(now()));
  if (firstEpoch !== undefined) append(restartRecord(firstEpoch, now()));
  return {
    path,
    write: (record) => {
      requireKind("the epoch to write", record, epochKind);
      append(scalarsRecord(record.epoch, scalarsOf(record), now()));
    },
    close: () => {
      if (open) closeSync(file);
      open = false;
    },
  };
}

const healthKind = withFields("a layer's health", {
  layer: whole(0),
  output: withFields("a distribution", { deviation: number }),
  deadUnits: number,
  saturatedUnits: number,
  units: number,
});
const epochKind = withFields("an epoch's record", {
  epoch: whole(0),
  trainingLoss: number,
  learningRate: number,
  validationLoss: optional(number),
  score: optional(withFields("a score", { name: text, value: number })),
  layers: optional(listOf(healthKind, "layers")),
});

let writers = 0;

/** TensorBoard finds event files by the first part of their names, and reads them in the order of the seconds after it. */
const NAME = "events.out.tfevents.";

/** Seconds since 1970 that come after those of a folder's event files, also where the clock was put back. */
function secondsAfter(folder: string): number {
  const files = readdirSync(folder).filter((name) => name.startsWith(NAME));
  return 1 + Math.max(-1, ...files.map((name) => Number.parseInt(name.slice(NAME.length), 10) || 0));
}

const now = (): number => Date.now() / 1000;

/** An epoch's numbers by the tags that TensorBoard shows. */
export function scalarsOf(record: EpochRecord): Scalar[] {
  const { trainingLoss, validationLoss, score, learningRate, layers = [] } = record;
  return [
    { tag: "loss/training", value: trainingLoss },
    ...(validationLoss === undefined ? [] : [{ tag: "loss/validation", value: validationLoss }]),
    ...(score ? [{ tag: `metric/${score.name}`, value: score.value }] : []),
    { tag: "learning_rate", value: learningRate },
    ...layers.flatMap(layerScalars),
  ];
}

function layerScalars({ layer, output, units, ...health }: LayerHealth): Scalar[] {
  const values: Readonly<Record<string, number | undefined>> = {
    signal_deviation: output.deviation,
    relative_gradient_norm: health.relativeNorm,
    update_ratio: health.updateRatio,
    dead_units: health.deadUnits / units,
    saturated_units: health.saturatedUnits / units,
  };
  return Object.entries(values).flatMap(([name, value]) =>
    value === undefined ? [] : [{ tag: `${name}/layer_${layer}`, value }],
  );
}

function explained<Result>(folder: string, work: () => Result): Result {
  try {
    return work();
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    throw new GradusError(
      `Cannot write event files for TensorBoard in ${folder}: ${error.message}. Choose another folder.`,
      { cause: error },
    );
  }
}

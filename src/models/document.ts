/**
 * The document of a model: all of it but the parameters, as plain data.
 *
 * Knows neither the file's format nor how a network computes; `documentCheck.ts` checks one that comes from a file.
 */

import { type Encoder, encoderKind, type Target, type Task, targetKind } from "../data/encoding.ts";
import type { Reading } from "../data/table.ts";
import { DescriptionError, shown } from "../errors.ts";
import * as kinds from "../kinds.ts";
import type { Conformal } from "../metrics/calibration/conformal.ts";
import type { Loss } from "../network/losses.ts";
import type { Network } from "../network/network.ts";
import type { JsonObject } from "./json.ts";
import type { LearningState } from "./learning.ts";

/**
 * The version of the document's form; a reader refuses those it does not know. Version 1 knew one network, dense and
 * dropout layers, and neither ranges, temperature nor interval; version 2 did not have how a category's column is read; version
 * 3 had no task of several labels; version 4 clipped every number; version 5 had no state of learning online. All read as what
 * they are.
 */
export const FORMAT_VERSION = 6;

/** A training before the one that a model comes from: that of the model that it went on from. */
export interface EarlierTraining {
  /** The checksum of that model's file, CRC-32 in hexadecimal digits. */
  readonly model: string;
  readonly source: string;
  readonly fingerprint: string;
  /** Training rows of its first network. */
  readonly rows: number;
  readonly epochs: number;
  /** Hashes of some of them, as `Provenance` has them; absent where the next training has the same rows. */
  readonly learned?: readonly string[];
  /** The program that made the model, if it was imported: of its rows nothing is known. */
  readonly imported?: string;
}

/** A model's provenance. No dates: the same command gives the same bytes. */
export interface Provenance {
  /** The table's source: a path, "the SQL query", "the given rows". */
  readonly source: string;
  /** Of the table's columns and values. */
  readonly fingerprint: string;
  /** How many rows each part had. */
  readonly rows: { readonly training: number; readonly validation: number; readonly test: number };
  /** The names of all the table's columns, used or not; absent from older files. */
  readonly columns?: readonly string[];
  /** Hashes of some training rows, by which `evaluate` recognizes them; absent from older files. */
  readonly learned?: readonly string[];
  readonly seed: number;
  /** The engine's name. */
  readonly engine: string;
  /** The training's options, as the caller gave them. */
  readonly options: JsonObject;
  readonly epochs: number;
  /** The epoch whose parameters these are, counting from 1; 0 for the starting parameters. */
  readonly bestEpoch: number;
  /** The trainings before this one, the first one first; absent where this one began with initial parameters. */
  readonly earlier?: readonly EarlierTraining[];
  /** How many rows the models before this one have learned online; absent where they learned none. */
  readonly online?: number;
}

/** The description of one network of a model, without its parameters. */
export interface Member {
  readonly encoder: Encoder;
  /** The mean of the encoded training rows, [I], which explanations compare with; absent from older files. */
  readonly background?: readonly number[];
  readonly network: Network;
}

/** A further network of a model; predictions are averaged over all networks. */
export interface FurtherMember extends Member {
  /** The model's when absent; else the same columns and classes, with the statistics of this member's training rows. */
  readonly target?: Target;
}

/** The calibration data of prediction intervals. */
export interface Interval {
  /** How many calibration rows there were; absent from older files, where it is how many residuals a target has. */
  readonly rows?: number;
  /** For each target, ascending: |observed − predicted| of rows that were not training rows, in the target's unit. */
  readonly residuals: readonly (readonly number[])[];
}

/** A column of weights or groups, and how it is read. */
export interface KeptColumn {
  readonly column: string;
  readonly reading: Reading;
}

/** Whether a model is better than the trivial baseline, by how much, and how certain that is. */
export interface Verdict {
  /**
   * Which rows it was evaluated on: "out-of-fold", each predicted by the networks of its own fold; "given", to
   * `evaluate`.
   */
  readonly of: "test" | "validation" | "out-of-fold" | "given";
  readonly rows: number;
  /** The sample weight column; absent where all rows have equal weight. */
  readonly weights?: string;
  /** The group column, and how many groups the rows have; absent where each row is its own group. */
  readonly group?: string;
  readonly groups?: number;
  /** What is compared: a metric's name, or "squaredError". */
  readonly measure: string;
  readonly conclusion: "better" | "undecided" | "worse";
  /** The measure of both; of a squared error, the RMSE. */
  readonly model: number;
  readonly baseline: number;
  /**
   * How much better the model is; of squared errors, the reduction relative to the baseline's. Below 0 where it is
   * worse.
   */
  readonly difference: number;
  /** The confidence interval of the difference, at the level `certainty`; absent where there are too few rows for one. */
  readonly interval?: readonly [low: number, high: number];
  readonly certainty: number;
  /** All of it in words. */
  readonly sentence: string;
}

/** A warning of the training that concerns how far to trust the model. */
export interface ModelWarning {
  readonly code: string;
  readonly message: string;
}

/**
 * The encoder, the background, the target and the network are those of the first member, which is often the only one.
 */
export interface ModelDocument extends Member {
  readonly formatVersion: 1 | 2 | 3 | 4 | 5 | typeof FORMAT_VERSION;
  /** Of the gradus that trained the model. */
  readonly libraryVersion: string;
  readonly task: Task;
  readonly target: Target;
  readonly loss: Loss;
  /** The second member and those after it; absent where the model is one network. */
  readonly further?: readonly FurtherMember[];
  /** T of a classification: its probabilities are p^(1/T), renormalised, which for one network is softmax(logits/T); so of each of several labels, p and 1 − p. */
  readonly temperature?: number;
  /** Of a regression. */
  readonly interval?: Interval;
  /** The sample weight column of the loss and the metrics; absent where all rows had equal weight. */
  readonly weights?: KeptColumn;
  /** The group column of the split; absent where each row was its own group. */
  readonly group?: KeptColumn;
  /** By the part of the data that was evaluated, `validation` and `test`, and the `baseline` with the same parts. */
  readonly metrics: JsonObject;
  /** Absent where no rows were kept for evaluation, and from older files. */
  readonly verdict?: Verdict;
  /** Absent where there is nothing to warn of, and from older files. */
  readonly warnings?: readonly ModelWarning[];
  readonly provenance: Provenance;
  /** Of a model that learns online: what `createLearner` goes on from. Absent where none did. */
  readonly learning?: LearningState;
}

/** What a caller may give for a model's document. */
export const documentKind = kinds.withFields("a model's document", {
  task: kinds.text,
  encoder: encoderKind,
  target: targetKind,
  network: kinds.object,
  loss: kinds.object,
  provenance: kinds.object,
});

/** What the intervals of one target were calibrated on; in older files as many rows as residuals. @param at which target */
export function conformalOf({ residuals, rows }: Interval, at: number): Conformal {
  return { rows: rows ?? residuals[at].length, residuals: residuals[at] };
}

/** The program that made an imported model, of whose training rows nothing is known; undefined of any other model. */
export function importedBy({ provenance }: Pick<ModelDocument, "provenance">): string | undefined {
  const { imported } = provenance.options;
  return typeof imported === "string" ? imported : undefined;
}

/** Whether the scales of a model's columns and numbers to predict come from a file of another program: those of no rows that are known. */
export function hasImportedScales(document: Pick<ModelDocument, "provenance">): boolean {
  const [first] = document.provenance.earlier ?? [];
  return importedBy(document) !== undefined || first?.imported !== undefined;
}

/** Whether a model's baseline, class shares or means, is of no rows that are known. Classes get shares when a training goes on. */
export function hasImportedBaseline(document: Pick<ModelDocument, "provenance" | "target">): boolean {
  return document.target.task === "regression" ? hasImportedScales(document) : importedBy(document) !== undefined;
}

/** How many rows a model, and those that it goes on from, have learned online: which they were is not kept. */
export function learnedOnline({ learning, provenance }: Pick<ModelDocument, "learning" | "provenance">): number {
  return (learning?.rows ?? 0) + (provenance.online ?? 0);
}

/** A document without the state of online learning; its provenance still counts the rows. */
export function withoutLearning(document: ModelDocument): ModelDocument {
  const { learning: _learning, ...kept } = document;
  const online = learnedOnline(document);
  return online === 0 ? kept : { ...kept, provenance: { ...kept.provenance, online } };
}

/** Each network's target, with the statistics of its own training rows. */
export function memberTargets({ target, further = [] }: Pick<ModelDocument, "target" | "further">): readonly Target[] {
  return [target, ...further.map(({ target: own = target }) => own)];
}

/** Each network's encoder. */
export function memberEncoders({ encoder, further = [] }: Pick<ModelDocument, "encoder" | "further">): Encoder[] {
  return [encoder, ...further.map((member) => member.encoder)];
}

/** How many networks a model has. */
export function memberCount(model: Pick<ModelDocument, "further">): number {
  kinds.requireKind("a model's document", model, kinds.object);
  const { further = [] } = model;
  return 1 + further.length;
}

/**
 * One member's document, as if it were the model: for whoever looks at one network.
 *
 * @param index 0 for the first member
 * @throws {DescriptionError} an index that no member has
 */
export function memberDocument(model: ModelDocument, index: number): ModelDocument {
  const members = memberCount(model);
  if (!(Number.isInteger(index) && index >= 0 && index < members)) {
    throw new DescriptionError(`Expected a network of the model from 0 to ${members - 1}, found ${shown(index)}.`);
  }
  const { further, temperature: _temperature, interval: _interval, ...first } = withoutLearning(model);
  if (further === undefined || index === 0) return first;
  const { background: _background, ...shared } = first;
  return { ...shared, ...further[index - 1] };
}

/**
 * The check of a model's document that comes from a file: each field, one by one. Whether the parts fit each other is the
 * subject of `documentFits.ts`.
 */

import {
  type ClassificationTarget,
  type Encoder,
  type Label,
  type MultilabelTarget,
  type RegressionTarget,
  type Target,
  type TargetQuantiles,
  tasks,
} from "../data/encoding.ts";
import { type Layer, type LayerKind, layerKinds } from "../network/layers.ts";
import { type Loss, type LossName, losses, lossOptions } from "../network/losses.ts";
import type { Network } from "../network/network.ts";
import { columnCheck, rangeCheck, readingCheck } from "./columnCheck.ts";
import {
  type EarlierTraining,
  FORMAT_VERSION,
  type FurtherMember,
  type Interval,
  type KeptColumn,
  type ModelDocument,
  type ModelWarning,
  type Provenance,
  type Verdict,
} from "./document.ts";
import { requireFittingParts } from "./documentFits.ts";
import {
  type Check,
  count,
  distinct,
  fields,
  list,
  number,
  oneOf,
  optional,
  plainObject,
  refuse,
  text,
  variants,
} from "./json.ts";
import { learningCheck } from "./learning.ts";

/** Beyond it the squares of errors, which a model is measured by, soon are infinite. */
const LARGEST = 1e100;
/** Training finds 1/20 to 20; with these, p^(1/T) is 0 or 1 at the worst. */
export const TEMPERATURES = [1e-3, 1e3] as const;

const label: Check<Label> = (value, where) =>
  typeof value === "string" || typeof value === "boolean" || Number.isFinite(value)
    ? (value as Label)
    : refuse(where, "a class: text, a finite number, true or false", value);

const classes = fields<ClassificationTarget>({
  task: oneOf("classification"),
  column: text,
  reading: optional(readingCheck),
  classes: distinct(label),
  written: optional(distinct(text)),
  shares: list(number(0, 1)),
  joined: optional(list(text)),
});

const target = variants<"task", Target>("task", {
  classification: classes,
  multilabel: fields<MultilabelTarget>({ task: oneOf("multilabel"), labels: list(classes) }),
  regression: fields<RegressionTarget>({
    task: oneOf("regression"),
    columns: distinct(text),
    readings: optional(list(readingCheck)),
    means: list(number(-LARGEST, LARGEST)),
    deviations: list(number(1 / LARGEST, LARGEST)),
    ranges: optional(list(rangeCheck)),
    quantiles: optional(
      fields<TargetQuantiles>({ levels: list(number(0, 1)), values: list(number(-LARGEST, LARGEST)) }),
    ),
  }),
});

const lossName = oneOf(...(Object.keys(losses) as LossName[]));

/** The values of its options are checked by the loss's entry, with the network that it goes with. */
const loss: Check<Loss> = (value, where) => {
  const name = lossName(plainObject(value, where).name, `${where}.name`);
  const options = lossOptions({ name }).map((option) => [
    option.name,
    option.each ? optional(list(number())) : optional(number()),
  ]);
  return fields<object>({ name: oneOf(name), ...Object.fromEntries(options) })(value, where) as Loss;
};

const layerKind = oneOf(...(Object.keys(layerKinds) as LayerKind[]));

/**
 * A kind that there is, and the fields that it has. Whether their values are those of a layer is the question of
 * `validateNetwork`, which every network of a document is put to.
 */
const layer: Check<Layer> = (value, where) => {
  const given = plainObject(value, where);
  const known = layerKinds[layerKind(given.kind, `${where}.kind`)].fields;
  return Object.fromEntries(Object.entries(given).filter(([name]) => Object.hasOwn(known, name))) as unknown as Layer;
};

const member = {
  encoder: fields<Encoder>({ columns: list(columnCheck) }),
  background: optional(list(number())),
  network: fields<Network>({ inputs: count, layers: list(layer), outputs: count }),
};

const verdict = fields<Verdict>({
  of: oneOf("test", "validation", "out-of-fold", "given"),
  rows: count,
  weights: optional(text),
  group: optional(text),
  groups: optional(count),
  measure: text,
  conclusion: oneOf("better", "undecided", "worse"),
  model: number(),
  baseline: number(),
  difference: number(),
  interval: optional(rangeCheck),
  certainty: number(0, 1),
  sentence: text,
});

const document = fields<ModelDocument>({
  formatVersion: oneOf(1, 2, 3, 4, 5, FORMAT_VERSION),
  libraryVersion: text,
  task: oneOf(...tasks),
  encoder: member.encoder,
  background: member.background,
  target,
  network: member.network,
  loss,
  further: optional(list(fields<FurtherMember>({ ...member, target: optional(target) }))),
  temperature: optional(number(...TEMPERATURES)),
  interval: optional(fields<Interval>({ rows: optional(count), residuals: list(list(number(-LARGEST, LARGEST))) })),
  weights: optional(fields<KeptColumn>({ column: text, reading: readingCheck })),
  group: optional(fields<KeptColumn>({ column: text, reading: readingCheck })),
  metrics: plainObject,
  verdict: optional(verdict),
  warnings: optional(list(fields<ModelWarning>({ code: text, message: text }))),
  provenance: fields<Provenance>({
    source: text,
    fingerprint: text,
    rows: fields({ training: count, validation: count, test: count }),
    columns: optional(list(text)),
    learned: optional(list(text)),
    seed: count,
    engine: text,
    options: plainObject,
    epochs: count,
    bestEpoch: count,
    earlier: optional(
      list(
        fields<EarlierTraining>({
          model: text,
          source: text,
          fingerprint: text,
          rows: count,
          epochs: count,
          learned: optional(list(text)),
          imported: optional(text),
        }),
      ),
    ),
    online: optional(count),
  }),
  learning: optional(learningCheck),
});

/**
 * A model's document from parsed JSON, rebuilt from the fields that this version knows.
 *
 * @throws {ModelFileError} naming the field that is missing or wrong, or the two parts that do not fit each other
 */
export function checkDocument(value: unknown): ModelDocument {
  const checked = document(value, "model");
  requireFittingParts(checked);
  return checked;
}

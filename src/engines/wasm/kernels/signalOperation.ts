/**
 * The operations of layers that aren't dense, decoded: forward and back over rows, gradients over units.
 *
 * A part of the interpreter.
 */
import { batchNorm, batchNormBack, batchNormPredict } from "./batchNorm";
import { columnSums } from "./columnSums";
import {
  BatchNorm,
  BatchNormBack,
  BatchNormPredict,
  Embedding,
  EmbeddingBack,
  EmbeddingGradient,
  LayerNorm,
  LayerNormBack,
  NormalisationGradient,
  ParametricActivation,
  ParametricActivationBack,
  ParametricActivationGradient,
  Periodic,
  PeriodicBack,
  PeriodicGradient,
  PeriodicList,
  Scale,
  ScaleBack,
  ScaleGradient,
} from "./constants";
import { embedBack, embedGradient, embedRows } from "./embedding";
import { layerNormBack, layerNormRows } from "./layerNorm";
import { parametricBack, parametricRows } from "./parametricActivation";
import { periodicBack, periodicRows } from "./periodic";
import { periodicGradient } from "./periodicGradient";
import { differenceSums, productSums, scaleRows } from "./scaleLayer";
import { at, word } from "./words";

/** The address at `index`, moved on by so many rows of the width that stands at `width`. */
@inline
function rowsAt(pc: usize, index: i32, width: i32, rows: i32): usize {
  return at(pc, index) + (<usize>(rows * word(pc, width)) << 2);
}

/** The same of a region that may be absent, whose rows are so wide. @returns 0 where it is */
@inline
function givenRowsAt(pc: usize, index: i32, width: i32, rows: i32): usize {
  const first = at(pc, index);
  return first ? first + (<usize>(rows * width) << 2) : 0;
}

/** The address of the list that ends an operation. */
@inline
function listAt(pc: usize, index: i32): usize {
  return pc + (<usize>index << 2);
}

/** @param from of the part at hand, of rows or of units @param rows of the batch */
export function signalOperation(pc: usize, from: i32, to: i32, rows: i32, scratch: usize): void {
  const count = to - from;
  switch (word(pc, 0)) {
    case Scale.code:
      return scaleRows(
        rowsAt(pc, Scale.input, Scale.inputs, from), at(pc, Scale.scale), rowsAt(pc, Scale.output, Scale.inputs, from), count,
        word(pc, Scale.inputs),
      );
    case ParametricActivation.code:
      return parametricRows(
        word(pc, ParametricActivation.activation), rowsAt(pc, ParametricActivation.input, ParametricActivation.inputs, from),
        at(pc, ParametricActivation.slopes), rowsAt(pc, ParametricActivation.saved, ParametricActivation.inputs, from),
        rowsAt(pc, ParametricActivation.output, ParametricActivation.inputs, from), count, word(pc, ParametricActivation.inputs),
      );
    case Embedding.code:
      return embedRows(
        listAt(pc, Embedding.columns), rowsAt(pc, Embedding.input, Embedding.inputs, from), at(pc, Embedding.weights),
        rowsAt(pc, Embedding.output, Embedding.outputs, from), count, word(pc, Embedding.inputs),
      );
    case Periodic.code:
      return periodicRows(
        listAt(pc, Periodic.columns), rowsAt(pc, Periodic.input, Periodic.inputs, from), at(pc, Periodic.frequencies),
        at(pc, Periodic.phases), at(pc, Periodic.weights), at(pc, Periodic.bias),
        rowsAt(pc, Periodic.output, Periodic.outputs, from), count, word(pc, Periodic.inputs), scratch,
      );
    case LayerNorm.code:
      return layerNormRows(
        rowsAt(pc, LayerNorm.input, LayerNorm.inputs, from), at(pc, LayerNorm.scale), at(pc, LayerNorm.bias),
        rowsAt(pc, LayerNorm.output, LayerNorm.inputs, from), givenRowsAt(pc, LayerNorm.normalised, word(pc, LayerNorm.inputs), from),
        givenRowsAt(pc, LayerNorm.inverse, 1, from), count, word(pc, LayerNorm.inputs),
        f64.load(pc + (<usize>LayerNorm.epsilon << 2)),
      );
    case BatchNormPredict.code:
      return batchNormPredict(pc, from, count);
    default:
      if (TRAINING) return tensorGradients(pc, from, to, rows);
      unreachable();
  }
}

/** Passes signals back through a layer: −∂loss/∂input of the rows at hand. @returns whether the operation does that */
export function passBack(pc: usize, from: i32, to: i32): bool {
  const count = to - from;
  switch (word(pc, 0)) {
    case ScaleBack.code:
      scaleRows(
        rowsAt(pc, ScaleBack.delta, ScaleBack.inputs, from), at(pc, ScaleBack.scale),
        rowsAt(pc, ScaleBack.to, ScaleBack.inputs, from), count, word(pc, ScaleBack.inputs),
      );
      return true;
    case ParametricActivationBack.code:
      parametricBack(
        word(pc, ParametricActivationBack.activation),
        rowsAt(pc, ParametricActivationBack.delta, ParametricActivationBack.inputs, from),
        rowsAt(pc, ParametricActivationBack.input, ParametricActivationBack.inputs, from),
        at(pc, ParametricActivationBack.slopes),
        rowsAt(pc, ParametricActivationBack.saved, ParametricActivationBack.inputs, from),
        rowsAt(pc, ParametricActivationBack.to, ParametricActivationBack.inputs, from), count,
        word(pc, ParametricActivationBack.inputs),
      );
      return true;
    case EmbeddingBack.code:
      embedBack(
        listAt(pc, EmbeddingBack.columns), rowsAt(pc, EmbeddingBack.delta, EmbeddingBack.outputs, from),
        rowsAt(pc, EmbeddingBack.to, EmbeddingBack.inputs, from), count, word(pc, EmbeddingBack.inputs),
        word(pc, EmbeddingBack.outputs),
      );
      return true;
    case PeriodicBack.code:
      periodicBack(
        listAt(pc, PeriodicBack.columns), rowsAt(pc, PeriodicBack.delta, PeriodicBack.outputs, from),
        rowsAt(pc, PeriodicBack.input, PeriodicBack.inputs, from), at(pc, PeriodicBack.frequencies),
        at(pc, PeriodicBack.phases), at(pc, PeriodicBack.weights), rowsAt(pc, PeriodicBack.to, PeriodicBack.inputs, from),
        count, word(pc, PeriodicBack.inputs),
      );
      return true;
    case LayerNormBack.code:
      layerNormBack(
        rowsAt(pc, LayerNormBack.delta, LayerNormBack.inputs, from), at(pc, LayerNormBack.scale),
        rowsAt(pc, LayerNormBack.normalised, LayerNormBack.inputs, from), givenRowsAt(pc, LayerNormBack.inverse, 1, from),
        rowsAt(pc, LayerNormBack.to, LayerNormBack.inputs, from), count, word(pc, LayerNormBack.inputs),
      );
      return true;
    default:
      return false;
  }
}

/** The gradients of a layer's tensors, for the units at hand: columns, neurons or entries of tables. */
function tensorGradients(pc: usize, from: i32, to: i32, rows: i32): void {
  const count = to - from;
  const skipped = <usize>from << 2;
  switch (word(pc, 0)) {
    case ScaleGradient.code:
      return productSums(
        rows, count, at(pc, ScaleGradient.delta) + skipped, at(pc, ScaleGradient.input) + skipped,
        word(pc, ScaleGradient.inputs), at(pc, ScaleGradient.scaleGradient) + skipped,
      );
    case ParametricActivationGradient.code:
      return differenceSums(
        rows, count, at(pc, ParametricActivationGradient.delta) + skipped, at(pc, ParametricActivationGradient.saved) + skipped,
        at(pc, ParametricActivationGradient.input) + skipped, word(pc, ParametricActivationGradient.inputs),
        at(pc, ParametricActivationGradient.slopeGradient) + skipped,
      );
    case EmbeddingGradient.code:
      return embedGradient(
        listAt(pc, EmbeddingGradient.columns), at(pc, EmbeddingGradient.delta), at(pc, EmbeddingGradient.input),
        at(pc, EmbeddingGradient.weightGradient), rows, word(pc, EmbeddingGradient.inputs), word(pc, EmbeddingGradient.outputs),
        from, to,
      );
    case NormalisationGradient.code:
      productSums(
        rows, count, at(pc, NormalisationGradient.delta) + skipped, at(pc, NormalisationGradient.normalised) + skipped,
        word(pc, NormalisationGradient.inputs), at(pc, NormalisationGradient.scaleGradient) + skipped,
      );
      return columnSums(
        rows, count, at(pc, NormalisationGradient.delta) + skipped, word(pc, NormalisationGradient.inputs),
        at(pc, NormalisationGradient.biasGradient) + skipped, 1,
      );
    case PeriodicGradient.code:
      return ofPeriodic(pc, from, to, rows);
    case BatchNorm.code:
      return batchNorm(pc, from, count, rows);
    case BatchNormBack.code:
      return batchNormBack(pc, from, count, rows);
    default:
      unreachable();
  }
}

/** For the columns at hand. */
function ofPeriodic(pc: usize, from: i32, to: i32, rows: i32): void {
  const list = listAt(pc, PeriodicGradient.columns);
  const units = word(list, PeriodicList.units);
  const first = <usize>(from * units) << 2;
  const delta = at(pc, PeriodicGradient.delta);
  periodicGradient(
    list, delta, at(pc, PeriodicGradient.input), at(pc, PeriodicGradient.frequencies), at(pc, PeriodicGradient.phases),
    at(pc, PeriodicGradient.weights), at(pc, PeriodicGradient.frequencyGradient), at(pc, PeriodicGradient.phaseGradient),
    at(pc, PeriodicGradient.weightGradient), rows, word(pc, PeriodicGradient.inputs), from, to,
  );
  columnSums(
    rows, (to - from) * units, delta + first, word(pc, PeriodicGradient.outputs), at(pc, PeriodicGradient.biasGradient) + first, 1,
  );
}

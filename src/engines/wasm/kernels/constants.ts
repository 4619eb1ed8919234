// Made by npm run build from src/plan/ops.ts, src/engines/memory/layouts.ts and the tables of activations, losses and
// optimizers; not to be edited. Places of an operation's words are counted from its code on, those of blocks in bytes.

export const IDENTITY: i32 = 0;
export const LOGISTIC: i32 = 1;
export const TANH: i32 = 2;
export const RELU: i32 = 3;
export const LEAKY_RELU: i32 = 4;
export const ELU: i32 = 5;
export const SELU: i32 = 6;
export const GELU: i32 = 7;
export const SILU: i32 = 8;
export const MISH: i32 = 9;
export const SOFTPLUS: i32 = 10;
export const RELU6: i32 = 11;
export const HARD_SWISH: i32 = 12;
export const SOFTMAX: i32 = 13;
export const HALF_SQUARED_ERROR: i32 = 0;
export const MEAN_SQUARED_ERROR: i32 = 1;
export const HUBER: i32 = 2;
export const CROSS_ENTROPY: i32 = 3;
export const BINARY_CROSS_ENTROPY: i32 = 4;
export const MEAN_ABSOLUTE_ERROR: i32 = 5;
export const QUANTILE: i32 = 6;
export const SGD: i32 = 0;
export const MOMENTUM: i32 = 1;
export const NESTEROV: i32 = 2;
export const RMS_PROP: i32 = 3;
export const ADAM: i32 = 4;
export const ADAM_W: i32 = 5;
export const LION: i32 = 6;
export const ADA_GRAD: i32 = 7;

/** Bit k: whether the derivative of activation k needs its output alone, not the field. */
export const SEES_OUTPUT: i64 = 8319;

export namespace Activation {
  export const code: i32 = 39;
  export const input: i32 = 2;
  export const output: i32 = 3;
  export const width: i32 = 4;
  export const activation: i32 = 5;
}
export namespace BatchNorm {
  export const code: i32 = 36;
  export const input: i32 = 2;
  export const scale: i32 = 3;
  export const bias: i32 = 4;
  export const mean: i32 = 5;
  export const variance: i32 = 6;
  export const output: i32 = 7;
  export const normalised: i32 = 8;
  export const inverse: i32 = 9;
  export const inputs: i32 = 10;
  export const epsilon: i32 = 11;
  export const momentum: i32 = 12;
}
export namespace BatchNormPredict {
  export const code: i32 = 35;
  export const input: i32 = 2;
  export const scale: i32 = 3;
  export const bias: i32 = 4;
  export const mean: i32 = 5;
  export const variance: i32 = 6;
  export const output: i32 = 7;
  export const inputs: i32 = 8;
  export const epsilon: i32 = 9;
}
export namespace BatchNormBack {
  export const code: i32 = 37;
  export const delta: i32 = 2;
  export const to: i32 = 3;
  export const scale: i32 = 4;
  export const normalised: i32 = 5;
  export const inverse: i32 = 6;
  export const inputs: i32 = 7;
}
export namespace Dense {
  export const code: i32 = 3;
  export const input: i32 = 2;
  export const weights: i32 = 3;
  export const bias: i32 = 4;
  export const field: i32 = 5;
  export const output: i32 = 6;
  export const inputs: i32 = 7;
  export const units: i32 = 8;
  export const activation: i32 = 9;
}
export namespace PackedDense {
  export const code: i32 = 50;
  export const input: i32 = 2;
  export const packed: i32 = 3;
  export const output: i32 = 4;
  export const inputs: i32 = 5;
  export const units: i32 = 6;
  export const activation: i32 = 7;
}
export namespace PullBack {
  export const code: i32 = 8;
  export const delta: i32 = 2;
  export const weights: i32 = 3;
  export const to: i32 = 4;
  export const units: i32 = 5;
  export const inputs: i32 = 6;
  export const packed: i32 = 7;
  export const step: i32 = 8;
}
export namespace Gradient {
  export const code: i32 = 9;
  export const delta: i32 = 2;
  export const input: i32 = 3;
  export const weightGradient: i32 = 4;
  export const biasGradient: i32 = 5;
  export const units: i32 = 6;
  export const inputs: i32 = 7;
  export const packed: i32 = 8;
  export const moved: i32 = 9;
}
export namespace Dropout {
  export const code: i32 = 4;
  export const input: i32 = 2;
  export const output: i32 = 3;
  export const width: i32 = 4;
  export const layer: i32 = 5;
  export const rate: i32 = 6;
}
export namespace Embedding {
  export const code: i32 = 19;
  export const input: i32 = 2;
  export const weights: i32 = 3;
  export const output: i32 = 4;
  export const inputs: i32 = 5;
  export const outputs: i32 = 6;
  export const columns: i32 = 7;
}
export namespace EmbeddingBack {
  export const code: i32 = 23;
  export const step: i32 = 2;
  export const delta: i32 = 6;
  export const to: i32 = 7;
  export const inputs: i32 = 8;
  export const outputs: i32 = 9;
  export const columns: i32 = 10;
}
export namespace EmbeddingGradient {
  export const code: i32 = 27;
  export const delta: i32 = 2;
  export const input: i32 = 3;
  export const weightGradient: i32 = 4;
  export const inputs: i32 = 5;
  export const outputs: i32 = 6;
  export const columns: i32 = 7;
}
export namespace LayerNorm {
  export const code: i32 = 32;
  export const input: i32 = 2;
  export const scale: i32 = 3;
  export const bias: i32 = 4;
  export const output: i32 = 5;
  export const normalised: i32 = 6;
  export const inverse: i32 = 7;
  export const inputs: i32 = 8;
  export const epsilon: i32 = 9;
}
export namespace LayerNormBack {
  export const code: i32 = 33;
  export const step: i32 = 2;
  export const delta: i32 = 6;
  export const to: i32 = 7;
  export const inputs: i32 = 8;
  export const scale: i32 = 9;
  export const normalised: i32 = 10;
  export const inverse: i32 = 11;
}
export namespace NormalisationGradient {
  export const code: i32 = 34;
  export const delta: i32 = 2;
  export const normalised: i32 = 3;
  export const scaleGradient: i32 = 4;
  export const biasGradient: i32 = 5;
  export const inputs: i32 = 6;
}
export namespace ParametricActivation {
  export const code: i32 = 18;
  export const input: i32 = 2;
  export const slopes: i32 = 3;
  export const output: i32 = 4;
  export const saved: i32 = 5;
  export const inputs: i32 = 6;
  export const activation: i32 = 7;
}
export namespace ParametricActivationBack {
  export const code: i32 = 22;
  export const step: i32 = 2;
  export const delta: i32 = 6;
  export const to: i32 = 7;
  export const inputs: i32 = 8;
  export const input: i32 = 9;
  export const slopes: i32 = 10;
  export const saved: i32 = 11;
  export const activation: i32 = 12;
}
export namespace ParametricActivationGradient {
  export const code: i32 = 26;
  export const delta: i32 = 2;
  export const input: i32 = 3;
  export const slopeGradient: i32 = 4;
  export const inputs: i32 = 5;
  export const saved: i32 = 6;
}
export namespace Periodic {
  export const code: i32 = 20;
  export const input: i32 = 2;
  export const frequencies: i32 = 3;
  export const phases: i32 = 4;
  export const weights: i32 = 5;
  export const bias: i32 = 6;
  export const output: i32 = 7;
  export const inputs: i32 = 8;
  export const outputs: i32 = 9;
  export const columns: i32 = 10;
}
export namespace PeriodicBack {
  export const code: i32 = 24;
  export const step: i32 = 2;
  export const delta: i32 = 6;
  export const to: i32 = 7;
  export const inputs: i32 = 8;
  export const outputs: i32 = 9;
  export const input: i32 = 10;
  export const frequencies: i32 = 11;
  export const phases: i32 = 12;
  export const weights: i32 = 13;
  export const columns: i32 = 14;
}
export namespace PeriodicGradient {
  export const code: i32 = 28;
  export const delta: i32 = 2;
  export const input: i32 = 3;
  export const frequencies: i32 = 4;
  export const phases: i32 = 5;
  export const weights: i32 = 6;
  export const frequencyGradient: i32 = 7;
  export const phaseGradient: i32 = 8;
  export const weightGradient: i32 = 9;
  export const biasGradient: i32 = 10;
  export const inputs: i32 = 11;
  export const outputs: i32 = 12;
  export const columns: i32 = 13;
}
export namespace Scale {
  export const code: i32 = 17;
  export const input: i32 = 2;
  export const scale: i32 = 3;
  export const output: i32 = 4;
  export const inputs: i32 = 5;
}
export namespace ScaleBack {
  export const code: i32 = 21;
  export const step: i32 = 2;
  export const delta: i32 = 6;
  export const to: i32 = 7;
  export const inputs: i32 = 8;
  export const scale: i32 = 9;
}
export namespace ScaleGradient {
  export const code: i32 = 25;
  export const delta: i32 = 2;
  export const input: i32 = 3;
  export const scaleGradient: i32 = 4;
  export const inputs: i32 = 5;
}
export namespace Loss {
  export const code: i32 = 5;
  export const loss: i32 = 2;
  export const output: i32 = 3;
  export const desired: i32 = 4;
  export const sampleWeights: i32 = 5;
  export const width: i32 = 6;
  export const options: i32 = 7;
  export const negativeGradient: i32 = 8;
}
export namespace LocalGradient {
  export const code: i32 = 7;
  export const negativeGradient: i32 = 2;
  export const to: i32 = 3;
  export const width: i32 = 4;
  export const step: i32 = 5;
}
export namespace Freeze {
  export const code: i32 = 29;
  export const gradients: i32 = 2;
  export const inputs: i32 = 3;
}
export namespace Reduce {
  export const code: i32 = 31;
  export const gradients: i32 = 2;
  export const length: i32 = 3;
}
export namespace Copy {
  export const code: i32 = 30;
  export const from: i32 = 2;
  export const to: i32 = 3;
  export const inputs: i32 = 4;
}
export namespace Penalty {
  export const code: i32 = 10;
  export const parameters: i32 = 2;
  export const gradients: i32 = 3;
  export const l1: i32 = 4;
  export const l2: i32 = 5;
  export const inputs: i32 = 6;
}
export namespace Clip {
  export const code: i32 = 11;
  export const gradients: i32 = 2;
  export const length: i32 = 3;
  export const norm: i32 = 4;
  export const squares: i32 = 5;
}
export namespace Update {
  export const code: i32 = 12;
  export const optimizer: i32 = 2;
  export const parameters: i32 = 3;
  export const gradients: i32 = 4;
  export const slots: i32 = 5;
  export const rate: i32 = 7;
  export const decay: i32 = 8;
  export const inputs: i32 = 9;
}
export namespace End {
  export const code: i32 = 0;
}
export namespace Barrier {
  export const code: i32 = 1;
  export const counters: i32 = 2;
  export const count: i32 = 3;
}
export namespace Gather {
  export const code: i32 = 2;
  export const inputs: i32 = 2;
  export const desired: i32 = 3;
  export const sampleWeights: i32 = 4;
}
export namespace SumLoss {
  export const code: i32 = 6;
}
export namespace Emit {
  export const code: i32 = 13;
  export const output: i32 = 2;
  export const width: i32 = 3;
}
export namespace Share {
  export const code: i32 = 15;
  export const counters: i32 = 2;
  export const units: i32 = 3;
  export const skipped: i32 = 4;
  export const least: i32 = 5;
}
export namespace Again {
  export const code: i32 = 16;
  export const bytes: i32 = 2;
}
export namespace OnlineStep {
  export const code: i32 = 14;
  export const loss: i32 = 2;
  export const options: i32 = 3;
  export const count: i32 = 4;
  export const layers: i32 = 5;
}
export namespace Back {
  export const step: i32 = 2;
  export const delta: i32 = 6;
  export const to: i32 = 7;
  export const inputs: i32 = 8;
}
export namespace ActivationStep {
  export const code: i32 = 0;
  export const activation: i32 = 1;
  export const field: i32 = 2;
  export const output: i32 = 3;
}
export namespace DropoutStep {
  export const code: i32 = 1;
  export const layer: i32 = 1;
  export const rate: i32 = 2;
}
export namespace OnlineLayer {
  export const inputs: i32 = 0;
  export const units: i32 = 1;
  export const activation: i32 = 2;
  export const weights: i32 = 3;
  export const bias: i32 = 4;
  export const field: i32 = 5;
  export const output: i32 = 6;
  export const delta: i32 = 7;
  export const weightGradient: i32 = 8;
  export const biasGradient: i32 = 9;
  export const words: i32 = 10;
}
export namespace EmbeddingList {
  export const dimension: i32 = 0;
  export const columns: i32 = 1;
  export const stretches: i32 = 2;
  export const words: i32 = 3;
}
export namespace TableOfCodes {
  export const column: i32 = 0;
  export const first: i32 = 1;
  export const entries: i32 = 2;
  export const words: i32 = 3;
}
export namespace Stretch {
  export const first: i32 = 0;
  export const inputs: i32 = 1;
  export const words: i32 = 2;
}
export namespace PeriodicList {
  export const frequencies: i32 = 0;
  export const units: i32 = 1;
  export const columns: i32 = 2;
  export const words: i32 = 3;
}

export namespace Control {
  export const program: usize = 0;
  export const steps: usize = 4;
  export const rowIndices: usize = 8;
  export const rowCount: usize = 12;
  export const batchSize: usize = 16;
  export const schedule: usize = 20;
  export const losses: usize = 24;
  export const inputs: usize = 28;
  export const desired: usize = 32;
  export const weights: usize = 36;
  export const inputWidth: usize = 40;
  export const desiredWidth: usize = 44;
  export const rowLosses: usize = 48;
  export const seedKey: usize = 52;
  export const threads: usize = 56;
  export const barrier: usize = 60;
  export const scratch: usize = 64;
  export const scratchBytes: usize = 68;
  export const hyperparameters: usize = 72;
  export const outputs: usize = 76;
  export const stride: usize = 80;
  export const before: usize = 84;
  export const batches: usize = 88;
  export const learns: usize = 92;
  export const wholeRows: usize = 96;
  export const firstRow: usize = 100;
}
export namespace Hyperparameters {
  export const learningRate: usize = 0;
  export const meanCorrection: usize = 8;
  export const squareCorrection: usize = 16;
  export const decayFactor: usize = 24;
  export const dropoutFactor: usize = 32;
  export const momentum: usize = 40;
  export const decay: usize = 48;
  export const epsilon: usize = 56;
  export const beta1: usize = 64;
  export const beta2: usize = 72;
  export const weightDecay: usize = 80;
  export const entryBytes: usize = 40;
  export const bytes: usize = 128;
  export const threadBytes: usize = 256;
}
export namespace BarrierWords {
  export const come: usize = 0;
  export const rounds: usize = 4;
  export const givenUp: usize = 8;
  export const spins: usize = 12;
  export const bytes: usize = 64;
}
export namespace ThreadShare {
  export const end: usize = 0;
  export const waited: usize = 4;
  export const bytes: usize = 64;
}
export namespace KeptOperand {
  export const ready: usize = 0;
  export const batch: usize = 4;
  export const operation: usize = 8;
  export const bytes: usize = 16;
}
export namespace ProductCall {
  export const code: usize = 0;
  export const m: usize = 4;
  export const n: usize = 8;
  export const k: usize = 12;
  export const a: usize = 16;
  export const aRow: usize = 20;
  export const aColumn: usize = 24;
  export const b: usize = 28;
  export const bRow: usize = 32;
  export const bColumn: usize = 36;
  export const c: usize = 40;
  export const cRow: usize = 44;
  export const from: usize = 48;
  export const fromRow: usize = 52;
  export const sign: usize = 56;
  export const scratch: usize = 60;
  export const panels: usize = 64;
  export const depth: usize = 68;
  export const columns: usize = 72;
  export const taken: usize = 76;
}
export namespace UpdateCall {
  export const code: usize = 1;
  export const kind: usize = 4;
  export const width: usize = 8;
  export const parameters: usize = 12;
  export const gradients: usize = 16;
  export const slot0: usize = 20;
  export const slot1: usize = 24;
  export const rate: usize = 28;
  export const keepA: usize = 32;
  export const shareA: usize = 36;
  export const keepB: usize = 40;
  export const shareB: usize = 44;
  export const root: usize = 48;
  export const epsilon: usize = 52;
  export const kept: usize = 56;
}
export namespace ActivateCall {
  export const code: usize = 2;
  export const kind: usize = 4;
  export const width: usize = 8;
  export const from: usize = 12;
  export const to: usize = 16;
}
export namespace DeriveCall {
  export const code: usize = 3;
  export const kind: usize = 4;
  export const width: usize = 8;
  export const gradient: usize = 12;
  export const saved: usize = 16;
  export const to: usize = 20;
}
export namespace ParametricCall {
  export const code: usize = 4;
  export const kind: usize = 4;
  export const rows: usize = 8;
  export const width: usize = 12;
  export const x: usize = 16;
  export const slopes: usize = 20;
  export const values: usize = 24;
  export const y: usize = 28;
}
export namespace ParametricBackCall {
  export const code: usize = 5;
  export const kind: usize = 4;
  export const rows: usize = 8;
  export const width: usize = 12;
  export const delta: usize = 16;
  export const slopes: usize = 20;
  export const saved: usize = 24;
  export const to: usize = 28;
}
export namespace DropoutCall {
  export const code: usize = 6;
  export const width: usize = 4;
  export const from: usize = 8;
  export const to: usize = 12;
  export const first: usize = 16;
  export const key: usize = 20;
  export const threshold: usize = 24;
  export const scale: usize = 28;
}
export namespace ScaleRowsCall {
  export const code: usize = 7;
  export const rows: usize = 4;
  export const width: usize = 8;
  export const x: usize = 12;
  export const scale: usize = 16;
  export const to: usize = 20;
}
export namespace CrossEntropyCall {
  export const code: usize = 8;
  export const kind: usize = 4;
  export const rows: usize = 8;
  export const width: usize = 12;
  export const y: usize = 16;
  export const desired: usize = 20;
  export const weights: usize = 24;
  export const gradient: usize = 28;
  export const losses: usize = 32;
  export const smooths: usize = 36;
  export const perPattern: usize = 40;
  export const perPattern1: usize = 44;
  export const chosen: usize = 48;
  export const chosen1: usize = 52;
  export const share: usize = 56;
  export const share1: usize = 60;
  export const total: usize = 64;
  export const total1: usize = 68;
}
export namespace ColumnSumsCall {
  export const code: usize = 9;
  export const rows: usize = 4;
  export const columns: usize = 8;
  export const row: usize = 12;
  export const a: usize = 16;
  export const out: usize = 20;
  export const negate: usize = 24;
}
export namespace ProductSumsCall {
  export const code: usize = 10;
  export const rows: usize = 4;
  export const columns: usize = 8;
  export const row: usize = 12;
  export const delta: usize = 16;
  export const x: usize = 20;
  export const out: usize = 24;
}
export namespace DifferenceSumsCall {
  export const code: usize = 11;
  export const rows: usize = 4;
  export const columns: usize = 8;
  export const row: usize = 12;
  export const delta: usize = 16;
  export const y: usize = 20;
  export const x: usize = 24;
  export const out: usize = 28;
}
export namespace TurnCall {
  export const code: usize = 12;
  export const lines: usize = 4;
  export const numbers: usize = 8;
  export const from: usize = 12;
  export const line: usize = 16;
  export const to: usize = 20;
  export const row: usize = 24;
}
export namespace Bf16ProductCall {
  export const code: usize = 13;
  export const kind: usize = 4;
  export const m: usize = 8;
  export const n: usize = 12;
  export const k: usize = 16;
  export const a: usize = 20;
  export const aRow: usize = 24;
  export const aColumn: usize = 28;
  export const b: usize = 32;
  export const bRow: usize = 36;
  export const bColumn: usize = 40;
  export const c: usize = 44;
  export const cRow: usize = 48;
  export const from: usize = 52;
  export const fromRow: usize = 56;
  export const sign: usize = 60;
  export const scratch: usize = 64;
  export const depth: usize = 68;
  export const lines: usize = 72;
}
export namespace Bf16 {
  export const step: i32 = 32;
  export const panel: i32 = 32;
  export const stepBytes: i32 = 2048;
  export const edgeBytes: i32 = 4096;
}
export namespace LossOptions {
  export const setting: usize = 0;
  export const outputsEach: usize = 4;
  export const hasFactors: usize = 8;
  export const factors: usize = 12;
}

export const SHARED_WHOLE: i32 = 65536;
export const SQUARES_CHUNK: i32 = 4096;

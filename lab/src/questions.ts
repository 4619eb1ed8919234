/**
 * What the page can ask the worker about a run, besides the frames: each question with what it says and what is answered,
 * as plain data. The answers are in worker/answers.ts, one for each question.
 */

import type { Exposition, TensorCheck, Trace, WeightName } from "gradus/explain";
import type { Adopted, MemberView, ProgramTexts } from "./filesAnswers.ts";
import type { ColourMode, Health, Look } from "./lookAnswers.ts";
import type {
  Baseline,
  Dependence,
  Field,
  ImportanceOfColumns,
  Mistakes,
  Part,
  Prediction,
  Quality,
  RowCells,
} from "./outcomeAnswers.ts";
import type { TrainedResult } from "./resultAnswers.ts";

/** A step to trace: the one that the run makes next, or one on a single row of the data. */
export interface AskedStep {
  /** A row of the data, alone in its batch; the run's next batch when absent. */
  readonly row?: number | undefined;
  /** Which example of the batch is shown in detail. */
  readonly pattern: number;
  /** The weight to follow; when absent, one into the neuron, or that with the largest gradient of the first layer. */
  readonly weight?: WeightName | undefined;
  /** The neuron whose numbers are to be there where a layer is too wide for all of them; layers as the network counts them. */
  readonly neuron?: { readonly layer: number; readonly unit: number } | undefined;
}

/** A step with all its numbers, not made. */
export interface TracedStep {
  /** The rows of the data in the batch. */
  readonly rows: readonly number[];
  /** Which of them the exposition shows. */
  readonly pattern: number;
  readonly trace: Trace;
  readonly exposition: Exposition;
}

export interface Questions {
  /** Numbers of units and weights for the colours of the drawing. */
  readonly look: { readonly asked: { readonly mode: ColourMode }; readonly answer: Look };
  readonly health: { readonly asked: Record<never, never>; readonly answer: Health };
  /** The network's outputs for every row of the data: [N, outputs], as probabilities where the task has classes. */
  readonly outputs: { readonly asked: Record<never, never>; readonly answer: Float32Array };
  /** The `.gradus` file of the run as it stands, and the step that it is at. */
  readonly model: {
    readonly asked: Record<never, never>;
    readonly answer: { readonly bytes: Uint8Array; readonly step: number };
  };
  /** The setting of the run as what does the same outside of the lab. @property name of the table's file */
  readonly program: { readonly asked: { readonly name: string }; readonly answer: ProgramTexts };
  /** One network of a model's file, to be drawn. */
  readonly member: {
    readonly asked: { readonly bytes: Uint8Array; readonly index: number };
    readonly answer: MemberView;
  };
  /** Takes the parameters and the number of steps of a model that the lab has saved. */
  readonly adopt: { readonly asked: Adopted; readonly answer: undefined };
  /** The next step with all its numbers; the run is only read. */
  readonly trace: { readonly asked: AskedStep; readonly answer: TracedStep };
  /** A weight or bias gets another value; the loss of the training rows before and after. */
  readonly setWeight: {
    readonly asked: { readonly weight: WeightName; readonly value: number };
    readonly answer: { readonly before: number; readonly after: number };
  };
  /** The gradient of one weight compared with finite differences of the loss. */
  readonly checkWeight: {
    readonly asked: { readonly weight: WeightName; readonly row?: number | undefined };
    readonly answer: TensorCheck;
  };
  /** Where a curve should get better than; undefined without validation rows. */
  readonly baseline: { readonly asked: Record<never, never>; readonly answer: Baseline | undefined };
  /** How good the run is on some rows, and how good predicting the training rows' mean or shares is. */
  readonly quality: { readonly asked: { readonly part: Part }; readonly answer: Quality };
  readonly fields: { readonly asked: Record<never, never>; readonly answer: readonly Field[] };
  /** The answer to a row of texts; a text that is empty is a missing value. */
  readonly predictRow: {
    readonly asked: { readonly row: Readonly<Record<string, string>> };
    readonly answer: Prediction;
  };
  /** The rows that the run gets most wrong. */
  readonly mistakes: { readonly asked: { readonly part: Part }; readonly answer: Mistakes };
  /**
   * What the command line gives for the setting of a table's run: another training, from the initial weights, beside which the run
   * goes on.
   */
  readonly result: {
    /** @property name of the table's file */
    readonly asked: { readonly epochs: number; readonly name: string };
    readonly answer: TrainedResult;
  };
  /** A row of a table as it was read; nothing of a two-dimensional set. @property row of the data, from 0 */
  readonly cells: { readonly asked: { readonly row: number }; readonly answer: RowCells };
  /** How much each column matters to the run as it stands, on the validation rows. Keeps the model for `dependence`. */
  readonly importance: { readonly asked: Record<never, never>; readonly answer: ImportanceOfColumns };
  /** The effect of a column on the predictions of the model of the last `importance`. */
  readonly dependence: { readonly asked: { readonly column: string }; readonly answer: Dependence };
  /** Goes to a step where the run has been, or so many steps from where it is, with the same bits. The step it is at then. */
  readonly goTo: { readonly asked: { readonly step: number } | { readonly by: number }; readonly answer: number };
  /** Changes the learning rate. The step from which on. */
  readonly setRate: { readonly asked: { readonly rate: number }; readonly answer: number };
}

export type QuestionName = keyof Questions;

/** That the name and what is asked go together is seen to where a question is made, in state/ask.ts. */
export interface Question {
  readonly name: QuestionName;
  readonly asked: Questions[QuestionName]["asked"];
}

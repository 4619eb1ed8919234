/**
 * What the page can ask the worker about a run, besides the frames: each question with what it says and what is answered,
 * as plain data. The answers are in worker/answers.ts, one for each question.
 */

import type { Mistakes, Part, Quality } from "./outcomeAnswers.ts";

export interface Questions {
  /** The network's outputs for every row of the data: [N, outputs], as probabilities where the task has classes. */
  readonly outputs: { readonly asked: Record<never, never>; readonly answer: Float32Array };
  /** How good the run is on some rows, and how good predicting the training rows' mean or shares is. */
  readonly quality: { readonly asked: { readonly part: Part }; readonly answer: Quality };
  /** The rows that the run gets most wrong. */
  readonly mistakes: { readonly asked: { readonly part: Part }; readonly answer: Mistakes };
}

export type QuestionName = keyof Questions;

export type Question = {
  readonly [Name in QuestionName]: { readonly name: Name; readonly asked: Questions[Name]["asked"] };
}[QuestionName];

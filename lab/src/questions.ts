/**
 * What the page can ask the worker about a run, besides the frames: each question with what it says and what is answered,
 * as plain data. The answers are in worker/answers.ts, one for each question.
 */

export interface Questions {
  /** The network's outputs for every row of the data: [N, outputs], as probabilities where the task has classes. */
  readonly outputs: { readonly asked: Record<never, never>; readonly answer: Float32Array };
}

export type QuestionName = keyof Questions;

export type Question = {
  readonly [Name in QuestionName]: { readonly name: Name; readonly asked: Questions[Name]["asked"] };
}[QuestionName];

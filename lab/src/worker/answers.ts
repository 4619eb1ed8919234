/** The answers to the page's questions: a table, an entry for each of questions.ts. Knows nothing of messages. */
import type { Question, QuestionName, Questions } from "../questions.ts";
import type { Run } from "./run.ts";

interface Entry<Name extends QuestionName> {
  /** Whether it changes the parameters: the run then keeps them as changed by hand, and a frame follows. */
  readonly changes?: boolean;
  /** Whether it changes where the run is, or how it goes on: a frame follows. */
  readonly moves?: boolean;
  /** Whether it takes long and needs nothing of the session: the run goes on meanwhile. */
  readonly isBeside?: boolean;
  answer(run: Run, asked: Questions[Name]["asked"]): Promise<Questions[Name]["answer"]>;
}

const answers: { readonly [Name in QuestionName]: Entry<Name> } = {
  look: { answer: async (run, { mode }) => (await import("./look.ts")).lookAt(run, mode) },
  health: { answer: async (run) => (await import("./health.ts")).healthNow(run) },
  outputs: { answer: (run) => run.outputs() },
  model: { answer: async (run) => (await import("../files/answers.ts")).modelFile(run) },
  program: { answer: async (run, { name }) => (await import("../files/answers.ts")).programOf(run, name) },
  member: {
    answer: async (_run, { bytes, index }) => (await import("../files/memberView.ts")).memberView(bytes, index),
  },
  adopt: { changes: true, answer: async (run, asked) => (await import("../files/answers.ts")).adopt(run, asked) },
  trace: { answer: async (run, asked) => (await import("./trace.ts")).traceNext(run.next, asked) },
  setWeight: { changes: true, answer: (run, { weight, value }) => run.setWeight(weight, value) },
  checkWeight: { answer: async (run, asked) => (await import("./trace.ts")).checkWeight(run.next, asked) },
  baseline: { answer: async (run) => (await import("./baseline.ts")).baselineOf(run) },
  fields: { answer: async (run) => (await import("./predictRow.ts")).fieldsOf(run) },
  predictRow: { answer: async (run, { row }) => (await import("./predictRow.ts")).predictRow(run, row) },
  quality: { answer: async (run, { part }) => (await import("./outcome.ts")).qualityOf(run, part) },
  mistakes: { answer: async (run, { part }) => (await import("./outcome.ts")).mistakesOf(run, part) },
  result: { isBeside: true, answer: async (run, asked) => (await import("./result.ts")).resultOf(run, asked) },
  cells: { answer: async (run, { row }) => (await import("./cells.ts")).cellsOf(run, row) },
  importance: { answer: async (run) => (await import("./effects.ts")).importanceOf(run) },
  dependence: { answer: async (run, { column }) => (await import("./effects.ts")).dependenceOn(run, column) },
  goTo: {
    moves: true,
    answer: async (run, asked) => {
      await run.goTo("by" in asked ? run.step + asked.by : asked.step);
      return run.step;
    },
  },
  setRate: {
    moves: true,
    answer: async (run, { rate }) => {
      run.setRate(rate);
      return run.step;
    },
  },
};

export const isBeside = ({ name }: Question): boolean => answers[name].isBeside ?? false;

/** @returns the answer, and whether it has changed the run */
export async function answerOf(run: Run, { name, asked }: Question): Promise<{ answer: unknown; changes: boolean }> {
  const { answer, changes = false, moves = false } = answers[name] as Entry<QuestionName>;
  const answered = await answer(run, asked);
  if (changes) run.edited();
  return { answer: answered, changes: changes || moves };
}

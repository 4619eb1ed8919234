/** The answers to the page's questions: a table, an entry for each of questions.ts. Knows nothing of messages. */
import type { Question, QuestionName, Questions } from "../questions.ts";
import type { Run } from "./run.ts";

interface Entry<Name extends QuestionName> {
  /** Whether it changes the run, so that a frame follows. */
  readonly changes?: boolean;
  answer(run: Run, asked: Questions[Name]["asked"]): Promise<Questions[Name]["answer"]>;
}

const answers: { readonly [Name in QuestionName]: Entry<Name> } = {
  look: { answer: async (run, { mode }) => (await import("./look.ts")).lookAt(run, mode) },
  health: { answer: async (run) => (await import("./health.ts")).healthNow(run) },
  outputs: { answer: (run) => run.outputs() },
  trace: { answer: async (run, asked) => (await import("./trace.ts")).traceNext(run.next, asked) },
  setWeight: { changes: true, answer: (run, { weight, value }) => run.setWeight(weight, value) },
  checkWeight: { answer: async (run, asked) => (await import("./trace.ts")).checkWeight(run.next, asked) },
  quality: { answer: async (run, { part }) => (await import("./outcome.ts")).qualityOf(run, part) },
  mistakes: { answer: async (run, { part }) => (await import("./outcome.ts")).mistakesOf(run, part) },
};

/** @returns the answer, and whether it has changed the run */
export async function answerOf(run: Run, { name, asked }: Question): Promise<{ answer: unknown; changes: boolean }> {
  const { answer, changes = false }: Entry<QuestionName> = answers[name];
  return { answer: await answer(run, asked), changes };
}

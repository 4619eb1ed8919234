/** Questions to the worker, and the promises of their answers. Knows no single question. */
import type { Answer, ToWorker } from "../protocol.ts";
import type { QuestionName, Questions } from "../questions.ts";

interface Waiting {
  readonly isOfRun: boolean;
  /** A method, so that it takes what the one who asks expects: messages have no types. */
  resolve(answer: unknown): void;
  reject(error: Error): void;
}

const waiting = new Map<number, Waiting>();
let questions = 0;
let send: ((message: ToWorker) => void) | undefined;
let current = 0;

/** Where questions go, and of which run they are from now on; those of an earlier run are answered undefined. */
export function beginAsking(run: number, tell: (message: ToWorker) => void): void {
  current = run;
  send = tell;
  for (const [id, { resolve, isOfRun }] of waiting) {
    if (!isOfRun) continue;
    waiting.delete(id);
    resolve(undefined);
  }
}

type WithoutRun<Message> = Message extends ToWorker ? Omit<Message, "run"> : never;

/** Tells the worker something about the run at hand. */
export function tellRun(message: WithoutRun<ToWorker>): void {
  send?.({ ...message, run: current });
}

/**
 * Asks about the run at hand, between two of its steps.
 *
 * @returns the answer; undefined where another run has begun meanwhile
 * @throws {Error} in the library's words: what hinders the answer
 */
export function ask<Name extends QuestionName>(
  name: Name,
  asked: Questions[Name]["asked"],
): Promise<Questions[Name]["answer"] | undefined> {
  return request((run, id) => ({ kind: "ask", run, id, question: { name, asked } }));
}

/**
 * Sends a message that the worker answers. Returns and throws as `ask`.
 *
 * @param isOfRun whether its answer is of no use when another run has begun
 */
export function request<Answer>(
  message: (run: number, id: number) => ToWorker,
  isOfRun = true,
): Promise<Answer | undefined> {
  const id = ++questions;
  return new Promise<Answer | undefined>((resolve, reject) => {
    waiting.set(id, { isOfRun, resolve, reject });
    send?.(message(current, id));
  });
}

/** An answer has come. */
export function answered({ id, answer, fault }: Answer): void {
  const question = waiting.get(id);
  waiting.delete(id);
  if (fault === undefined) question?.resolve(answer);
  else question?.reject(new Error(fault));
}

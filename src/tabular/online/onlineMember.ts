/**
 * One network of a model that learns online: its session, and one row's way through it.
 *
 * Everything happens before the call returns. Knows nothing of columns and of what outputs mean.
 */
import type { Engine, Numbers, Predictor, Problem, Session } from "../../engines/engine.ts";
import { requireFiniteOutputs } from "../../engines/engine.ts";
import { GradusError, ModelFileError } from "../../errors.ts";
import type { Slots } from "../../models/modelFile.ts";
import { restore } from "../../training/snapshot.ts";

/** What a network goes on from. */
export interface MemberStart {
  readonly problem: Problem;
  readonly parameters: Numbers;
  /** Of a network that has learned online before. */
  readonly before: { readonly slots: Slots; readonly rows: number } | undefined;
}

export class OnlineMember {
  readonly session: Session;
  /** Whether a step computes what `predict` does, before it learns: no unit is dropped. */
  readonly #isPlain: boolean;
  readonly #last: number;

  private constructor(session: Session) {
    this.session = session;
    const { layers } = session.problem.network;
    this.#isPlain = layers.every(({ kind }) => kind !== "dropout");
    this.#last = layers.length - 1;
  }

  static async open(engine: Engine, { problem, parameters, before }: MemberStart): Promise<OnlineMember> {
    const session = await engine.create(problem, { threads: 1, parameters });
    try {
      if (before !== undefined) goOn(session, parameters, before);
      return new OnlineMember(session);
    } catch (error) {
      session.dispose();
      throw error;
    }
  }

  /** y of one row, [outputs]; a copy. */
  predict(inputs: Float32Array): Numbers {
    return atOnce(this.session.predict(inputs), this.session);
  }

  /** Learns one row. @returns its loss and its outputs, both from before the step */
  learn(inputs: Float32Array, desired: ArrayLike<number>): { readonly loss: number; readonly outputs: Numbers } {
    const { session } = this;
    if (this.#isPlain) {
      const loss = atOnce(session.learn(inputs, desired), session);
      const outputs = session.signals(this.#last).output.slice();
      return { loss, outputs: requireFiniteOutputs(outputs, outputs.length) };
    }
    const outputs = this.predict(inputs);
    return { loss: atOnce(session.learn(inputs, desired), session), outputs };
  }

  /** What a model predicts with: the parameters of the moment. */
  get predictor(): Predictor {
    const { session } = this;
    const predict = (inputs: ArrayLike<number>): Numbers => atOnce(session.predict(inputs), session);
    return {
      predict,
      predictBatch: predict,
      predictRow: (input, output) => output.set(predict(input)),
      dispose: () => {},
      [Symbol.dispose]: () => {},
    };
  }
}

/** @throws {ModelFileError} slots that are not those of the optimizer */
function goOn(
  session: Session,
  parameters: Numbers,
  { slots, rows }: { readonly slots: Slots; readonly rows: number },
): void {
  const tensors = session.layout.tensors;
  const { name: optimizer } = session.problem.optimizer;
  try {
    restore(session, { tensors, optimizer, parameters, slots, step: rows });
  } catch (error) {
    if (!(error instanceof GradusError)) throw error;
    throw new ModelFileError(
      `The model's state of learning does not fit the optimizer ${optimizer}: ${error.message}`,
      {
        cause: error,
      },
    );
  }
}

function atOnce<T>(result: T | Promise<T>, { engine }: Session): T {
  if (!(result instanceof Promise)) return result;
  result.catch(() => {});
  throw new GradusError(
    `Online learning needs an engine that computes at once; ${engine} gives promises. Use native, wasm or reference.`,
  );
}

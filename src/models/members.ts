/**
 * The networks of a model at work: what each puts out for the rows of a table.
 *
 * Members trained on the same rows have equal encoders, and each distinct encoder encodes once. Knows nothing of what outputs
 * mean.
 */
import { encodeTable } from "../data/encoder.ts";
import type { Encoder } from "../data/encoding.ts";
import { rowNumber, type Table } from "../data/table.ts";
import { type Numbers, type PredictionEngine, type Predictor, requireFiniteOutputs } from "../engines/engine.ts";
import { GradusError, NotFiniteError } from "../errors.ts";
import type { Network } from "../network/network.ts";
import { distinctEncoders } from "./distinctEncoders.ts";

/** One network with its parameters and what encodes its inputs. */
export interface OpenMember {
  readonly encoder: Encoder;
  readonly network: Network;
  readonly parameters: Float32Array;
}

/** A table as the inputs of those members with that encoder. */
interface Encoded {
  readonly table: Table;
  /** [N, I] */
  readonly inputs: Float32Array;
}

/** The parameters of one of a model's networks. @param member its place, from 0 */
export function memberParameters(
  { parameters, further }: { readonly parameters: Numbers; readonly further: readonly Numbers[] },
  member: number,
): Numbers {
  return member === 0 ? parameters : further[member - 1];
}

export class Members {
  readonly #encoders: readonly Encoder[];
  /** For each member, the place of its encoder. */
  readonly #encoderOf: readonly number[];
  readonly #predictors: readonly Predictor[];
  readonly #outputs: number;

  #disposed = false;

  private constructor(members: readonly OpenMember[], predictors: readonly Predictor[]) {
    const { encoders, encoderOf } = distinctEncoders(members.map(({ encoder }) => encoder));
    this.#encoders = encoders;
    this.#encoderOf = encoderOf;
    this.#predictors = predictors;
    this.#outputs = members[0].network.outputs;
  }

  /** @param members at least one */
  static async open(members: readonly OpenMember[], engine: PredictionEngine): Promise<Members> {
    const predictors: Predictor[] = [];
    try {
      for (const { network, parameters } of members) predictors.push(await engine.predictor(network, parameters));
    } catch (error) {
      for (const predictor of predictors) predictor.dispose();
      throw error;
    }
    return new Members(members, predictors);
  }

  /**
   * Each member's outputs, [N, outputs].
   *
   * @param tableFor the rows with an encoder's columns
   * @throws {DataError} as `encodeTable` does
   * @throws {GradusError} when an output is not finite
   */
  outputs(tableFor: (encoder: Encoder) => Table): Numbers[] {
    const encoded = this.#encode(tableFor);
    return this.#predictors.map((predictor, member) => {
      const { table, inputs } = encoded[this.#encoderOf[member]];
      try {
        return requireFiniteOutputs(predictor.predict(inputs), this.#outputs);
      } catch (error) {
        throw this.#placed(table, error);
      }
    });
  }

  /** The same on all threads, where the engine has them. */
  async outputsOfAll(table: Table): Promise<Numbers[]> {
    const encoded = this.#encode(() => table);
    const outputs = this.#predictors.map(async (predictor, member) => {
      const { inputs } = encoded[this.#encoderOf[member]];
      try {
        return requireFiniteOutputs(await predictor.predictBatch(inputs), this.#outputs);
      } catch (error) {
        throw this.#placed(table, error);
      }
    });
    return await Promise.all(outputs);
  }

  dispose(): void {
    this.#disposed = true;
    for (const predictor of this.#predictors) predictor.dispose();
  }

  #encode(tableFor: (encoder: Encoder) => Table): Encoded[] {
    if (this.#disposed) throw new GradusError("This model was disposed. Load or train it again.");
    return this.#encoders.map((encoder) => {
      const table = tableFor(encoder);
      return { table, inputs: encodeTable(encoder, table) };
    });
  }

  /** An error in a table's outputs, with the row as its reader knows it. */
  #placed(table: Table, error: unknown): unknown {
    if (!(error instanceof NotFiniteError)) return error;
    const row = rowNumber(table, Math.floor(error.index / this.#outputs));
    return new GradusError(
      `In ${table.source}, row ${row}: expected a finite output of the network, found ${error.value}. ` +
        "Its parameters are too large for these inputs; train again with a lower learning rate.",
    );
  }
}

/**
 * What is kept of a model's training so that it can go on to the same bits: the state of each of its networks.
 *
 * Each network learns by itself, so each has a state of its own, and states of different moments fit together: one that
 * has none begins anew. Knows nothing of where states are kept.
 */
import type { FitState } from "../../training/fitState.ts";
import type { KeptOutputsState } from "../../training/keptOutputs.ts";
import type { TrainingIdentity } from "./identity.ts";

/** One network between two of its steps, or at its end. */
export interface MemberState {
  readonly fit: FitState;
  /** Its outputs for the validation rows after the epochs so far. */
  readonly outputs: KeptOutputsState;
}

/** Keeps the states of one network, and has the one that it goes on from. */
export interface MemberKeeper {
  /** Absent where it begins. */
  readonly from: MemberState | undefined;
  /** Whether the last state is so long ago that another is to be kept. */
  readonly due: boolean;
  keep(state: MemberState): Promise<void>;
}

/** Open until it is disposed of: no other process opens it meanwhile. */
export interface Checkpoint extends AsyncDisposable {
  /** Milliseconds between two states of a network. */
  readonly every: number;
  /** @param index of the network among the model's members */
  member(index: number): MemberKeeper;
}

/** Where the checkpoint of a training is kept. */
export interface CheckpointPlace {
  /**
   * Opens the checkpoint of a training, or begins one.
   *
   * @throws {DescriptionError} the checkpoint of another training
   * @throws {RunFailedError} one that is open
   */
  open(identity: TrainingIdentity): Promise<Checkpoint>;
}

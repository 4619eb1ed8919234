/**
 * The state of a training between two of its steps, as plain data: what `fit` needs to go on to the same bits as if it had
 * never stopped.
 *
 * What the plan decides is no part of it: the order of the rows, the factors of the schedules and the dropped units follow from the
 * seed and the counts of epochs and steps. Knows nothing of where a state is kept.
 */
import type { Numbers } from "../engines/engine.ts";
import type { EpochRecord, FitResult, ValidationResult } from "./events.ts";
import type { HealthState } from "./health/healthWatch.ts";
import type { LayerHealth } from "./health/layerSample.ts";
import type { SessionState } from "./sessionState.ts";

/** Where in its epochs a training stands. */
export interface FitPosition {
  readonly epoch: number;
  /** Steps made in this epoch; all of them where the epoch has yet to be evaluated. */
  readonly step: number;
  /** The sum of the patterns' losses in this epoch so far. */
  readonly lossSum: number;
  /** The step of this epoch whose signals are measured. */
  readonly look?: number;
  /** What was seen there. */
  readonly layers?: readonly LayerHealth[];
}

export interface FitState {
  /** Of a training that has ended: the parameters that it ended with, and no slots. */
  readonly session: Readonly<SessionState>;
  readonly position: FitPosition;
  /** Why it ended; absent while it goes on. */
  readonly stopped?: FitResult["stopped"];
  /** Updates made. */
  readonly steps: number;
  /** The largest absolute value among the parameters when training began. */
  readonly largestAtStart: number;
  /** The validation result of the initial parameters, where they count. */
  readonly start?: ValidationResult;
  /** The best epoch so far. */
  readonly best?: EpochRecord;
  /** The parameters of the best epoch, or of the start, where they are to be restored. */
  readonly bestParameters?: Numbers;
  readonly history: readonly EpochRecord[];
  /** Absent where layers are not checked. */
  readonly health?: HealthState;
}

/** Keeps the states of one training, and has the one that it goes on from. */
export interface StateKeeper {
  /** Absent where training begins. */
  readonly from: FitState | undefined;
  /** Whether the last state is so long ago that another is to be kept; asked between steps. */
  readonly due: boolean;
  /** Takes a state that shares no memory with the training. Training goes on when the promise is fulfilled. */
  keep(state: FitState): Promise<void>;
}

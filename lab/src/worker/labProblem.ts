/** What a run needs of its setting, whatever it learns from. */
import type { StartedTraining } from "gradus";
import type { LoadedPatterns, Session } from "gradus/network";
import type { DataName } from "../data/dataSets.ts";
import { isTable, type TableName } from "../data/tables.ts";
import type { OpenedData, Plane } from "../protocol.ts";
import type { LossChoice, Setting } from "../setting.ts";

export interface LabProblem {
  readonly session: Session;
  readonly training: LoadedPatterns;
  /** None of a table with fewer than 10 rows. */
  readonly validation: LoadedPatterns | undefined;
  readonly data: OpenedData;
  /** Rows in each step, at most those that are trained on. */
  readonly batch: number;
  readonly loss: LossChoice;
  /** Of a table: the library's own training of it, whose session this is. The lab makes the steps. */
  readonly started?: StartedTraining;
  /** Of a table: the plane of two inputs; undefined where they are no numbers of it. */
  planeOver?(x: number, y: number): Plane | undefined;
}

/** A setting of a two-dimensional set, and one of a table. */
export type SetSetting = Setting & { readonly data: DataName };
export type TableSetting = Setting & { readonly data: TableName };

export const isOfTable = (setting: Setting): setting is TableSetting => isTable(setting.data);

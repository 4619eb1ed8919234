/** What a run needs of its setting, whatever it learns from. */
import type { Model, StartedTraining, Table } from "gradus";
import type { LoadedPatterns, Problem, Session } from "gradus/network";
import type { DataName } from "../data/dataSets.ts";
import { isTable, type TableName } from "../data/tables.ts";
import type { OpenedData, Plane } from "../protocol.ts";
import type { Setting } from "../setting.ts";

/** The reader's own table that a run is of, and its number. */
export interface OwnTable {
  readonly id: number;
  readonly table: Table;
  /** The model whose learning goes on with the table; the lab's own network learns where there is none. */
  readonly model?: ModelToGoOn;
}

export interface ModelToGoOn {
  readonly model: Model;
  readonly name: string;
  /** Which of its networks, from 0. */
  readonly member: number;
  /** As in its training, but for the schedules. */
  readonly own: Problem;
}

export interface LabProblem {
  /** As it was asked for, but for what the data do not allow. */
  readonly setting: Setting;
  /** What of it was not as asked for, a sentence each. */
  readonly notes?: readonly string[];
  readonly session: Session;
  readonly training: LoadedPatterns;
  /** None of a table with fewer than 10 rows. */
  readonly validation: LoadedPatterns | undefined;
  readonly data: OpenedData;
  /** Rows in each step, at most those that are trained on. */
  readonly batch: number;
  /** Of a table: the library's own training of it, whose session this is. The lab makes the steps. */
  readonly started?: Pick<StartedTraining, "data" | "toModel">;
  /** Of a model that goes on: the steps that it has made before; 0 where the network begins with initial weights. */
  readonly stepsBefore?: number;
  /** Of a table: the plane of two inputs; undefined where they are no numbers of it. */
  planeOver?(x: number, y: number): Plane | undefined;
}

/** A setting of a two-dimensional set, and one of a table. */
export type SetSetting = Setting & { readonly data: DataName };
export type TableSetting = Setting & { readonly data: TableName };

export const isOfTable = (setting: Setting): setting is TableSetting => isTable(setting.data);

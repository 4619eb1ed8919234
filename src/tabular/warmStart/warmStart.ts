/** What a training goes on from: plain data, and its networks one by one. */
import type { Model } from "../../models/model.ts";
import type { RowDivision } from "../division.ts";
import type { Member } from "../member.ts";
import type { MemberTask } from "../members/memberTasks.ts";
import type { OldRows } from "./forgetting.ts";

export interface WarmStart {
  readonly model: Model;
  /** Of its file: CRC-32 in hexadecimal digits. */
  readonly checksum: string;
  readonly division: RowDivision;
  /** Rows that show what is forgotten; absent where there are none. */
  readonly old?: OldRows | undefined;
  readonly tasks: readonly MemberTask[];
  /** Any of its networks. */
  member(task: MemberTask): Member;
}

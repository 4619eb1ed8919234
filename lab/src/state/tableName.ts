/** The name by which the texts that the lab writes name the data's file. */
import { opened, setting } from "./store.ts";

/** A file's name with an extension: what was pasted has none. */
export function tableName(): string {
  const name = opened.value?.data.table?.name;
  if (name === undefined) return `${setting.value.data}.csv`;
  return name.includes(".") ? name : "pasted.csv";
}

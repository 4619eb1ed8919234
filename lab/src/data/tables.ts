/**
 * The real tables that come with the lab, and the name of the reader's own: what they are called and what is learned from
 * them by default. Their rows are fetched when they are asked for (files/packaged.ts). Knows nothing of networks.
 */
import type { DataKind } from "./dataSets.ts";

export interface PackagedTable {
  readonly title: string;
  /** The file's name, for messages. */
  readonly file: string;
  /** The column to predict, unless another one is chosen. */
  readonly target: string;
  /** The task of that target. */
  readonly kind: DataKind;
  /** Whose it is, as the licence wants it said. */
  readonly credit: string;
  /** Where its columns, but for the target, are the pixels of an image, row by row from the top. */
  readonly image?: { readonly width: number; readonly height: number; readonly most: number };
}

const entries = {
  penguins: {
    title: "Penguins (table)",
    file: "penguins.csv",
    target: "species",
    kind: "classes",
    credit:
      "palmerpenguins: A. M. Horst, A. P. Hill and K. B. Gorman; measured by K. Gorman and the Palmer Station LTER. CC0.",
  },
  digits: {
    title: "Digits (images)",
    file: "digits.csv.gz",
    target: "digit",
    kind: "classes",
    credit:
      "Optical Recognition of Handwritten Digits: E. Alpaydin and C. Kaynak, UCI Machine Learning Repository. CC BY 4.0.",
    image: { width: 8, height: 8, most: 16 },
  },
} as const satisfies Record<string, PackagedTable>;

export type PackagedName = keyof typeof entries;
export const packagedTables: Readonly<Record<PackagedName, PackagedTable>> = entries;
export const packagedNames = Object.keys(entries) as PackagedName[];

/** A table that the reader has opened: its rows are on the page and in no address. */
export const ownTable = "table";

export type TableName = PackagedName | typeof ownTable;

export function isTable(data: string): data is TableName {
  return data === ownTable || Object.hasOwn(entries, data);
}

/** The model that the reader has opened, beside the run. */
import { signal } from "@preact/signals";
import type { ModelDocument } from "gradus";
import type { Read } from "../protocol.ts";

export interface OpenedModel {
  readonly name: string;
  readonly bytes: Uint8Array;
  readonly document: ModelDocument;
}

/** Which network of it goes on with a table that is opened; undefined where no model is open. */
export const modelToGoOn = signal<Read["model"]>(undefined);
export const openedModel = signal<OpenedModel | undefined>(undefined);
/** Why the last file could not be opened, in the library's words. */
export const modelFault = signal<string | undefined>(undefined);

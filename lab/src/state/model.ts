/** The model that the reader has opened, beside the run. */
import { signal } from "@preact/signals";
import type { ModelDocument } from "gradus";

export interface OpenedModel {
  readonly name: string;
  readonly bytes: Uint8Array;
  readonly document: ModelDocument;
}

export const openedModel = signal<OpenedModel | undefined>(undefined);
/** Why the last file could not be opened, in the library's words. */
export const modelFault = signal<string | undefined>(undefined);

/** Whether a newer version of the lab is there. */
import { signal } from "@preact/signals";

/** Changes to the newer version; undefined while there is none. */
export const newVersion = signal<(() => void) | undefined>(undefined);

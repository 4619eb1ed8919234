/** The place of a model that was opened, whose code is loaded with the first one. */
import type { ComponentType } from "preact";
import { useEffect, useState } from "preact/hooks";
import { modelFault, openedModel } from "../state/model.ts";

export function ModelSlot() {
  const [Loaded, setLoaded] = useState<ComponentType | undefined>(undefined);
  const isThere = openedModel.value !== undefined;
  useEffect(() => {
    if (!isThere || Loaded !== undefined) return;
    import("../files/ModelPanel.tsx").then(
      ({ ModelPanel }) => setLoaded(() => ModelPanel),
      (error: unknown) => {
        modelFault.value = `The model's panel could not be loaded: ${error}. Reload the page.`;
      },
    );
  }, [isThere, Loaded]);
  return isThere && Loaded !== undefined ? <Loaded /> : null;
}

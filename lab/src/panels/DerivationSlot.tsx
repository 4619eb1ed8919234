/** The place of the derivation below the network. Its code, and what typesets its formulas, is loaded when it opens. */
import { type ComponentType, Fragment } from "preact";
import { useEffect, useState } from "preact/hooks";
import { isOpen, openDerivation } from "../state/derivation.ts";
import { fault } from "../state/store.ts";

export function DerivationSlot() {
  const [Loaded, setLoaded] = useState<ComponentType | undefined>(undefined);
  const [problem, setProblem] = useState<string | undefined>(undefined);
  const opens = isOpen.value;
  useEffect(() => {
    if (!opens || Loaded !== undefined) return;
    import("../derivation/Derivation.tsx").then(
      ({ Derivation }) => setLoaded(() => Derivation),
      (error: unknown) => setProblem(`The derivation could not be loaded: ${error}. Reload the page.`),
    );
  }, [opens, Loaded]);
  if (opens && Loaded !== undefined) return <Loaded />;
  return (
    <section class="panel" aria-labelledby="derivation-title">
      <h2 id="derivation-title">Derivation</h2>
      {problem === undefined ? (
        <Fragment>
          <button type="button" disabled={fault.value !== undefined || opens} onClick={() => openDerivation()}>
            {opens ? "Loading…" : "Show the derivation"}
          </button>{" "}
          The step that comes next, with all its numbers: forward, error, δ, update.
        </Fragment>
      ) : (
        <p role="alert">{problem}</p>
      )}
    </section>
  );
}

/** The place of the derivation below the network. Its code, and what typesets its formulas, is loaded when it opens. */
import { isOpen, openDerivation } from "../state/derivation.ts";
import { fault } from "../state/store.ts";
import { useLoaded } from "./useLoaded.ts";

export function DerivationSlot() {
  const opens = isOpen.value;
  const { Loaded, problem } = useLoaded("The derivation", opens, () =>
    import("../derivation/Derivation.tsx").then(({ Derivation }) => Derivation),
  );
  if (opens && Loaded !== undefined) return <Loaded />;
  return (
    <section class="panel" aria-labelledby="derivation-title">
      <h2 id="derivation-title">Derivation</h2>
      {problem === undefined ? (
        <p class="beside">
          <button type="button" disabled={fault.value !== undefined || opens} onClick={() => openDerivation()}>
            {opens ? "Loading…" : "Show the derivation"}
          </button>
          <span>The step that comes next, with all its numbers: forward, error, δ, update.</span>
        </p>
      ) : (
        <p role="alert">{problem}</p>
      )}
    </section>
  );
}

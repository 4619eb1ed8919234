/** The place of the list of neurons below the network: folded, and loaded when it is opened first. */
import { useState } from "preact/hooks";
import { useLoaded } from "./useLoaded.ts";

export function NeuronListSlot() {
  const [isOpen, setOpen] = useState(false);
  const { Loaded, problem } = useLoaded("The list", isOpen, () =>
    import("./NeuronList.tsx").then(({ NeuronList }) => NeuronList),
  );
  return (
    <details class="panel" onToggle={({ currentTarget }) => setOpen(currentTarget.open)}>
      <summary>Neurons and weights as a list</summary>
      {problem !== undefined && <p role="alert">{problem}</p>}
      {isOpen && Loaded !== undefined && <Loaded />}
    </details>
  );
}

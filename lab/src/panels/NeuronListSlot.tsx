/** The place of the list of neurons below the network: folded, and loaded when it is opened first. */
import type { ComponentType } from "preact";
import { useState } from "preact/hooks";

export function NeuronListSlot() {
  const [isOpen, setOpen] = useState(false);
  const [List, setList] = useState<ComponentType>();
  const [problem, setProblem] = useState<string>();
  const toggle = ({ currentTarget: { open } }: { readonly currentTarget: HTMLDetailsElement }): void => {
    setOpen(open);
    if (!open || List !== undefined) return;
    import("./NeuronList.tsx").then(
      ({ NeuronList }) => setList(() => NeuronList),
      (error: unknown) => setProblem(`The list could not be loaded: ${error}. Reload the page.`),
    );
  };
  return (
    <details class="panel" onToggle={toggle}>
      <summary>Neurons and weights as a list</summary>
      {problem !== undefined && <p role="alert">{problem}</p>}
      {isOpen && List !== undefined && <List />}
    </details>
  );
}

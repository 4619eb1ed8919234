/** The names of the inputs at the left of their tiles, and of the classes at the right of the outputs. */
import { type Column, shownNames } from "../drawing/layout.ts";
import type { Opened } from "../protocol.ts";
import { opened } from "../state/store.ts";

export function InputNames({ column }: { column: Column }) {
  const data = opened.value?.data;
  const names = data === undefined ? [] : shownNames(data);
  if (column.isWide) return null;
  return (
    <>
      {names.map((name, unit) => (
        <span
          class="unit-name is-input"
          key={name}
          title={name}
          style={{ width: `${Math.max(0, column.left - 6)}px`, top: `${column.ys[unit] - 10}px` }}
        >
          {name}
        </span>
      ))}
    </>
  );
}

/** What the numbers of the output are: the word, and more of it for who points at it. */
function meaning(run: Opened | undefined): readonly [word: string, more: string] {
  if (run === undefined) return ["", ""];
  if (run.data.task === "surface") return ["value", `The prediction of ${run.data.targetName}`];
  const { units, activation } = run.layers[run.layers.length - 1];
  if (activation === "logistic") return ["probability", "Above 0.5 it says class 1"];
  if (units === 1) return ["score", "Above 0 it says class 1; the loss makes a probability of it"];
  return ["scores", "The largest says the class; the loss makes probabilities of them"];
}

export function OutputHead({ x }: { x: number }) {
  const [word, more] = meaning(opened.value);
  return (
    <span class="column-head" style={{ left: `${x}px` }} title={more}>
      {opened.value?.layers.at(-1)?.units === 1 ? "output" : "outputs"}
      <small>{word}</small>
    </span>
  );
}

export function OutputNames({ column }: { column: Column }) {
  const names = opened.value?.data.classNames ?? [];
  if (column.isWide || names.length !== column.ys.length) return null;
  return (
    <>
      {names.map((name, unit) => (
        <span
          class="unit-name"
          key={name}
          title={name}
          style={{ left: `${column.right + 6}px`, top: `${column.ys[unit] - 10}px` }}
        >
          {name}
        </span>
      ))}
    </>
  );
}

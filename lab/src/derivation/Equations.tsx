/** Equations of a position: left side, and the right sides below each other; each number lights its place in the drawing. */
import type { Equation } from "gradus/explain";
import { Formula } from "./Formula.tsx";
import { placesIn } from "./places.ts";

export function Equations({ equations }: { readonly equations: readonly Equation[] }) {
  return (
    <div class="equations">
      {equations.map((equation) => (
        <EquationLines key={equation.left.latex} equation={equation} />
      ))}
    </div>
  );
}

function EquationLines({ equation: { left, right } }: { readonly equation: Equation }) {
  const own = placesIn(left.latex).slice(0, 1);
  const terms = right.length > 1 ? placesIn(right[0].latex) : [];
  const placesOf = (at: number): readonly string[] => {
    const count = right[at].slots?.numbers.length;
    if (at === right.length - 1 && count === 1) return own;
    // The numbers of a line are those of the symbols above it, where there are as many.
    return at > 0 && count === terms.length ? terms : [];
  };
  return (
    <div
      class="equation"
      role="math"
      // biome-ignore lint/a11y/noNoninteractiveTabindex: its places are lit on focus
      tabIndex={0}
      aria-label={[left, ...right].map(({ text }) => text).join(" = ")}
      data-places={[...own, ...terms].join(" ")}
    >
      <span class="equation-left">
        <Formula of={left} isPart />
      </span>
      <span class="equation-sides">
        {right.map((side, at) => (
          <span class="line" key={at}>
            <span class="sign" aria-hidden="true">
              =
            </span>
            <Formula of={side} places={placesOf(at)} isPart />
          </span>
        ))}
      </span>
    </div>
  );
}

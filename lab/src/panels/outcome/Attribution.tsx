/** Why a prediction is what it is: what each column adds to the prediction for the background, and the sum. */
import type { Attribution as Found } from "../../outcomeAnswers.ts";
import { opened } from "../../state/store.ts";
import { figure } from "../figure.ts";
import { type Bar, SignedBars } from "./SignedBars.tsx";

/** The others are one line. */
const LISTED = 12;
const DIGITS = 4;

export function Attribution({ attribution }: { readonly attribution: Found }) {
  const { className, prediction, background, completenessError, contributions } = attribution;
  const what = className === undefined ? opened.value?.data.targetName : `the probability of ${className}`;
  const bars = contributions
    .slice(0, LISTED)
    .map(({ column, value, contribution }): Bar => bar(column, contribution, value));
  const others = contributions.slice(LISTED);
  const rest = others.reduce((sum, { contribution }) => sum + contribution, 0);
  if (others.length > 0) bars.push(bar(`the other ${others.length} columns`, rest));
  if (Math.abs(completenessError) >= 10 ** -DIGITS) bars.push(bar("numerical error", -completenessError));
  const sum = rounded(prediction) - rounded(background);
  return (
    <>
      <SignedBars bars={bars} caption={`What each column adds to ${what}`} view="attribution" />
      <p data-view="attribution-sum">
        Background {figure(background)} {sum < 0 ? "−" : "+"} contributions {figure(Math.abs(sum))} ={" "}
        <b>prediction {figure(prediction)}</b>
      </p>
      <p class="hint">
        The background is the mean of the training rows. The contributions are integrated gradients of the network’s own
        answer.
      </p>
    </>
  );
}

const bar = (name: string, value: number, note?: string): Bar => ({
  name,
  value,
  text: `${value > 0 ? "+" : ""}${figure(value)}`,
  ...(note !== undefined && { note }),
});

const rounded = (value: number): number => Number(value.toFixed(DIGITS));

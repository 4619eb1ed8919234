/** The metrics of some rows beside those of the baseline. */
import type { Quality } from "../../outcomeAnswers.ts";
import { figure, percent } from "../figure.ts";
import { metricTitles } from "../metricTitles.ts";
import { FigureRow, Figures } from "./Figures.tsx";

type Line = readonly [name: string, of: (value: number | null | undefined) => string];

const ofClasses: readonly Line[] = [
  ["accuracy", percent],
  ["balancedAccuracy", percent],
  ["macroF1", figure],
  ["rocAuc", figure],
  ["logLoss", figure],
];
const ofValues: readonly Line[] = [
  ["r2", figure],
  ["rmse", figure],
  ["mae", figure],
];

export function MetricTable({ quality }: { readonly quality: Quality }) {
  const isSurface = quality.task === "regression";
  const value = (of: Quality["metrics"], name: string): number | null => of[name as keyof typeof of] as number | null;
  const what = isSurface ? "Predicts the mean of the training rows" : "Predicts the class shares of the training rows";
  return (
    <Figures columns={["Metric", "Network", <span title={what}>Baseline</span>]}>
      <tbody>
        {(isSurface ? ofValues : ofClasses).map(([name, shown]) => {
          const own = <span data-figure={name}>{shown(value(quality.metrics, name))}</span>;
          return <FigureRow key={name} head={metricTitles[name]} cells={[own, shown(value(quality.baseline, name))]} />;
        })}
      </tbody>
    </Figures>
  );
}

/** The metrics of some rows beside those of the baseline. */
import type { Quality } from "../../outcomeAnswers.ts";
import { figure, percent } from "../figure.ts";

type Line = readonly [name: string, title: string, of: (value: number | null | undefined) => string];

const ofClasses: readonly Line[] = [
  ["accuracy", "accuracy", percent],
  ["balancedAccuracy", "balanced accuracy", percent],
  ["macroF1", "macro F1", figure],
  ["rocAuc", "ROC AUC", figure],
  ["logLoss", "log loss", figure],
];
const ofValues: readonly Line[] = [
  ["r2", "R²", figure],
  ["rmse", "RMSE", figure],
  ["mae", "MAE", figure],
];

export function MetricTable({ quality }: { readonly quality: Quality }) {
  const isSurface = quality.task === "regression";
  const value = (of: Quality["metrics"], name: string): number | null => of[name as keyof typeof of] as number | null;
  return (
    <table class="figures">
      <thead>
        <tr>
          <th scope="col">Metric</th>
          <th scope="col">Network</th>
          <th
            scope="col"
            title={
              isSurface ? "Predicts the mean of the training rows" : "Predicts the class shares of the training rows"
            }
          >
            Baseline
          </th>
        </tr>
      </thead>
      <tbody>
        {(isSurface ? ofValues : ofClasses).map(([name, title, shown]) => (
          <tr key={name}>
            <th scope="row">{title}</th>
            <td data-figure={name}>{shown(value(quality.metrics, name))}</td>
            <td>{shown(value(quality.baseline, name))}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

/** The confusion matrix, and each class's precision and recall. */

import type { ClassQuality } from "../../outcomeAnswers.ts";
import { opened } from "../../state/store.ts";
import { percent } from "../figure.ts";
import { FigureRow, Figures } from "./Figures.tsx";

export function Confusion({ quality }: { readonly quality: ClassQuality }) {
  const names = opened.value?.data.classNames ?? [];
  const { confusion, classes } = quality.metrics;
  return (
    <>
      <div class="scroll">
        <table class="confusion" data-view="confusion">
          <caption>Confusion matrix: rows by their true and predicted class</caption>
          <thead>
            <tr>
              <th scope="col">true ╲ predicted</th>
              {names.map((name) => (
                <th scope="col" key={name}>
                  {name}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {confusion.map((counts, actual) => (
              <tr key={names[actual]}>
                <th scope="row">{names[actual]}</th>
                {counts.map((count, predicted) => (
                  <td
                    key={names[predicted]}
                    class={actual === predicted ? "right-class" : "wrong-class"}
                    style={{ "--share": `${Math.round((count / Math.max(1, classes[actual].support)) * 40)}%` }}
                  >
                    {count}
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      <div class="scroll">
        <Figures view="classes" columns={["Class", "Rows", "Precision", "Recall"]}>
          <tbody>
            {classes.map(({ support, precision, recall }, at) => (
              <FigureRow key={names[at]} head={names[at]} cells={[support, percent(precision), percent(recall)]} />
            ))}
          </tbody>
        </Figures>
      </div>
    </>
  );
}

/** The confusion matrix, and each class's precision and recall. */

import type { ClassQuality } from "../../outcomeAnswers.ts";
import { opened } from "../../state/store.ts";
import { percent } from "../figure.ts";

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
        <table class="figures" data-view="classes">
          <thead>
            <tr>
              <th scope="col">Class</th>
              <th scope="col">Rows</th>
              <th scope="col">Precision</th>
              <th scope="col">Recall</th>
            </tr>
          </thead>
          <tbody>
            {classes.map(({ support, precision, recall }, at) => (
              <tr key={names[at]}>
                <th scope="row">{names[at]}</th>
                <td>{support}</td>
                <td>{percent(precision)}</td>
                <td>{percent(recall)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </>
  );
}

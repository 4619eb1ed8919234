/**
 * Why the network answers to a row what it answers: the library's explanation, of the network as it stands, so that it adds up to
 * the answer. Knows nothing of pages.
 */
import { labelTexts, type Model } from "gradus";
import { type Explanation, explain } from "gradus/explain";
import type { Attribution, Prediction } from "../outcomeAnswers.ts";
import { cellText, shownColumn } from "./cells.ts";
import type { Run } from "./run.ts";

type Document = Model["document"];

/** What a model says of itself beside its parameters; the same at every step of a run. */
const documents = new WeakMap<Run, Document>();

/** @param row the cells of the model's columns */
export async function explanationOf(run: Run, row: object): Promise<Pick<Prediction, "attribution" | "unexplained">> {
  try {
    const document = documents.get(run) ?? (await documentOf(run));
    documents.set(run, document);
    const [explanation] = explain({ document, parameters: Float32Array.from(run.session.parameters) }, [row]);
    return { attribution: attributionOf(run, document, explanation) };
  } catch (error) {
    return { unexplained: error instanceof Error ? error.message : String(error) };
  }
}

/** Without the temperature: what is shown are the network's own probabilities. */
async function documentOf(run: Run): Promise<Document> {
  const model = await run.toModel();
  const { temperature: _, ...document } = model.document;
  model.dispose();
  return document;
}

function attributionOf(run: Run, { target }: Document, explanation: Explanation): Attribution {
  const { prediction, background, completenessError, contributions, class: label } = explanation;
  return {
    ...(label !== undefined && {
      className: target.task === "classification" ? labelTexts(target)[target.classes.indexOf(label)] : String(label),
    }),
    prediction,
    background,
    completenessError,
    contributions: contributions.map(({ column, value, contribution }) => ({
      column: shownColumn(run, column),
      value: cellText(value),
      contribution,
    })),
  };
}

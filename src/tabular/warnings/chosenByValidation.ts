/** Validation rows that have chosen more than an epoch of the training at hand, where no test rows are kept: nothing else is left to judge by. */
import type { Warning } from "../../data/table.ts";

/** Warning: `chosen-by-validation`, of a search. */
export const chosenWarning: Warning = {
  code: "chosen-by-validation",
  columns: [],
  message:
    "The validation rows chose the settings of this model, so its metrics on them are too optimistic, and there is no verdict. " +
    "To measure it on new rows, evaluate it on a table that the search did not use, or keep test rows.",
};

/** The same of a training that goes on from a model on the table of that model's training. */
export const chosenBeforeWarning: Warning = {
  code: "chosen-by-validation",
  columns: [],
  message:
    "The validation rows chose the epoch of the model that this training went on from, too, so its metrics on them are too optimistic, and there is no verdict. " +
    "To measure it on new rows, evaluate it on a table that no training used, or keep test rows.",
};

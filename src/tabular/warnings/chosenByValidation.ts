/** A search that keeps no test rows: the validation rows chose the settings, and nothing else is left to judge them by. */
import type { Warning } from "../../data/table.ts";

/** Warning: `chosen-by-validation`. */
export const chosenWarning: Warning = {
  code: "chosen-by-validation",
  columns: [],
  message:
    "The validation rows chose the settings of this model, so its metrics on them are too optimistic, and there is no verdict. " +
    "To measure it on new rows, evaluate it on a table that the search did not use, or keep test rows.",
};

/** Forms of dates: what a date in each is written like. */
import { expect, test } from "vitest";
import { dateReader, exampleDate, knownForms } from "./dateForms.ts";

test("an example of every form is read in it", () => {
  for (const form of [undefined, ...knownForms.flat(), "D.M.YYYY HH:mm"]) {
    expect(new Date(dateReader(form)(exampleDate(form))).toISOString()).toBe("2024-01-31T00:00:00.000Z");
  }
});

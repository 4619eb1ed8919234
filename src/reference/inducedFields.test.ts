import { expect, test } from "vitest";
import { random } from "../random.ts";
import { inducedFields } from "./inducedFields.ts";

const { normal } = random(1, "fields");
const normals = (count: number): Float64Array => Float64Array.from({ length: count }, normal);

test.each([1, 3, 4, 6])("the fields of %i patterns are those of each alone, to the bit", (rows) => {
  const [inputs, units] = [300, 3];
  const [weights, bias, input] = [normals(units * inputs), normals(units), normals(rows * inputs)];
  const fields = normals(rows * units);
  for (const b of [bias, undefined]) {
    inducedFields(weights, b, { rows, input, fields });
    for (let n = 0; n < rows; n++) {
      for (let unit = 0; unit < units; unit++) {
        let v = b?.[unit] ?? 0;
        for (let a = 0; a < inputs; a++) v += weights[unit * inputs + a] * input[n * inputs + a];
        expect(fields[n * units + unit]).toBe(v);
      }
    }
  }
});

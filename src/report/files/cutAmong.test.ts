import { expect, test } from "vitest";
import { cutAmong } from "./cutAmong.ts";

test("long names that begin alike keep the ends by which they differ", () => {
  const names = [1, 10, 149].map((number) => `sensor_reading_number_${number}`);
  expect(names.map((name) => cutAmong(name, names, 22))).toEqual([
    "sensor_reading_numbe…1",
    "sensor_reading_numb…10",
    "sensor_reading_num…149",
  ]);
});

test("a name that no other begins like keeps its beginning, a short one stays whole", () => {
  const names = ["age", "a-name-of-many-letters", "sensor_reading_number_1"];
  expect(names.map((name) => cutAmong(name, names, 14))).toEqual(["age", "a-name-of-man…", "sensor_readin…"]);
});

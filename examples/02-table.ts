/** From a table to a trained model in a few lines; then answers for rows as they come, and the model as one file. */
import { loadModel, saveModel, train } from "gradus/node";

const { model, report } = await train({
  table: "examples/data/penguins.csv",
  target: "species",
  task: "classification",
});
console.log(
  `test accuracy ${report.metrics.test?.accuracy}, always the most frequent class ${report.metrics.baseline.test?.accuracy}`,
);

const row = {
  island: "Biscoe",
  bill_length_mm: 50,
  bill_depth_mm: 15.2,
  flipper_length_mm: 221,
  body_mass_g: 5500,
  sex: "male",
  year: 2008,
};
const { label, probability } = model.predict(row);
console.log(`a ${label}, with probability ${probability.toFixed(3)}`);

await saveModel("penguins-example.gradus", model);
const again = await loadModel("penguins-example.gradus");
console.log("the file answers alike:", JSON.stringify(again.predict(row)) === JSON.stringify(model.predict(row)));

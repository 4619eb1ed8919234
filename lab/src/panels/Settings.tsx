/** The setting's controls: data, and how the network learns. */
import { dataKinds, dataNames, dataTitles } from "../data/dataSets.ts";
import { lossNames, optimizerNames } from "../setting.ts";
import { setting } from "../state/store.ts";
import { ActivationField } from "./ActivationField.tsx";
import { ChoiceField, NumberField } from "./fields.tsx";

const named = (names: readonly string[]): [string, string][] => names.map((name) => [name, name]);

export function DataPanel() {
  return (
    <section class="panel" aria-labelledby="data-title">
      <h2 id="data-title">Data</h2>
      <ChoiceField option="data" label="Data set" choices={dataNames.map((name) => [name, dataTitles[name]])} />
      <NumberField option="noise" label="Noise, %" />
      <NumberField option="rows" label="Rows" hint="A fifth of them is kept for validation" />
      <NumberField
        option="seed"
        label="Seed"
        hint="Decides the points, the initial weights and the order of the rows"
      />
    </section>
  );
}

export function LearningPanel() {
  return (
    <section class="panel" aria-labelledby="learning-title">
      <h2 id="learning-title">Learning</h2>
      <NumberField option="rate" label="Learning rate" hint="The run goes on with it" />
      <ChoiceField option="optimizer" label="Optimizer" choices={named(optimizerNames)} />
      <NumberField option="batch" label="Batch size" />
      <ActivationField />
      <ChoiceField option="loss" label="Loss" choices={named(lossNames[dataKinds[setting.value.data]])} />
      <NumberField option="l2" label="L2" />
      <NumberField option="dropout" label="Dropout rate" />
    </section>
  );
}

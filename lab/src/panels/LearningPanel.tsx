/** The setting's controls of how the network learns. */
import { kindOf, lossNames, optimizerNames } from "../setting.ts";
import { opened, setting } from "../state/store.ts";
import { ActivationField } from "./ActivationField.tsx";
import { ChoiceField, NumberField } from "./fields.tsx";

const named = (names: readonly string[]): [string, string][] => names.map((name) => [name, name]);

export function LearningPanel() {
  const kind = kindOf(setting.value) ?? opened.value?.data.task ?? "classes2";
  return (
    <section class="panel" aria-labelledby="learning-title">
      <h2 id="learning-title">Learning</h2>
      <NumberField option="rate" label="Learning rate" hint="The run goes on with it" />
      <ChoiceField option="optimizer" label="Optimizer" choices={named(optimizerNames)} />
      <NumberField option="batch" label="Batch size" />
      <ActivationField />
      <ChoiceField option="loss" label="Loss" choices={named(lossNames[kind])} />
      <NumberField option="l2" label="L2" />
      <NumberField option="dropout" label="Dropout rate" />
    </section>
  );
}

/** The setting's controls of how the network learns. */
import { optimizerNames } from "../libraryNames.ts";
import { kindOf, lossNames } from "../setting.ts";
import { opened, setting } from "../state/store.ts";
import { ActivationField } from "./ActivationField.tsx";
import { ChoiceField, NumberField } from "./fields.tsx";

const named = (names: readonly string[]): [string, string][] => names.map((name) => [name, name]);

export function LearningPanel() {
  const { task = "classes2", table } = opened.value?.data ?? {};
  const kind = kindOf(setting.value) ?? task;
  const isOwn = table?.goesOn === undefined; // else the network and the loss are a model's
  return (
    <section class="panel" aria-labelledby="learning-title">
      <h2 id="learning-title">Learning</h2>
      <NumberField option="rate" hint="The run goes on with it" />
      <ChoiceField option="optimizer" choices={named(optimizerNames)} />
      <NumberField option="batch" />
      {isOwn && <ActivationField />}
      {isOwn && <ChoiceField option="loss" choices={named(lossNames[kind])} />}
      <NumberField option="l2" />
      {isOwn && <NumberField option="dropout" />}
    </section>
  );
}

/** The setting's controls of what the network learns from. */
import { dataNames, dataTitles } from "../data/dataSets.ts";
import { isTable, packagedNames, packagedTables } from "../data/tables.ts";
import { setting } from "../state/store.ts";
import { ChoiceField, NumberField } from "./fields.tsx";

const choices: readonly (readonly [string, string])[] = [
  ...dataNames.map((name) => [name, dataTitles[name]] as const),
  ...packagedNames.map((name) => [name, packagedTables[name].title] as const),
];

export function DataPanel() {
  const isSet = !isTable(setting.value.data);
  return (
    <section class="panel" aria-labelledby="data-title">
      <h2 id="data-title">Data</h2>
      <ChoiceField option="data" label="Data set" choices={choices} />
      {isSet && <NumberField option="noise" label="Noise, %" />}
      {isSet && <NumberField option="rows" label="Rows" hint="A fifth of them is kept for validation" />}
      <NumberField
        option="seed"
        label="Seed"
        hint={
          isSet
            ? "Decides the points, the initial weights and the order of the rows"
            : "Decides the split, the initial weights and the order of the rows"
        }
      />
    </section>
  );
}

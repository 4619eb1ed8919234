/** The activation of all hidden layers at once; that of one layer is chosen above its column. */
import { activationNames } from "../libraryNames.ts";
import { change } from "../state/actions.ts";
import { setting } from "../state/store.ts";

export function ActivationField() {
  const { activation, activations } = setting.value;
  const isMixed = activations.length > 0;
  const choose = (value: string): void => {
    const chosen = activationNames.find((name) => name === value);
    if (chosen !== undefined) change({ activation: chosen });
  };
  return (
    <label class="field">
      <span>Activation</span>
      <select
        name="activation"
        title="Of all hidden layers; above a layer's column, of that layer alone"
        value={isMixed ? "mixed" : activation}
        onChange={({ currentTarget: { value } }) => choose(value)}
      >
        {isMixed && (
          <option value="mixed" selected>
            differs by layer
          </option>
        )}
        {activationNames.map((name) => (
          <option key={name} value={name} selected={!isMixed && name === activation}>
            {name}
          </option>
        ))}
      </select>
    </label>
  );
}

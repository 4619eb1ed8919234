/** What changes the layers: hidden layers added and removed, and above each its units and its activation. */
import { activationNames } from "../libraryNames.ts";
import { activationOf, mostLayers, mostUnits } from "../setting.ts";
import { change } from "../state/actions.ts";
import { notes, setting } from "../state/store.ts";

export function LayerButtons() {
  const { hidden } = setting.value;
  return (
    <span class="layer-buttons">
      <button
        type="button"
        aria-label="Remove the last hidden layer"
        disabled={hidden.length === 0}
        onClick={() => change({ hidden: hidden.slice(0, -1) })}
      >
        −
      </button>
      <span>{hidden.length === 1 ? "1 hidden layer" : `${hidden.length} hidden layers`}</span>
      <button
        type="button"
        aria-label="Add a hidden layer"
        disabled={hidden.length >= mostLayers}
        onClick={() => change({ hidden: [...hidden, 4] })}
      >
        +
      </button>
    </span>
  );
}

interface Head {
  /** 0 is the first hidden layer. */
  readonly layer: number;
  readonly units: number;
  /** The middle of its column. */
  readonly x: number;
  /** The room that the column has. */
  readonly width: number;
}

/** Above a hidden layer's column. */
export function LayerHead({ layer, units, x, width }: Head) {
  return (
    <div
      class={width < 84 ? "layer-head is-narrow" : "layer-head"}
      style={{ left: `${x}px`, width: `${Math.min(width - 4, 92)}px` }}
    >
      <UnitButtons layer={layer} units={units} />
      <ActivationChoice layer={layer} />
    </div>
  );
}

function UnitButtons({ layer, units }: { layer: number; units: number }) {
  const resize = (by: number): void => change({ hidden: setting.value.hidden.with(layer, units + by) });
  return (
    <div class="unit-buttons">
      <span>
        <button
          type="button"
          aria-label={`Remove a unit from hidden layer ${layer + 1}`}
          disabled={units < 2}
          onClick={() => resize(-1)}
        >
          −
        </button>
        <button
          type="button"
          aria-label={`Add a unit to hidden layer ${layer + 1}`}
          disabled={units >= mostUnits}
          onClick={() => resize(1)}
        >
          +
        </button>
      </span>
      <UnitCount layer={layer} units={units} />
    </div>
  );
}

/** The number itself, for steps of more than one unit. */
function UnitCount({ layer, units }: { layer: number; units: number }) {
  const name = `Units of hidden layer ${layer + 1}`;
  const commit = (input: HTMLInputElement): void => {
    const value = input.value.trim() === "" ? Number.NaN : Number(input.value);
    if (Number.isInteger(value) && value >= 1 && value <= mostUnits) {
      if (value !== units) change({ hidden: setting.value.hidden.with(layer, value) });
      return;
    }
    notes.value = [`${name}: expected a whole number from 1 to ${mostUnits}, found ${input.value || "nothing"}.`];
    input.value = String(units);
  };
  return (
    <small>
      <input
        type="text"
        inputMode="numeric"
        aria-label={name}
        value={units}
        onChange={({ currentTarget }) => commit(currentTarget)}
      />
      <span>{units === 1 ? "unit" : "units"}</span>
    </small>
  );
}

function ActivationChoice({ layer }: { layer: number }) {
  const { hidden } = setting.value;
  const now = activationOf(setting.value, layer);
  const choose = (name: string): void => {
    const chosen = activationNames.find((each) => each === name) ?? now;
    change({ activations: hidden.map((_, at) => (at === layer ? chosen : activationOf(setting.value, at))) });
  };
  return (
    <select
      aria-label={`Activation of hidden layer ${layer + 1}`}
      title={now}
      value={now}
      onChange={({ currentTarget: { value } }) => choose(value)}
    >
      {activationNames.map((name) => (
        <option key={name} value={name} selected={name === now}>
          {name}
        </option>
      ))}
    </select>
  );
}

/**
 * What the command line gives for the setting of a table's run: the metrics of the model with the parameters of the best epoch, and the
 * command. Computed when it is asked for.
 */
import { useEffect, useState } from "preact/hooks";
import type { TrainedResult } from "../../resultAnswers.ts";
import { ask } from "../../state/ask.ts";
import { announcement, opened, readout } from "../../state/store.ts";
import { tableName } from "../../state/tableName.ts";
import { FigureRow, Figures } from "./Figures.tsx";
import "./result.css";

/** So many are computed in a while; a mistyped number is not begun. */
const MOST_EPOCHS = 100_000;

interface State {
  readonly isBusy?: boolean;
  readonly result?: TrainedResult;
  readonly fault?: string;
}

export function Result() {
  const [typed, setTyped] = useState("");
  const [{ isBusy = false, result, fault }, setState] = useState<State>({});
  const run = opened.value;
  useEffect(() => {
    setTyped("");
    setState({});
  }, [run]);
  const finished = Math.max(1, Math.floor(readout.value?.epoch ?? 1));
  const compute = async (): Promise<void> => {
    const epochs = typed.trim() === "" ? finished : Number(typed);
    if (!Number.isInteger(epochs) || epochs < 1 || epochs > MOST_EPOCHS) {
      setState({ fault: `Epochs: expected a whole number from 1 to ${MOST_EPOCHS}, found ${typed}.` });
      return;
    }
    setState({ isBusy: true });
    const state = await resultAfter(epochs);
    if (opened.peek() === run) setState(state);
  };
  return (
    <section class="result" data-view="result" aria-labelledby="result-title">
      <h3 id="result-title">As the command line trains: best epoch</h3>
      <p class="hint">
        The run above has the weights of its last step. <code>gradus train</code> keeps those of the epoch that is best
        on the validation rows, and evaluates the model on test rows, which the lab does not use. For its metrics each
        validation row is predicted at the epoch that the other rows choose. It begins with the initial weights: what
        was changed by hand, or kept of another run, is not in it.
      </p>
      <form
        class="result-form"
        onSubmit={(event) => {
          event.preventDefault();
          if (!isBusy) void compute();
        }}
      >
        <label class="field">
          <span>Epochs</span>
          <input
            name="result-epochs"
            inputMode="numeric"
            autocomplete="off"
            placeholder={String(finished)}
            value={typed}
            onInput={({ currentTarget }) => setTyped(currentTarget.value)}
          />
        </label>
        <button type="submit" aria-disabled={isBusy}>
          {isBusy ? "Computing …" : "Compute"}
        </button>
      </form>
      {fault !== undefined && (
        <p class="message fault" role="alert">
          {fault}
        </p>
      )}
      {result !== undefined && <Evaluated result={result} />}
    </section>
  );
}

async function resultAfter(epochs: number): Promise<State> {
  try {
    const result = await ask("result", { epochs, name: tableName() });
    if (result === undefined) return {};
    announcement.value = `Best epoch ${result.bestEpoch} of ${result.epochs}.`;
    return { result };
  } catch (error) {
    return { fault: error instanceof Error ? error.message : String(error) };
  }
}

function Evaluated({ result: { bestEpoch, epochs, parts, metrics, command } }: { readonly result: TrainedResult }) {
  return (
    <>
      <p>
        Best epoch <b data-figure="bestEpoch">{bestEpoch}</b> of {epochs}
      </p>
      <Figures columns={["Metric", "Best epoch", "Baseline"]}>
        {parts.map((part, at) => (
          <tbody key={part.name}>
            <tr>
              <th scope="rowgroup" colSpan={3} class="result-part">
                {part.rows} {part.name} rows
              </th>
            </tr>
            {metrics.map(({ name, label, values: { [at]: found } }) => {
              const own = <Value of={`${name}-${part.name}`} value={found.model} />;
              const baseline = <Value of={`${name}-${part.name}-baseline`} value={found.baseline} />;
              return <FigureRow key={name} head={label} cells={[own, baseline]} />;
            })}
          </tbody>
        ))}
      </Figures>
      <Command text={command} />
    </>
  );
}

/** So many digits are the same in every runtime; exponentials and logarithms differ in the last of 16. */
const agreed = (value: number): string => String(Number(value.toPrecision(12)));

/** Four significant digits, as the command prints; 12 for a pointer that rests and for scripts. */
function Value({ of, value }: { readonly of: string; readonly value: number | null }) {
  if (value === null) return <span data-result={of}>–</span>;
  return (
    <data data-result={of} value={agreed(value)} title={agreed(value)}>
      {printed(value)}
    </data>
  );
}

function printed(value: number): string {
  const rounded = Number(value.toPrecision(4));
  const isLong = Math.abs(rounded) >= 1e6 || (rounded !== 0 && Math.abs(rounded) < 1e-4);
  return (isLong ? rounded.toExponential() : String(rounded)).replaceAll("-", "−");
}

function Command({ text }: { readonly text: string }) {
  const [said, setSaid] = useState("");
  const copy = (): void => {
    navigator.clipboard.writeText(text).then(
      () => setSaid("Copied the command line."),
      (error: unknown) => setSaid(error instanceof Error ? error.message : String(error)),
    );
  };
  return (
    <>
      <div class="result-command">
        <code data-view="command">
          {text.split(" ").map((word, at) => [at > 0 && " ", <span key={`${at} ${word}`}>{word}</span>])}
        </code>
        <button type="button" aria-label="Copy the command line of this result" onClick={copy}>
          Copy
        </button>
      </div>
      <p class="hint" role="status">
        {said || (
          <>
            The same metrics, in the folder of the file. With <code>--json</code>, and in the model, they have all their
            digits.
          </>
        )}
      </p>
    </>
  );
}

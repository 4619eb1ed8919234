/** Numbers with names as bars from a common zero: positive blue and solid, negative orange and dashed, each with its figure. */
import "./effects.css";

export interface Bar {
  readonly name: string;
  /** What stands beside the name. */
  readonly note?: string;
  readonly value: number;
  /** A line of this length to both sides of the bar's end. */
  readonly deviation?: number;
  readonly text: string;
}

interface Props {
  readonly bars: readonly Bar[];
  readonly caption: string;
  readonly view: string;
}

export function SignedBars({ bars, caption, view }: Props) {
  const ends = bars.flatMap(({ value, deviation = 0 }) => [value - deviation, value + deviation]);
  const [least, most] = [Math.min(0, ...ends), Math.max(0, ...ends)];
  const place = (value: number): number => ((value - least) / (most - least || 1)) * 100;
  return (
    <table class="signed-bars" data-view={view}>
      <caption>{caption}</caption>
      <tbody>
        {bars.map(({ name, note, value, deviation = 0, text }) => (
          <tr key={name}>
            <th scope="row">
              {name} {note !== undefined && <b>{note}</b>}
              <div class="bar-track">
                <span class="bar-zero" style={{ left: `${place(0)}%` }} />
                <span
                  class={value < 0 ? "bar is-negative" : "bar"}
                  style={span(place(Math.min(0, value)), place(Math.max(0, value)))}
                />
                {deviation > 0 && (
                  <span class="bar-deviation" style={span(place(value - deviation), place(value + deviation))} />
                )}
              </div>
            </th>
            <td class="bar-figure">{text}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

const span = (from: number, to: number) => ({ left: `${from}%`, width: `${to - from}%` });

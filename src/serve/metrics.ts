/**
 * Counters, gauges and histograms as Prometheus reads them: its text format, version 0.0.4.
 *
 * Source: https://prometheus.io/docs/instrumenting/exposition_formats/. Knows nothing of models or HTTP.
 */

export type Labels = Readonly<Record<string, string>>;

interface Metric {
  readonly help: string;
  readonly type: "counter" | "gauge" | "histogram";
  lines(name: string): Iterable<string>;
}

/** A number that only grows, for each combination of labels. */
export class Counter implements Metric {
  readonly type = "counter";
  readonly help: string;
  readonly #values = new Map<string, number>();

  constructor(help: string) {
    this.help = help;
  }

  add(labels: Labels = {}, amount = 1): void {
    const key = labelText(labels);
    this.#values.set(key, (this.#values.get(key) ?? 0) + amount);
  }

  *lines(name: string): Iterable<string> {
    for (const [labels, value] of this.#values) yield `${name}${labels} ${value}`;
  }
}

/** Numbers that are read whenever the metrics are asked for. */
export class Reading implements Metric {
  readonly type: "counter" | "gauge";
  readonly help: string;
  readonly #read: () => Iterable<readonly [Labels, number]>;

  constructor(type: "counter" | "gauge", help: string, read: () => Iterable<readonly [Labels, number]>) {
    this.type = type;
    this.help = help;
    this.#read = read;
  }

  *lines(name: string): Iterable<string> {
    for (const [labels, value] of this.#read()) yield `${name}${labelText(labels)} ${value}`;
  }
}

interface Observed {
  /** Of each bound, those at or below it that are above the bound before. */
  readonly counts: number[];
  sum: number;
  count: number;
}

/** How often values were at or below each of some bounds. */
export class Histogram implements Metric {
  readonly type = "histogram";
  readonly help: string;
  readonly #bounds: readonly number[];
  readonly #observed = new Map<string, Observed & { readonly labels: Labels }>();

  /** @param bounds ascending */
  constructor(help: string, bounds: readonly number[]) {
    this.help = help;
    this.#bounds = bounds;
  }

  observe(labels: Labels, value: number): void {
    const key = labelText(labels);
    let observed = this.#observed.get(key);
    if (observed === undefined) {
      observed = { labels, counts: new Array<number>(this.#bounds.length).fill(0), sum: 0, count: 0 };
      this.#observed.set(key, observed);
    }
    const bound = this.#bounds.findIndex((most) => value <= most);
    if (bound >= 0) observed.counts[bound]++;
    observed.sum += value;
    observed.count++;
  }

  *lines(name: string): Iterable<string> {
    for (const { labels, counts, sum, count } of this.#observed.values()) {
      let upTo = 0;
      for (const [at, bound] of this.#bounds.entries()) {
        upTo += counts[at];
        yield `${name}_bucket${labelText({ ...labels, le: String(bound) })} ${upTo}`;
      }
      yield `${name}_bucket${labelText({ ...labels, le: "+Inf" })} ${count}`;
      yield `${name}_sum${labelText(labels)} ${sum}`;
      yield `${name}_count${labelText(labels)} ${count}`;
    }
  }
}

/** The text of all metrics, by their names. */
export function metricsText(metrics: Readonly<Record<string, Metric>>): string {
  const lines = Object.entries(metrics).flatMap(([name, metric]) => [
    `# HELP ${name} ${metric.help}`,
    `# TYPE ${name} ${metric.type}`,
    ...metric.lines(name),
  ]);
  return `${lines.join("\n")}\n`;
}

/** '{model="a",status="200"}'; a backslash, a quote and a line end are escaped. */
function labelText(labels: Labels): string {
  const entries = Object.entries(labels);
  if (entries.length === 0) return "";
  const escaped = (value: string): string => value.replace(/[\\"]/g, "\\$&").replaceAll("\n", "\\n");
  return `{${entries.map(([name, value]) => `${name}="${escaped(value)}"`).join(",")}}`;
}

/**
 * The signals of a batch for a sample of a layer, also where several processes (ranks) have a part of its rows each: then all have the same
 * sample. Knows nothing of what is made of it.
 */
import { gatherNumbers } from "../distributed/collective.ts";
import type { LayerSignals, Session } from "../engines/engine.ts";
import type { LayerSample } from "./health/layerSample.ts";
import { gathered } from "./ranks/gathered.ts";

/** @param rows how many of the last batch's are this process's */
export function takeSignals(session: Session, sample: LayerSample, layer: number, rows: number): void {
  const { collective } = session;
  if (collective === undefined) {
    sample.take(session.signals(layer));
    return;
  }
  const what = "the signals of layers";
  const all = gatherNumbers(collective, [rows], what).map(([of]) => of);
  const before = all.slice(0, collective.rank).reduce((sum, of) => sum + of, 0);
  const wholeRows = all.reduce((sum, of) => sum + of, 0);
  const count = Math.min(wholeRows, sample.room);
  const places = Array.from({ length: count }, (_, p) => Math.floor((p * wholeRows) / count) - before);
  const own = rows === 0 ? undefined : session.signals(layer);
  const held = places.filter((place) => place >= 0 && place < rows);
  const part = (of: "inducedField" | "output" | "localGradient") => {
    const values = own?.[of] ?? [];
    const width = values.length / rows;
    const chosen = held.flatMap((place) => Array.from(values.slice(place * width, (place + 1) * width)));
    return gathered(collective, Float64Array.from(chosen), what);
  };
  const signals: LayerSignals = {
    rows: count,
    inducedField: part("inducedField"),
    output: part("output"),
    localGradient: part("localGradient"),
  };
  sample.take(signals, wholeRows);
}

/** Code of the page that is loaded when it is wanted first. */
import type { ComponentType } from "preact";
import { useEffect, useState } from "preact/hooks";

interface Found<Props> {
  readonly Loaded?: ComponentType<Props>;
  /** Why it is not there, for people. */
  readonly problem?: string;
}

/** @param what it is, at the beginning of a sentence */
export function useLoaded<Props>(
  what: string,
  isWanted: boolean,
  load: () => Promise<ComponentType<Props>>,
): Found<Props> {
  const [found, setFound] = useState<Found<Props>>({});
  useEffect(() => {
    if (!isWanted || found.Loaded !== undefined) return;
    load().then(
      (Loaded) => setFound({ Loaded }),
      (error: unknown) => setFound({ problem: `${what} could not be loaded: ${error}. Reload the page.` }),
    );
  }, [isWanted]);
  return found;
}

/** The views of the outcome: how each is called, and where it comes from when it is opened first. */
import type { ComponentType } from "preact";
import type { ViewName } from "../../state/outcome.ts";

export interface OutcomeView {
  readonly title: string;
  /** Where the task is a surface, if it differs. */
  readonly surfaceTitle?: string;
  /** Whether the map stands above it. */
  readonly hasMap: boolean;
  /** Absent for the view that the page opens with. */
  load?(): Promise<ComponentType>;
}

export const views: Readonly<Record<ViewName, OutcomeView>> = {
  output: { title: "Output", hasMap: true },
  mistakes: {
    title: "Mistakes",
    surfaceTitle: "Errors",
    hasMap: true,
    load: async () => (await import("./Mistakes.tsx")).Mistakes,
  },
  probabilities: {
    title: "Probabilities",
    surfaceTitle: "Fit",
    hasMap: false,
    load: async () => (await import("./Probabilities.tsx")).Probabilities,
  },
  predict: { title: "Predict", hasMap: true, load: async () => (await import("./Predict.tsx")).Predict },
  effects: { title: "Effects", hasMap: false, load: async () => (await import("./Effects.tsx")).Effects },
  runs: { title: "Runs", hasMap: false, load: async () => (await import("./Runs.tsx")).Runs },
};

/** One model's document from what is common to its networks and what each has of its own. */
import type { ModelDocument } from "../../models/document.ts";
import type { TrainedMember } from "./trainMembers.ts";

/** What all networks of a model share. */
export type Common = Omit<ModelDocument, "encoder" | "background" | "network" | "target" | "further">;

/** What `createModel` takes. */
export interface Gathered {
  readonly document: ModelDocument;
  readonly parameters: TrainedMember["parameters"];
  readonly further: readonly TrainedMember["parameters"][];
}

/**
 * Puts networks together to the model that averages their predictions.
 *
 * @param members at least one; the first one's target is the model's
 */
export function gatherMembers(common: Common, members: readonly TrainedMember[]): Gathered {
  const [first, ...others] = members;
  const { encoder, background, network } = first.description;
  const target = JSON.stringify(first.target);
  const further = others.map((member) => ({
    ...member.description,
    ...(JSON.stringify(member.target) !== target && { target: member.target }),
  }));
  return {
    document: {
      ...common,
      encoder,
      ...(background && { background }),
      target: first.target,
      network,
      ...(further.length > 0 && { further }),
    },
    parameters: first.parameters,
    further: others.map(({ parameters }) => parameters),
  };
}

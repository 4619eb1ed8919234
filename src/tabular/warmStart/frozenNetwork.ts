/**
 * A network some of whose layers don't learn: the factor of their learning rates is 0, which engines take as frozen.
 *
 * Plans have no update for a frozen tensor, so neither decay nor penalties nor an optimizer's slots move it.
 */
import { optionName } from "../../data/remedies.ts";
import { DescriptionError } from "../../errors.ts";
import type { Layer, LayerLearning } from "../../network/layers.ts";
import type { Network } from "../../network/network.ts";
import { isFrozen, parameterLayout, tensorsByLayer } from "../../network/parameters.ts";

/**
 * @param frozen places of layers, from 0
 * @throws {DescriptionError} a layer that the network doesn't have or that comes twice, one without parameters, one that follows the rows of
 * each batch, or nothing left to learn
 */
export function frozenNetwork(network: Network, frozen: readonly number[]): Network {
  if (frozen.length === 0) return network;
  const tensors = tensorsByLayer(parameterLayout(network));
  const { layers } = network;
  for (const at of frozen) requireFreezable(network, at);
  const repeated = frozen.find((at, place) => frozen.indexOf(at) < place);
  if (repeated !== undefined) {
    throw new DescriptionError(`${optionName("frozen", "Option")}: found layer ${repeated} twice. Leave one out.`);
  }
  const changed = {
    ...network,
    layers: layers.map((layer, at): Layer => {
      if (!frozen.includes(at)) return layer;
      const own = (tensors.get(at) ?? []).map(({ role }) => [role, { rate: 0 }]);
      return { ...layer, learning: Object.fromEntries(own) as LayerLearning } as Layer;
    }),
  };
  if (!parameterLayout(changed).tensors.every(isFrozen)) return changed;
  throw new DescriptionError(
    `${optionName("frozen", "Option")} leaves nothing to learn: it has every layer with parameters. Leave one of them out.`,
  );
}

/** @throws {DescriptionError} as `frozenNetwork` */
function requireFreezable({ layers }: Network, at: number): void {
  const names = layers.map(({ kind }, place) => `${place} ${kind}`).join(", ");
  const refuse = (why: string): never => {
    throw new DescriptionError(`${optionName("frozen", "Option")}: ${why}. The network's layers: ${names}.`);
  };
  if (at >= layers.length) refuse(`there is no layer ${at}`);
  const { kind } = layers[at];
  if (kind === "dropout") refuse(`layer ${at} is dropout and has no parameters`);
  if (kind === "batchNorm") refuse(`layer ${at} is batchNorm, whose statistics follow the rows of each step`);
}

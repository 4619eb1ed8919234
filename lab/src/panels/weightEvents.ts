/** What the pointer does on the lines of the network: a weight under it is lit, a click shows its chain of factors. */
import { weightAt } from "../drawing/hit.ts";
import type { NetworkLayout } from "../drawing/layout.ts";
import { openDerivation, pointedWeight } from "../state/derivation.ts";

export function weightEvents(layout: NetworkLayout) {
  const found = ({ offsetX, offsetY }: MouseEvent) => weightAt(layout, offsetX, offsetY);
  return {
    onPointerMove(event: PointerEvent): void {
      const weight = found(event);
      const before = pointedWeight.peek();
      const isSame =
        before?.layer === weight?.layer && before?.unit === weight?.unit && before?.input === weight?.input;
      if (!isSame) pointedWeight.value = weight;
    },
    onPointerLeave(): void {
      pointedWeight.value = undefined;
    },
    onClick(event: MouseEvent): void {
      const weight = found(event);
      if (weight !== undefined) openDerivation({ weight });
    },
  };
}

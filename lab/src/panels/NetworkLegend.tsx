/** What colours, dashes and dots of the drawing mean. */

export function NetworkLegend() {
  return (
    <p class="legend">
      <span class="swatch below" /> negative, dashed <span class="swatch above" /> positive, solid. Width: size of the
      weight. Dot at a corner: bias.
    </p>
  );
}

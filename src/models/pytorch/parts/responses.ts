/** Python: what outputs mean, and calibration, in float64 as src/models computes them. */
export const responseParts = {
  restored: `
def restored(outputs, means, deviations, least=None, greatest=None):
    """Numbers in the targets' units from standardised ones, within the range of the training rows where there is one."""
    means, deviations = (torch.tensor(part, dtype=torch.float64, device=outputs.device) for part in (means, deviations))
    numbers = outputs.double() * deviations + means
    if least is None:
        return numbers
    return numbers.clamp(*(torch.tensor(part, dtype=torch.float64, device=outputs.device) for part in (least, greatest)))`,

  tempered: `
def tempered(probabilities, temperature):
    """p^(1/temperature), divided by the sum over the classes."""
    powers = (probabilities / probabilities.amax(dim=1, keepdim=True)) ** (1 / temperature)
    return powers / powers.sum(dim=1, keepdim=True)`,

  tempered_labels: `
def tempered_labels(probabilities, temperature):
    """p^(1/temperature), divided by the sum of that and of (1 - p)^(1/temperature)."""
    return 1 / (1 + ((1 - probabilities) / probabilities) ** (1 / temperature))`,
} as const satisfies Readonly<Record<string, string>>;

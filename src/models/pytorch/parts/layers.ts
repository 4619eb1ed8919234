/** Python: the classes of layers that PyTorch doesn't have, which are RealMLP's. [N, I] to [N, O]. */
export const layerParts = {
  Scale: `
class Scale(nn.Module):
    """Each input times a factor of its own: y = s x."""

    def __init__(self, inputs):
        super().__init__()
        self.weight = nn.Parameter(torch.ones(inputs))

    def forward(self, x):
        return x * self.weight`,

  ParametricActivation: `
class ParametricActivation(nn.Module):
    """Each input with a slope a of its own: y = x + a (activation(x) - x)."""

    def __init__(self, inputs, activation):
        super().__init__()
        self.activation = activation
        self.weight = nn.Parameter(torch.ones(inputs))

    def forward(self, x):
        return x + self.weight * (self.activation(x) - x)`,

  Embeddings: `
class Embeddings(nn.Module):
    """
    The inputs that are no codes, and then a vector for each code; 0 stands for what is missing or unknown.

    codes: of each the input that it is, and how many vectors it has.
    """

    def __init__(self, codes, dimension):
        super().__init__()
        self.columns = [column for column, _ in codes]
        self.tables = nn.ModuleList(nn.Embedding(count, dimension) for _, count in codes)

    def forward(self, x):
        parts = [x[:, [column for column in range(x.shape[1]) if column not in self.columns]]]
        for column, table in zip(self.columns, self.tables):
            code = x[:, column]
            is_code = (code >= 0) & (code < table.num_embeddings) & (code == code.floor())
            parts.append(table(torch.where(is_code, code, torch.zeros_like(code)).long()))
        return torch.cat(parts, dim=1)`,

  Periodic: `
class Periodic(nn.Module):
    """For each of some inputs h = W cos(2 pi f x + p) + b; all h, and then all inputs as they are."""

    def __init__(self, columns, frequencies, units):
        super().__init__()
        self.columns = columns
        bound = frequencies**-0.5
        self.frequencies = nn.Parameter(0.1 * torch.randn(len(columns), frequencies))
        self.phases = nn.Parameter(math.pi * (2 * torch.rand(len(columns), frequencies) - 1))
        self.weight = nn.Parameter(bound * (2 * torch.rand(len(columns), units, frequencies) - 1))
        self.bias = nn.Parameter(bound * (2 * torch.rand(len(columns), units) - 1))

    def forward(self, x):
        waves = torch.cos(2 * math.pi * (x[:, self.columns, None] * self.frequencies) + self.phases)  # [N, C, F]
        h = torch.einsum("ncf,chf->nch", waves, self.weight) + self.bias  # [N, C, H]
        return torch.cat([h.flatten(1), x], dim=1)`,
} as const satisfies Readonly<Record<string, string>>;

export type LayerPart = keyof typeof layerParts;

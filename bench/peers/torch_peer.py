"""PyTorch on one core, as a contestant: a Sequential and its fused optimizers, as its documentation advises."""

import torch
from protocol import serve, slices
from torch import nn

torch.set_num_threads(1)


class Subject:
    kind = "outputs"

    def __init__(self, workload, data, _options):
        self.workload, self.data = workload, data
        widths = workload["widths"]
        modules = []
        for index, (inputs, units) in enumerate(zip(widths, widths[1:])):
            modules.append(nn.Linear(inputs, units))
            activation = workload["output" if index == len(widths) - 2 else "hidden"]
            if activation != "identity":
                modules.append(nn.ReLU() if activation == "relu" else nn.Sigmoid())
        self.model = nn.Sequential(*modules)
        self.inputs = torch.from_numpy(data.inputs)
        desired = torch.from_numpy(data.desired)
        self.classifies = workload["loss"] == "crossEntropy"
        self.desired = desired.long() if self.classifies else desired[:, None]

    def reset(self):
        linears = [module for module in self.model if isinstance(module, nn.Linear)]
        with torch.no_grad():
            for linear, (weights, bias) in zip(linears, self.data.layers):
                linear.weight.copy_(torch.from_numpy(weights))
                linear.bias.copy_(torch.from_numpy(bias))
        rule = self.workload["optimizer"]
        options = {"lr": rule["learningRate"], "fused": True}
        if rule["name"] == "adam":
            self.optimizer = torch.optim.Adam(self.model.parameters(), **options)
        else:
            self.optimizer = torch.optim.SGD(self.model.parameters(), momentum=rule.get("momentum", 0), **options)
        self.slices = slices(self.workload)

    def work(self, count):
        if self.workload["task"] == "predict":
            with torch.inference_mode():
                for _ in range(count):
                    self.model(self.inputs[next(self.slices)])
            return
        for _ in range(count):
            rows = next(self.slices)
            y = self.model(self.inputs[rows])
            if self.classifies:
                loss = nn.functional.cross_entropy(y, self.desired[rows])
            else:
                loss = 0.5 * nn.functional.mse_loss(y, self.desired[rows])
            self.optimizer.zero_grad()
            loss.backward()
            self.optimizer.step()

    def outputs(self, rows):
        with torch.inference_mode():
            return self.model(self.inputs[:rows]).numpy()


serve({"torch": torch.__version__}, Subject)

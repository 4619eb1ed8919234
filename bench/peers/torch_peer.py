"""PyTorch, as a contestant: a Sequential and its fused optimizers, as its documentation advises; with the argument `compile`
the forward pass and the loss by torch.compile, and with them their gradients; with the argument `bfloat16` the forward
pass and the loss under autocast to bfloat16, and with them their gradients."""

import shutil
import sys

import torch
from protocol import Skip, serve, slices
from torch import nn

COMPILES = sys.argv[1:] == ["compile"]
BFLOAT16 = sys.argv[1:] == ["bfloat16"]
torch.set_num_interop_threads(1)
torch.set_flush_denormal(True)
torch.backends.mkldnn.enabled = True


def compiled(function):
    return torch.compile(function, mode="max-autotune")


class Subject:
    kind = "outputs"

    def __init__(self, workload, data, options):
        if COMPILES and shutil.which("g++") is None:
            raise Skip("torch.compile needs a C++ compiler, g++")
        torch.set_num_threads(options["threads"])
        self.settings = "fused optimizer, denormals flushed to 0, oneDNN, float32 matrix products at full precision"
        if COMPILES:
            self.settings = "forward pass and loss by torch.compile, mode max-autotune; " + self.settings
        if BFLOAT16:
            self.settings = "fused optimizer, denormals flushed to 0, oneDNN, autocast to bfloat16"
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
        self.forward = compiled(self.model) if COMPILES else self.model
        self.loss = compiled(self.loss_of) if COMPILES else self.loss_of
        # Compiles, outside all measured time.
        self.reset()
        self.work(2)

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
                    self.forward(self.inputs[next(self.slices)])
            return
        for _ in range(count):
            rows = next(self.slices)
            with torch.autocast("cpu", dtype=torch.bfloat16, enabled=BFLOAT16):
                loss = self.loss(self.inputs[rows], self.desired[rows])
            self.optimizer.zero_grad()
            loss.backward()
            self.optimizer.step()

    def loss_of(self, inputs, desired):
        y = self.model(inputs)
        if self.classifies:
            return nn.functional.cross_entropy(y, desired)
        return 0.5 * nn.functional.mse_loss(y, desired)

    def outputs(self, rows):
        with torch.inference_mode():
            return self.model(self.inputs[:rows]).numpy()


serve({"torch": torch.__version__}, Subject)

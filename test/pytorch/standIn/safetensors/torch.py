"""What exported programs use of safetensors.torch, for a Python that has PyTorch without that package, as Debian's.

`npm run test:pytorch` puts it on PYTHONPATH there, and compares it with the package where both are. Tensors of float32 and int64, as state dicts have
them. The format is described in src/models/safetensors.ts.
"""

import json
from pathlib import Path

import numpy
import torch

TYPES = {"F32": numpy.dtype("<f4"), "I64": numpy.dtype("<i8")}


def load_file(filename):
    data = Path(filename).read_bytes()
    begin = 8 + int.from_bytes(data[:8], "little")
    header = json.loads(data[8:begin])
    return {name: _tensor(entry, data[begin:]) for name, entry in header.items() if name != "__metadata__"}


def _tensor(entry, numbers):
    first, last = entry["data_offsets"]
    values = numpy.frombuffer(numbers[first:last], TYPES[entry["dtype"]]).reshape(entry["shape"])
    return torch.from_numpy(values.copy())


def save_file(tensors, filename):
    header, numbers = {}, b""
    for name, tensor in tensors.items():
        values = tensor.detach().numpy()
        dtype = next(dtype for dtype, of_numpy in TYPES.items() if of_numpy == values.dtype)
        added = numbers + values.tobytes()
        header[name] = {"dtype": dtype, "shape": list(tensor.shape), "data_offsets": [len(numbers), len(added)]}
        numbers = added
    text = json.dumps(header).encode()
    text += b" " * (-len(text) % 8)
    Path(filename).write_bytes(len(text).to_bytes(8, "little") + text + numbers)

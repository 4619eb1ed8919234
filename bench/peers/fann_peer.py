"""FANN, as a contestant: the C library that Debian has as libfann2, floats, called through ctypes; many patterns a call.

Incremental training is the workload's own rule where the error function is linear: the weights move after every pattern, by the
rate times δ = (d − y) φ'. Its logistic function is 1 / (1 + e^(−2 s v)) with the steepness s = ½; φ' takes y as at least 0.01 and at most
0.99. It has no softmax, no ReLU, and no batches that begin where the last one ended: W1 alone.
"""

import ctypes
import ctypes.util

import numpy as np
from protocol import Skip, serve

INCREMENTAL, LINEAR_ERROR, SIGMOID = 0, 0, 3  # of fann_data.h


class TrainData(ctypes.Structure):
    """fann_train_data, as far as training reads it: fann_data.h."""

    _fields_ = [
        ("errno_f", ctypes.c_int),
        ("error_log", ctypes.c_void_p),
        ("errstr", ctypes.c_char_p),
        ("num_data", ctypes.c_uint),
        ("num_input", ctypes.c_uint),
        ("num_output", ctypes.c_uint),
        ("input", ctypes.c_void_p),
        ("output", ctypes.c_void_p),
    ]


class Connection(ctypes.Structure):
    _fields_ = [("source", ctypes.c_uint), ("target", ctypes.c_uint), ("weight", ctypes.c_float)]


def library():
    name = ctypes.util.find_library("fann")
    if name is None:
        raise Skip("the library FANN is not installed; run: node bench/install-peers.mjs (Debian's package libfann2)")
    fann = ctypes.CDLL(name)
    fann.fann_create_standard_array.restype = ctypes.c_void_p
    fann.fann_run.restype = ctypes.POINTER(ctypes.c_float)
    fann.fann_train_epoch.restype = ctypes.c_float
    fann.fann_set_learning_rate.argtypes = [ctypes.c_void_p, ctypes.c_float]
    return fann


def rows_of(matrix):
    """The address of each row, twice: any stretch of at most all rows is a part of it."""
    start, step, count = matrix.ctypes.data, matrix.strides[0], len(matrix)
    return (ctypes.c_void_p * (2 * count))(*[start + step * (n % count) for n in range(2 * count)])


class Subject:
    kind = "outputs"

    def __init__(self, workload, data, _options):
        if workload["task"] != "train" or workload["output"] != "logistic":
            raise Skip("no softmax and no ReLU")
        self.workload, self.data = workload, data
        self.fann = library()
        widths = workload["widths"]
        network = self.fann.fann_create_standard_array(len(widths), (ctypes.c_uint * len(widths))(*widths))
        self.network = ctypes.c_void_p(network)
        self.fann.fann_set_training_algorithm(self.network, INCREMENTAL)
        self.fann.fann_set_train_error_function(self.network, LINEAR_ERROR)
        self.fann.fann_set_learning_rate(self.network, workload["optimizer"]["learningRate"])
        self.fann.fann_set_activation_function_hidden(self.network, SIGMOID)
        self.fann.fann_set_activation_function_output(self.network, SIGMOID)
        # The input and the target of each row, in one piece.
        self.inputs, self.desired = np.ascontiguousarray(data.inputs), np.ascontiguousarray(data.desired[:, None])
        self.input_rows, self.desired_rows = rows_of(self.inputs), rows_of(self.desired)
        self.patterns = TrainData(0, None, None, 0, widths[0], widths[-1], None, None)
        # A neuron's weights follow each other, the bias last: those of its layer's neurons in their order.
        weights = [row for own, bias in data.layers for row in np.hstack([own, bias[:, None]])]
        self.starting = np.concatenate(weights).astype(np.float32)
        self.connections = (Connection * len(self.starting))()
        self.fann.fann_get_connection_array(self.network, self.connections)
        for connection, weight in zip(self.connections, self.starting):
            connection.weight = weight

    def reset(self):
        self.fann.fann_set_weight_array(self.network, self.connections, len(self.connections))
        self.row = 0

    def work(self, count):
        rows = self.workload["rows"]
        pointer = ctypes.sizeof(ctypes.c_void_p)
        while count > 0:
            taken = min(count, rows)
            self.patterns.num_data = taken
            self.patterns.input = ctypes.addressof(self.input_rows) + self.row * pointer
            self.patterns.output = ctypes.addressof(self.desired_rows) + self.row * pointer
            self.fann.fann_train_epoch(self.network, ctypes.byref(self.patterns))
            self.row = (self.row + taken) % rows
            count -= taken

    def outputs(self, rows):
        outputs = self.workload["widths"][-1]
        float_pointer = ctypes.POINTER(ctypes.c_float)
        each = (self.inputs[n].ctypes.data_as(float_pointer) for n in range(rows))
        return [self.fann.fann_run(self.network, x)[k] for x in each for k in range(outputs)]


serve({"FANN": ctypes.util.find_library("fann") or "none"}, Subject)

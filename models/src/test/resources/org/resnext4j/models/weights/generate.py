#!/usr/bin/env python3
"""Writes the small PyTorch files of PyTorchTest beside itself (made with PyTorch 1.13.1)."""
import argparse
import collections
import datetime
import pathlib
import sys
import types
import zipfile

import numpy
import torch

HERE = pathlib.Path(__file__).parent

x = torch.arange(6, dtype=torch.float32).reshape(2, 3)
state = collections.OrderedDict(
    {
        "a.weight": x,
        "a.bias": torch.tensor([0.5, -0.25], dtype=torch.float64),
        "transposed": x.t(),
        "expanded": torch.tensor([7.0]).expand(3),
        "narrowed": torch.arange(10).narrow(0, 4, 3),
        "channels_last": torch.arange(24.0).reshape(1, 2, 3, 4).contiguous(memory_format=torch.channels_last),
        "parameter": torch.nn.Parameter(torch.tensor(3.0)),
        "flags": torch.tensor([True, False]),
        "empty": torch.zeros(0, 2),
    }
)
for protocol in (1, 2, 3, 4, 5):
    torch.save(state, HERE / f"protocol{protocol}.pth", pickle_protocol=protocol)
    if protocol in (1, 2, 4):
        torch.save(state, HERE / f"legacy{protocol}.pth", pickle_protocol=protocol, _use_new_zipfile_serialization=False)

with zipfile.ZipFile(HERE / "protocol2.pth") as stored, zipfile.ZipFile(
    HERE / "deflated.pth", "w", zipfile.ZIP_DEFLATED
) as deflated:
    for name in stored.namelist():
        deflated.writestr(name, stored.read(name))


class Settings:
    def __init__(self):
        self.lr = 0.1


Settings.__module__ = "training.settings"
module = types.ModuleType("training.settings")
module.Settings = Settings
sys.modules["training"] = types.ModuleType("training")
sys.modules["training.settings"] = module

torch.save(
    {
        "epoch": 7,
        "arch": "tiny",
        "big": 1 << 100,
        "negative": -(1 << 40),
        "best": numpy.float64(77.5),
        "seen": numpy.arange(3),
        "args": argparse.Namespace(lr=0.1, data="/data"),
        "settings": Settings(),
        "when": datetime.datetime(2020, 1, 2),
        "where": pathlib.PurePosixPath("a/b"),
        "device": torch.device("cpu"),
        "type": torch.float32,
        "size": torch.Size([1, 2]),
        "history": [1.0, 2.0, (3, None, {4, 5}, frozenset([6]), b"bytes", bytearray(b"more"), 1j)],
        "counts": collections.Counter("abca"),
        "default": collections.defaultdict(list, {"k": [1]}),
        "optimizer": torch.optim.Adam([torch.nn.Parameter(x)]).state_dict(),
        "model": {"state_dict": {"module." + k: v for k, v in state.items()}},
    },
    HERE / "checkpoint.pth",
)
torch.save({"w": torch.complex(x, x)}, HERE / "complex.pth")
torch.save({"epoch": 1, "lr": 0.5}, HERE / "no_tensors.pth")
torch.save({"w": torch.tensor([1.0]).expand(1 << 15, 1 << 16)}, HERE / "expanded_bomb.pth")

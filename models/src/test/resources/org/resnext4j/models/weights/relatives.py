#!/usr/bin/env python3
"""Writes SavedFormsTest's files into relatives/: one small network in the forms that training libraries save.

    apt-get install -y --no-install-recommends python3-torch
    /usr/bin/python3 relatives.py            # made with PyTorch 1.13.1

Every value is a function of its tensor's name. `expected.json` has the network's logits by PyTorch.
"""
import argparse
import collections
import enum
import functools
import hashlib
import json
import pathlib
import shutil
import struct
import sys
import types
import zipfile

import numpy
import torch
from torch import nn

HERE = pathlib.Path(__file__).parent / "relatives"
shutil.rmtree(HERE, ignore_errors=True)
HERE.mkdir()


def values(name, count):
    """Values in [-1, 1), determined by a name alone."""
    seed = int.from_bytes(hashlib.sha256(name.encode()).digest()[:4], "little")
    return torch.from_numpy(numpy.random.RandomState(seed).uniform(-1, 1, count).astype(numpy.float32))


class Block(nn.Module):
    def __init__(self, inputs: int, width: int, outputs: int):
        super().__init__()
        self.conv1 = nn.Conv2d(inputs, width, 1, bias=False)
        self.bn1 = nn.BatchNorm2d(width)
        self.conv2 = nn.Conv2d(width, width, 3, 1, 1, groups=2, bias=False)
        self.bn2 = nn.BatchNorm2d(width)
        self.conv3 = nn.Conv2d(width, outputs, 1, bias=False)
        self.bn3 = nn.BatchNorm2d(outputs)
        self.downsample = nn.Sequential(nn.Conv2d(inputs, outputs, 1, bias=False), nn.BatchNorm2d(outputs))

    def forward(self, x):
        y = torch.relu(self.bn1(self.conv1(x)))
        y = torch.relu(self.bn2(self.conv2(y)))
        return torch.relu(self.bn3(self.conv3(y)) + self.downsample(x))


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv1 = nn.Conv2d(3, 2, 3, padding=1, bias=False)
        self.bn1 = nn.BatchNorm2d(2)
        self.layer1 = nn.Sequential(Block(2, 4, 8))
        self.fc = nn.Linear(8, 3)

    def forward(self, x):
        x = torch.relu(self.bn1(self.conv1(x)))
        return self.fc(self.layer1(x).mean((2, 3)))


def filled():
    net = Net()
    state = net.state_dict()
    for name, tensor in state.items():
        if name.endswith("num_batches_tracked"):
            continue
        raw = values(name, tensor.numel()).reshape(tensor.shape)
        if name.endswith("running_var"):
            raw = 1 + raw / 2
        elif tensor.dim() == 1 and name.endswith("weight"):
            raw = 1 + raw / 4
        # Eleven bits: half precision holds every value exactly, so all element types have one answer.
        state[name] = raw.to(torch.float16).to(torch.float32)
    net.load_state_dict(state)
    return net.eval()


net = filled()
plain = net.state_dict()
torch.set_num_threads(1)
pictures = values("pictures", 2 * 3 * 8 * 8).reshape(2, 3, 8, 8)
with torch.no_grad():
    logits = net(pictures)
exact = {name: tensor.double() for name, tensor in plain.items() if tensor.is_floating_point()}
(HERE / "expected.json").write_text(
    json.dumps({"pictures": pictures.flatten().tolist(), "logits": logits.flatten().tolist()})
)


def named(change, state=plain):
    return collections.OrderedDict((change(name), tensor) for name, tensor in state.items())


def prefixed(prefix, state=plain):
    return named(lambda name: prefix + name, state)


def save(name, content, **options):
    torch.save(content, HERE / name, **options)


def classes_of(module, **members):
    """Classes that only a training library has, to be pickled by name."""
    parts = module.split(".")
    for i in range(len(parts)):
        path = ".".join(parts[: i + 1])
        sys.modules.setdefault(path, types.ModuleType(path))
    for name, member in members.items():
        member.__module__ = module
        member.__qualname__ = name
        member.__name__ = name
        setattr(sys.modules[module], name, member)


class Placeholder:
    def __init__(self, **fields):
        self.__dict__.update(fields)


def kind(module, name, base=Placeholder):
    made = type(name, (base,), {})
    classes_of(module, **{name: made})
    return made


shapes = [collections.OrderedDict((name, tensor.shape) for name, tensor in plain.items())]
adam = torch.optim.AdamW(net.parameters())
optimizer = adam.state_dict()
scaler = {"scale": 65536.0, "growth_factor": 2.0, "growth_interval": 2000, "_growth_tracker": 7}

# DeepSpeed
DeepSpeedConfig = kind("deepspeed.runtime.config", "DeepSpeedConfig")
ZeroStage = enum.IntEnum("ZeroStageEnum", {"optimizer_states": 1, "gradients": 2, "weights": 3})
classes_of("deepspeed.runtime.zero.config", ZeroStageEnum=ZeroStage)
deepspeed = {
    "module": plain,
    "buffer_names": [name for name in plain if "running" in name],
    "optimizer": None,
    "param_shapes": shapes,
    "frozen_param_shapes": None,
    "frozen_param_fragments": None,
    "shared_params": {},
    "lr_scheduler": None,
    "data_sampler": None,
    "random_ltd": None,
    "sparse_tensor_module_names": set(),
    "skipped_steps": 0,
    "global_steps": 10,
    "global_samples": 80,
    "dp_world_size": 1,
    "mp_world_size": 1,
    "ds_config": {"train_batch_size": 8, "stage": ZeroStage.gradients, "object": DeepSpeedConfig(batch=8)},
    "ds_version": "0.14.4",
}
save("deepspeed_mp_rank_00_model_states.pt", deepspeed)
save("deepspeed_half.pt", {**deepspeed, "module": {name: tensor.half() for name, tensor in plain.items()}})
save(
    "deepspeed_zero3_model_states.pt",
    {
        **deepspeed,
        "module": {
            name: torch.zeros(0) if "weight" in name or "bias" in name else tensor for name, tensor in plain.items()
        },
    },
)
LossScaler = kind("deepspeed.runtime.fp16.loss_scaler", "DynamicLossScaler")
save(
    "deepspeed_zero_optim_states.pt",
    {
        "optimizer_state_dict": {
            "loss_scaler": LossScaler(cur_scale=1.0),
            "dynamic_loss_scale": False,
            "overflow": False,
            "clip_grad": 0.0,
            "base_optimizer_state": [{"step": 3, "exp_avg": torch.zeros(8), "exp_avg_sq": torch.zeros(8)}],
            "single_partition_of_fp32_groups": [torch.cat([t.flatten() for t in net.parameters()])],
            "zero_stage": ZeroStage.gradients,
            "group_paddings": [0],
            "partition_count": 1,
            "ds_version": "0.14.4",
        },
        "param_shapes": shapes,
        "ds_config": {},
        "ds_version": "0.14.4",
    },
)

# accelerate, HF Trainer: folders
accelerate = HERE / "accelerate"
accelerate.mkdir()
save("accelerate/pytorch_model.bin", plain)
save("accelerate/optimizer.bin", optimizer)
(accelerate / "random_states_0.pkl").write_bytes(b"\x80\x04N.")


def transformers(name):
    for ours, theirs in (("conv1.", "embedder.embedder.convolution."), ("bn1.", "embedder.embedder.normalization.")):
        if name.startswith(ours):
            return "resnet." + theirs + name[len(ours) :]
    if name.startswith("fc."):
        return "classifier.1." + name[3:]
    stage, block, rest = name[5:].split(".", 2)
    for ours, theirs in (
        ("conv1", "layer.0.convolution"),
        ("bn1", "layer.0.normalization"),
        ("conv2", "layer.1.convolution"),
        ("bn2", "layer.1.normalization"),
        ("conv3", "layer.2.convolution"),
        ("bn3", "layer.2.normalization"),
        ("downsample.0", "shortcut.convolution"),
        ("downsample.1", "shortcut.normalization"),
    ):
        if rest.startswith(ours + "."):
            rest = theirs + rest[len(ours) :]
            break
    return f"resnet.encoder.stages.{int(stage) - 1}.layers.{block}.{rest}"


trainer = HERE / "hf_trainer"
trainer.mkdir()
renamed = list(named(transformers).items())
index = {"metadata": {"total_size": 1}, "weight_map": {}}
for number, part in enumerate((renamed[:10], renamed[10:])):
    shard = f"pytorch_model-{number + 1:05d}-of-00002.bin"
    save(f"hf_trainer/{shard}", dict(part))
    index["weight_map"].update({name: shard for name, _ in part})
(trainer / "pytorch_model.bin.index.json").write_text(json.dumps(index))
(trainer / "config.json").write_text(
    json.dumps({"architectures": ["ResNetForImageClassification"], "id2label": {"0": "ant", "1": "bee", "2": "cat"}})
)
Arguments = kind("transformers.training_args", "TrainingArguments")
save("hf_trainer/training_args.bin", Arguments(learning_rate=1e-3))

# fastai
save("fastai_model_opt.pth", {"model": plain, "opt": {"state": [{"mom": torch.zeros(3)}], "hypers": [{"lr": 0.1}]}})
children = {"conv1": "0", "bn1": "1", "layer1": "4"}


def body(name):
    first, rest = name.split(".", 1)
    return f"0.{children[first]}.{rest}"


trunk = collections.OrderedDict((name, tensor) for name, tensor in plain.items() if not name.startswith("fc."))
deep_head = {
    "1.2.weight": torch.ones(16),
    "1.2.bias": torch.zeros(16),
    "1.2.running_mean": torch.zeros(16),
    "1.2.running_var": torch.ones(16),
    "1.4.weight": torch.zeros(16, 16),
    "1.6.weight": torch.ones(16),
    "1.6.bias": torch.zeros(16),
    "1.6.running_mean": torch.zeros(16),
    "1.6.running_var": torch.ones(16),
    "1.8.weight": torch.zeros(3, 16),
}
save("fastai_vision_learner.pth", {"model": {**named(body, trunk), **deep_head}, "opt": {"state": [], "hypers": []}})
one_layer = {"1.1.weight": plain["fc.weight"], "1.1.bias": plain["fc.bias"]}
save("fastai_one_layer_head.pth", {**named(body, trunk), **one_layer})
Learner = kind("fastai.learner", "Learner")
save("fastai_export.pkl", Learner(model=net, dls=Placeholder(), loss_func=nn.CrossEntropyLoss()))

# Lightning
Config = kind("omegaconf.dictconfig", "DictConfig")
Colour = enum.Enum("Colour", {"RED": "red"})
classes_of("project.settings", Colour=Colour)


def schedule(step, rate):
    return step * rate


classes_of("project.settings", schedule=schedule)
lightning = {
    "epoch": 3,
    "global_step": 12,
    "pytorch-lightning_version": "2.2.0",
    "loops": {"fit_loop": {"state_dict": {}, "epoch_progress": {"total": {"ready": 3}}}},
    "callbacks": {"ModelCheckpoint{'monitor': None}": {"best_model_score": torch.tensor(0.25), "best_k_models": {}}},
    "optimizer_states": [optimizer],
    "lr_schedulers": [{"base_lrs": [0.1], "_step_count": 4}],
    "hparams_name": "kwargs",
    "hyper_parameters": {
        "config": Config(_content={"lr": 0.1}),
        "schedule": functools.partial(schedule, rate=0.5),
        "colour": Colour.RED,
        "args": argparse.Namespace(path=pathlib.PurePosixPath("a/b")),
        "net": nn.Linear(2, 2),
    },
}
metrics = {"train_acc.tp": torch.tensor(3), "criterion.weight": torch.ones(3)}
save("lightning_model.ckpt", {**lightning, "state_dict": {**prefixed("model."), **metrics}})
save("lightning_net.ckpt", {**lightning, "state_dict": {**prefixed("net."), **metrics}})
other = {name: tensor * 0 + 1 for name, tensor in plain.items()}
save(
    "lightning_ema_callback.ckpt",
    {
        **lightning,
        "state_dict": prefixed("model.", other),
        "callbacks": {"EMA": {"ema_state_dict": prefixed("model.")}},
    },
)

# OpenMMLab
save(
    "mmpretrain.pth",
    {
        "meta": {"epoch": 3, "CLASSES": ("ant", "bee", "cat"), "mmengine_version": "0.10.3"},
        "state_dict": {**prefixed("backbone.", trunk), "head.fc.weight": plain["fc.weight"], "head.fc.bias": plain["fc.bias"]},
        "message_hub": {"log_scalars": {"loss": kind("mmengine.logging", "HistoryBuffer")(_log_history=numpy.zeros(3))}},
        "optimizer": optimizer,
    },
)
mm = {**prefixed("backbone.", trunk), "head.fc.weight": plain["fc.weight"], "head.fc.bias": plain["fc.bias"]}
mm_other = {name: tensor * 0 + 1 for name, tensor in mm.items()}
save("mmengine_ema.pth", {"state_dict": mm_other, "ema_state_dict": {"steps": torch.tensor(5), **prefixed("module.", mm)}})

# TorchScript
torch.jit.script(net).save(str(HERE / "torchscript_scripted.pt"))
torch.jit.trace(net, pictures).save(str(HERE / "torchscript_traced.pt"))
torch.jit.freeze(torch.jit.script(net)).save(str(HERE / "torchscript_frozen.pt"))
torch.jit.script(net)._save_for_lite_interpreter(str(HERE / "torchscript_mobile.ptl"))

# Quantised
from torch.ao.quantization import quantize_dynamic

save("quantised_dynamic.pth", quantize_dynamic(filled(), {nn.Linear}, dtype=torch.qint8).state_dict())
channels = torch.quantize_per_channel(plain["conv1.weight"], torch.ones(2) / 64, torch.zeros(2).long(), 0, torch.qint8)
save("quantised_per_channel.pth", {**plain, "conv1.weight": channels})
save(
    "int8_with_scales.pth",
    {**plain, "fc.weight": (plain["fc.weight"] * 127).round().to(torch.int8), "fc.SCB": torch.ones(3)},
)

# Nested wrappers
save("ddp_compile.pth", prefixed("module._orig_mod."))
save("compile_ddp.pth", {"model": prefixed("_orig_mod.module."), "step": 3})
save(
    "ema_pytorch.pt",
    {**prefixed("online_model.", other), **prefixed("ema_model."), "initted": torch.tensor(True), "step": torch.tensor(9)},
)
save("averaged_model.pth", {"n_averaged": torch.tensor(4), **prefixed("module.")})
save("compile_of_stages.pth", named(lambda n: n.replace("layer1.0.", "layer1._orig_mod.0.")))
save("checkpoint_wrappers.pth", named(lambda n: n.replace(".0.conv", ".0._checkpoint_wrapped_module.conv").replace(".0.bn", ".0._checkpoint_wrapped_module.bn").replace(".0.downsample", ".0._checkpoint_wrapped_module.downsample")))
save(
    "fsdp_wrapped.pth",
    named(lambda n: "_fsdp_wrapped_module." + n.replace("layer1.0.", "layer1._fsdp_wrapped_module.0._fsdp_wrapped_module.")),
)
save("fsdp_flat.pth", {"_fsdp_wrapped_module.flat_param": torch.cat([t.flatten() for t in net.parameters()])})
save("opacus.pth", prefixed("_module."))
save("ddp_ema_compile.ckpt", {"ema": {"module": prefixed("module._orig_mod.")}, "model": prefixed("module._orig_mod.", other)})
save("data_parallel_module.pth", nn.DataParallel(net))

# Parametrised
weight_norm = filled()
torch.nn.utils.weight_norm(weight_norm.fc)
save("weight_norm_fc.pth", weight_norm.state_dict())
weight_norm = filled()
torch.nn.utils.weight_norm(weight_norm.layer1[0].conv2)
save("weight_norm_conv.pth", weight_norm.state_dict())
weight_norm = filled()
for module in weight_norm.modules():
    if isinstance(module, nn.Conv2d):
        torch.nn.utils.weight_norm(module)
save("weight_norm_everywhere.pth", weight_norm.state_dict())
spectral = filled()
torch.nn.utils.parametrizations.spectral_norm(spectral.conv1)
save("parametrized_conv1.pth", spectral.state_dict())
orthogonal = filled()
torch.nn.utils.parametrizations.spectral_norm(orthogonal.fc)
save("parametrized_fc.pth", orthogonal.state_dict())
save(
    "parametrized_weight_norm.pth",
    {
        **{name: tensor for name, tensor in plain.items() if name != "fc.weight"},
        "fc.parametrizations.weight.original0": torch.ones(3, 1),
        "fc.parametrizations.weight.original1": plain["fc.weight"],
    },
)
from torch.nn.utils import prune

pruned = filled()
prune.l1_unstructured(pruned.layer1[0].conv1, "weight", 0.5)
save("pruned.pth", pruned.state_dict())
save(
    "lora.pth",
    {
        **{name: tensor for name, tensor in plain.items() if name != "fc.weight"},
        "fc.base_layer.weight": plain["fc.weight"],
        "fc.lora_A.default.weight": torch.zeros(2, 8),
        "fc.lora_B.default.weight": torch.zeros(3, 2),
    },
)

# Element types and layouts
save("half.pth", {name: tensor.half() if tensor.is_floating_point() else tensor for name, tensor in plain.items()})
save("double.pth", {name: tensor.double() if tensor.is_floating_point() else tensor for name, tensor in plain.items()})
mixed = {}
for i, (name, tensor) in enumerate(plain.items()):
    mixed[name] = tensor.to((torch.float64, torch.float16, torch.float32)[i % 3]) if tensor.is_floating_point() else tensor
save("mixed_types.pth", mixed)
rounded = {name: tensor.bfloat16() if tensor.is_floating_point() else tensor for name, tensor in plain.items()}
save("bfloat16.pth", rounded)
brain = Net().eval()
brain.load_state_dict({name: tensor.float() if tensor.is_floating_point() else tensor for name, tensor in rounded.items()})
with torch.no_grad():
    (HERE / "bfloat16.json").write_text(json.dumps({"logits": brain(pictures).flatten().tolist()}))
flat = torch.cat([tensor.flatten() for tensor in plain.values() if tensor.is_floating_point()])
views, at = collections.OrderedDict(), 0
for name, tensor in plain.items():
    if tensor.is_floating_point():
        views[name] = flat[at : at + tensor.numel()].view(tensor.shape)
        at += tensor.numel()
    else:
        views[name] = tensor
save("one_storage.pth", views)
save("one_storage_legacy.pth", views, _use_new_zipfile_serialization=False)
save("channels_last.pth", net.to(memory_format=torch.channels_last).state_dict())
strided = collections.OrderedDict()
for name, tensor in plain.items():
    wide = torch.zeros(*tensor.shape, 2, dtype=tensor.dtype)
    wide[..., 1] = tensor
    strided[name] = wide[..., 1]  # Every second number of its storage.
save("strided.pth", strided)
save("transposed.pth", {name: tensor.mT.contiguous().mT if tensor.dim() > 1 else tensor for name, tensor in plain.items()})
tied = dict(plain)
tied["other.fc.weight"] = tied["fc.weight"]
save("tied.pth", tied)
expanded = dict(plain)
expanded["bn1.running_mean"] = torch.tensor(0.5).expand(2)
expanded["layer1.0.bn1.bias"] = torch.tensor([0.25]).expand(4)
save("expanded.pth", expanded)
model = Net().eval()
model.load_state_dict(expanded)
with torch.no_grad():
    (HERE / "expanded.json").write_text(json.dumps({"logits": model(pictures).flatten().tolist()}))
save("parameters.pth", dict(filled().named_parameters()) | dict(net.named_buffers()))
save("legacy.pth", plain, _use_new_zipfile_serialization=False)
save("protocol4.pth", plain, pickle_protocol=4)
save("protocol5_legacy.pth", plain, pickle_protocol=5, _use_new_zipfile_serialization=False)
one_by_one = dict(plain)
one_by_one["fc.weight"] = one_by_one["fc.weight"].reshape(3, 8, 1, 1)
save("fc_as_convolution.pth", one_by_one)


# Zip archives that other programs write
def rezip(source, target, method=zipfile.ZIP_STORED, order=None, extra=()):
    with zipfile.ZipFile(HERE / source) as old, zipfile.ZipFile(HERE / target, "w", method) as new:
        for entry in old.namelist():
            with new.open(zipfile.ZipInfo(entry), "w", force_zip64=True) if method == zipfile.ZIP_STORED else new.open(
                entry, "w"
            ) as out:
                out.write(old.read(entry))
        for entry, content in extra:
            new.writestr(entry, content)
        if order:
            new.writestr(old.namelist()[0].split("/")[0] + "/byteorder", order)


save("little.pth", plain)
rezip("little.pth", "zip64_local_headers.pth")
rezip("little.pth", "byteorder_little.pth", order="little")
rezip("little.pth", "byteorder_big.pth", order="big")
limits = zipfile.ZIP64_LIMIT, zipfile.ZIP_FILECOUNT_LIMIT
zipfile.ZIP64_LIMIT = zipfile.ZIP_FILECOUNT_LIMIT = 0  # Everything in the 64-bit form.
rezip("little.pth", "zip64_everywhere.pth")
zipfile.ZIP64_LIMIT, zipfile.ZIP_FILECOUNT_LIMIT = limits
rezip("little.pth", "zip_deflated.pth", zipfile.ZIP_DEFLATED)
rezip("little.pth", "zip_bzip2.pth", zipfile.ZIP_BZIP2)
rezip("little.pth", "zip_other_files.pth", extra=[("__MACOSX/._data.pkl", b"\0\5\26\7"), ("README.md", b"hello")])
(HERE / "little.pth").unlink()
with zipfile.ZipFile(HERE / "no_pickle.zip", "w") as archive:
    archive.writestr("model.json", "{}")
    archive.writestr("weights/group1-shard1of1.bin", "0" * 16)


# Other frameworks' files and names
def safetensors(name, tensors):
    header, data = {}, b""
    for key, array in tensors.items():
        array = numpy.ascontiguousarray(array, dtype=numpy.float32)
        header[key] = {"dtype": "F32", "shape": list(array.shape), "data_offsets": [len(data), len(data) + array.nbytes]}
        data += array.tobytes()
    text = json.dumps(header).encode()
    (HERE / name).write_bytes(struct.pack("<Q", len(text)) + text + data)


def keras(name):
    layer, what = name.rsplit(".", 1)
    place = {"running_mean": "moving_mean:0", "running_var": "moving_variance:0", "bias": "beta:0"}.get(what, "gamma:0")
    if plain[name].dim() > 1:
        place = "kernel:0"
    return layer.replace(".", "_") + "/" + place


def transposed_values(name):
    array = plain[name].numpy()
    return array.transpose(2, 3, 1, 0) if array.ndim == 4 else array.T


floats = [name for name in plain if plain[name].is_floating_point()]
safetensors("keras_names.safetensors", {keras(name): transposed_values(name) for name in floats})
flax = {"running_mean": "mean", "running_var": "var"}
safetensors(
    "flax_names.safetensors",
    {
        "params." + (name[:-6] + "kernel" if plain[name].dim() > 1 else ".".join([name.rsplit(".", 1)[0], flax.get(name.rsplit(".", 1)[1], "scale" if name.endswith("weight") else "bias")])): transposed_values(name)
        for name in floats
    },
)
safetensors("safetensors_prefixed.safetensors", {"model." + name: plain[name].numpy() for name in floats})
(HERE / "keras.h5").write_bytes(b"\x89HDF\r\n\x1a\n" + bytes(64))
(HERE / "model.onnx").write_bytes(b"\x08\x07\x12\x07pytorch\x1a\x051.13\x3a" + bytes(64))
(HERE / "download.pth").write_text("<!DOCTYPE html>\n<html><head><title>404</title></head></html>\n")
(HERE / "weights.npz").write_bytes(b"")
numpy.savez(HERE / "weights.npz", **{"fc.weight": plain["fc.weight"].numpy()})
import gzip

(HERE / "weights.pth.gz").write_bytes(gzip.compress(b"anything", mtime=0))
(HERE / "saved_model.pb").write_bytes(b"\x08\x01\x12\x05\x0a\x03abc" + bytes(32))

# NumPy, and numbers that are no weights, in every format
import pickle

arrays = {name: tensor.numpy() for name, tensor in plain.items()}
(HERE / "numpy.pkl").write_bytes(pickle.dumps(arrays, protocol=2))
(HERE / "numpy_protocol5.pkl").write_bytes(pickle.dumps({"model": arrays, "matching_heuristics": True}, protocol=5))


def spoilt(name, value):
    state = {key: tensor.clone() for key, tensor in plain.items()}
    state[name].view(-1)[1] = value
    return state


infinite = spoilt("layer1.0.bn2.weight", float("inf"))
save("infinite.pth", infinite)
save("infinite_legacy.pth", infinite, _use_new_zipfile_serialization=False)
save("infinite_half.pth", {key: t.half() if t.is_floating_point() else t for key, t in spoilt("fc.bias", float("-inf")).items()})
save("not_a_number.pth", spoilt("conv1.weight", float("nan")))
(HERE / "infinite_numpy.pkl").write_bytes(pickle.dumps({key: t.numpy() for key, t in infinite.items()}, protocol=2))
safetensors("infinite.safetensors", {name: infinite[name].numpy() for name in floats})
infinite_shards = HERE / "infinite_shards"
infinite_shards.mkdir()
index = {"weight_map": {}}
for number, part in enumerate((floats[:10], floats[10:])):
    shard = f"model-{number + 1:05d}-of-00002.safetensors"
    safetensors(f"infinite_shards/{shard}", {name: infinite[name].numpy() for name in part})
    index["weight_map"].update({name: shard for name in part})
(infinite_shards / "model.safetensors.index.json").write_text(json.dumps(index))

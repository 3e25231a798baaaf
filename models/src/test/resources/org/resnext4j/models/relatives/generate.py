#!/usr/bin/env python3
"""Regenerates sizes.json and gradients.json: the wider family in plain PyTorch modules, after timm's published rules.

    /usr/bin/python3 generate.py [path of relatives.json of the shared fixtures]

With the path it first checks these modules against timm's own logits. Weights and pictures are functions of names: a value's seed is FNV-1a 64 of the
name, then SplitMix64, uniform in [-1, 1); convolutions times sqrt(6 / fan in), linear layers times sqrt(3 / fan in), fc.bias 0.01 u, norms 1 + 0.2 u
(a quarter of it for bn3), running means 0.1 u, running variances 1 + 0.5 u, other biases 0.1 u, the picture 2 u.
"""
import json, math, os, sys
import numpy as np
import torch
from torch import nn
from torch.nn import functional as F

HERE = os.path.dirname(os.path.abspath(__file__))
MASK = (1 << 64) - 1
torch.set_num_threads(2)


def unit(name, count):
    h = 0xcbf29ce484222325
    for b in name.encode():
        h = ((h ^ b) * 0x100000001b3) & MASK
    with np.errstate(over='ignore'):
        z = np.uint64(h) + np.arange(1, count + 1, dtype=np.uint64) * np.uint64(0x9e3779b97f4a7c15)
        z = (z ^ (z >> np.uint64(30))) * np.uint64(0xbf58476d1ce4e5b9)
        z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94d049bb133111eb)
        z = z ^ (z >> np.uint64(31))
    return (z >> np.uint64(40)).astype(np.float64) / (1 << 23) - 1.0


def value(name, shape):
    u = unit(name, int(np.prod(shape)))
    if name.endswith('running_mean'):
        v = 0.1 * u
    elif name.endswith('running_var'):
        v = 1.0 + 0.5 * u
    elif len(shape) in (3, 4):
        v = u * math.sqrt(6.0 / np.prod(shape[1:]))
    elif len(shape) == 2:
        v = u * math.sqrt(3.0 / shape[1])
    elif name == 'fc.bias':
        v = 0.01 * u
    elif name.endswith('.weight'):
        v = (0.25 if '.bn3.' in name else 1.0) * (1.0 + 0.2 * u)
    else:
        v = 0.1 * u
    return np.asarray(v).astype(np.float32).reshape(shape)


def divisible(v, divisor):
    return max(divisor, int(v + divisor / 2) // divisor * divisor)


def conv_bn(i, o, k, stride=1, groups=1, dilation=1):
    return nn.Conv2d(i, o, k, stride, dilation * (k - 1) // 2, dilation, groups, bias=False)


class SE(nn.Module):
    def __init__(self, channels, divisor=8):
        super().__init__()
        inner = divisible(channels / 16, divisor)
        self.fc1 = nn.Conv2d(channels, inner, 1)
        self.fc2 = nn.Conv2d(inner, channels, 1)

    def forward(self, x):
        return x * torch.sigmoid(self.fc2(F.relu(self.fc1(x.mean((2, 3), keepdim=True)))))


class ECA(nn.Module):
    def __init__(self, channels):
        super().__init__()
        t = int(abs(math.log2(channels) + 1) / 2)
        k = max(t if t % 2 else t + 1, 3)
        self.conv = nn.Conv1d(1, 1, k, padding=k // 2, bias=False)

    def forward(self, x):
        y = x.mean((2, 3)).unsqueeze(1)
        return x * torch.sigmoid(self.conv(y)).reshape(x.shape[0], -1, 1, 1)


class ConvNormAct(nn.Module):
    def __init__(self, *a, **k):
        super().__init__()
        self.conv = conv_bn(*a, **k)
        self.bn = nn.BatchNorm2d(self.conv.out_channels)

    def forward(self, x):
        return F.relu(self.bn(self.conv(x)))


class SelectiveAttention(nn.Module):
    def __init__(self, channels):
        super().__init__()
        inner = divisible(channels / 16, 32)
        self.fc_reduce = nn.Conv2d(channels, inner, 1, bias=False)
        self.bn = nn.BatchNorm2d(inner)
        self.fc_select = nn.Conv2d(inner, 2 * channels, 1, bias=False)

    def forward(self, x):  # [batch, path, channels, h, w]
        y = x.sum(1).mean((2, 3), keepdim=True)
        y = self.fc_select(F.relu(self.bn(self.fc_reduce(y))))
        return torch.softmax(y.view(x.shape[0], 2, -1, 1, 1), 1)


class SelectiveKernel(nn.Module):
    def __init__(self, channels, stride, groups):
        super().__init__()
        self.paths = nn.ModuleList([ConvNormAct(channels, channels, 3, stride, groups, d) for d in (1, 2)])
        self.attn = SelectiveAttention(channels)

    def forward(self, x):
        paths = torch.stack([p(x) for p in self.paths], 1)
        return (paths * self.attn(paths)).sum(1)


class Blur(nn.Module):
    def __init__(self, stride):
        super().__init__()
        self.stride = stride

    def forward(self, x):
        c = torch.tensor([0.25, 0.5, 0.25], dtype=x.dtype)
        w = (c[:, None] * c[None, :])[None, None].repeat(x.shape[1], 1, 1, 1)
        return F.conv2d(F.pad(x, (1, 1, 1, 1), 'reflect'), w, stride=self.stride, groups=x.shape[1])


class Bottleneck(nn.Module):
    def __init__(self, net, inplanes, planes, stage, stride):
        super().__init__()
        k = net.kind
        groups = k['groups'] << stage if k.get('group_size') else k['groups']
        width = k['width'] * k['groups'] << stage
        out = planes * 4
        self.act, self.inner = net.act, k.get('attention')
        self.conv1, self.bn1 = conv_bn(inplanes, width, 1), nn.BatchNorm2d(width)
        aa = k.get('aa') if stride == 2 else None
        step = 1 if aa else stride
        if k.get('attention') == 'sk':
            self.conv2 = SelectiveKernel(width, step, groups)
        else:
            self.conv2, self.bn2 = conv_bn(width, width, 3, step, groups), nn.BatchNorm2d(width)
        self.aa = {'avg': nn.AvgPool2d(2), 'blur': Blur(2), None: nn.Identity()}[aa]
        self.conv3, self.bn3 = conv_bn(width, out, 1), nn.BatchNorm2d(out)
        att = k.get('attention')
        self.se = SE(out) if att == 'se' else ECA(out) if att == 'eca' else SE(width) if att == 'inner' else nn.Identity()
        if inplanes == out and stride == 1:
            self.downsample = nn.Identity()
        elif k.get('deep'):
            pool = nn.Identity() if stride == 1 else nn.AvgPool2d(2, stride, ceil_mode=True, count_include_pad=False)
            self.downsample = nn.Sequential(pool, conv_bn(inplanes, out, 1), nn.BatchNorm2d(out))
        else:
            self.downsample = nn.Sequential(conv_bn(inplanes, out, 1, stride), nn.BatchNorm2d(out))

    def forward(self, x):
        act, inner = self.act, self.inner
        y = self.conv2(act(self.bn1(self.conv1(x))))
        y = y if inner == 'sk' else act(self.bn2(y))
        y = self.aa(y)
        y = self.bn3(self.conv3(self.se(y) if inner == 'inner' else y))
        y = y if inner == 'inner' else self.se(y)
        return act(y + self.downsample(x))


class Network(nn.Module):
    def __init__(self, kind, stages=None, channels=64, classes=1000):
        super().__init__()
        self.kind = kind
        self.act = F.silu if kind.get('silu') else F.relu
        tiers = {'deep': (32, 32), 'tiered': (24, 32)}.get(kind.get('stem'))
        if tiers:
            a, b = tiers
            self.conv1 = nn.Sequential(conv_bn(3, a, 3, 2), nn.BatchNorm2d(a), nn.SiLU() if kind.get('silu') else nn.ReLU(), conv_bn(a, b, 3),
                                       nn.BatchNorm2d(b), nn.SiLU() if kind.get('silu') else nn.ReLU(), conv_bn(b, channels, 3))
        else:
            self.conv1 = conv_bn(3, channels, 7, 2)
        self.bn1 = nn.BatchNorm2d(channels)
        aa = kind.get('aa')
        if aa == 'avg':
            self.maxpool = nn.AvgPool2d(2)
        elif aa == 'blur':
            self.maxpool = nn.Sequential(nn.MaxPool2d(3, 1, 1), Blur(2))
        elif kind.get('cut_pool'):
            self.maxpool = nn.MaxPool2d(3, 2, 0, ceil_mode=True)
        else:
            self.maxpool = nn.MaxPool2d(3, 2, 1)
        inplanes = channels
        for s, blocks in enumerate(stages or kind['stages']):
            layer = []
            for b in range(blocks):
                layer.append(Bottleneck(self, inplanes, channels << s, s, 2 if b == 0 and s > 0 else 1))
                inplanes = (channels << s) * 4
            setattr(self, 'layer%d' % (s + 1), nn.Sequential(*layer))
        self.count = len(stages or kind['stages'])
        self.fc = nn.Linear(inplanes, classes)

    def embed(self, x):
        x = self.maxpool(self.act(self.bn1(self.conv1(x))))
        for s in range(self.count):
            x = getattr(self, 'layer%d' % (s + 1))(x)
        return x.mean((2, 3))

    def forward(self, x):
        return self.fc(self.embed(x))


def kind(stages, groups, width, **rest):
    return dict(stages=stages, groups=groups, width=width, **rest)


S26, S50, S101 = [2, 2, 2, 2], [3, 4, 6, 3], [3, 4, 23, 3]
KINDS = {
    'seresnext50_32x4d': kind(S50, 32, 4, attention='se'),
    'resnext50d_32x4d': kind(S50, 32, 4, stem='deep', deep=True),
    'seresnext26t_32x4d': kind(S26, 32, 4, stem='tiered', deep=True, attention='se'),
    'seresnext26d_32x4d': kind(S26, 32, 4, stem='deep', deep=True, attention='se'),
    'ecaresnext26t_32x4d': kind(S26, 32, 4, stem='tiered', deep=True, attention='eca'),
    'skresnext50_32x4d': kind(S50, 32, 4, attention='sk'),
    'legacy_seresnext26_32x4d': kind(S26, 32, 4, attention='se', cut_pool=True),
    'legacy_seresnext50_32x4d': kind(S50, 32, 4, attention='se', cut_pool=True),
    'resnext26ts': kind(S26, 2, 32, stem='tiered', silu=True, group_size=32),
    'seresnext26ts': kind(S26, 2, 32, stem='tiered', silu=True, group_size=32, attention='inner'),
    'resnetaa50d': kind(S50, 1, 64, stem='deep', deep=True, aa='avg'),
    'resnetblur26d': kind(S26, 1, 64, stem='deep', deep=True, aa='blur'),
    'resnet50d': kind(S50, 1, 64, stem='deep', deep=True),
    'ecaresnet50d': kind(S50, 1, 64, stem='deep', deep=True, attention='eca'),
    'seresnet50': kind(S50, 1, 64, attention='se'),
}


def fill(net):
    state = net.state_dict()
    for n, t in state.items():
        if not n.endswith('num_batches_tracked'):
            state[n] = torch.from_numpy(value(n, tuple(t.shape)).copy()).to(t.dtype)
    net.load_state_dict(state)
    return net


def picture(n, size):
    return torch.from_numpy((2.0 * unit('input', n * 3 * size * size)).astype(np.float32).reshape(n, 3, size, size))


def check(path):
    for case in json.load(open(path)):
        if case['name'] not in KINDS or 'legacy' in case['name'] or case['name'].endswith('ts'):
            continue
        net = fill(Network(KINDS[case['name']])).eval().double()
        with torch.no_grad():
            logits = net(picture(2, case['input'][2]).double())
        print('%s: largest difference to timm %.1e' % (case['name'], (logits - torch.tensor(case['logits'], dtype=torch.float64)).abs().max()))


SIZES = (97, 160, 200, 225, 288)


def small(name, stages):
    """The network with few blocks of few channels: 4 groups for 32, a width of 16 for one group."""
    k = dict(KINDS[name])
    if k['groups'] == 32:
        k['groups'] = 4
    if k['groups'] == 1:
        k['width'] = 16
    return fill(Network(k, stages, channels=16, classes=5)).double()


def sizes():
    out = []
    for name in KINDS:
        net = small(name, [1, 1, 1]).eval()
        for size in SIZES:
            x = picture(1, size).double()
            try:
                with torch.no_grad():
                    logits = net(x)[0].tolist()
            except RuntimeError:  # timm's mean pools give other sizes than its shortcuts at odd maps.
                logits = None
            out.append({'name': name, 'size': size, 'logits': logits})
            print(name, size, logits and logits[:2], flush=True)
    json.dump(out, open(os.path.join(HERE, 'sizes.json'), 'w'))


def gradients():
    out = []
    for name in ('seresnext26d_32x4d', 'ecaresnext26t_32x4d', 'skresnext50_32x4d', 'seresnext26ts', 'resnetaa50d', 'resnetblur26d', 'legacy_seresnext26_32x4d'):
        net = small(name, [1, 1]).train()
        x = picture(4, 34 if KINDS[name].get('aa') != 'avg' else 32).double()
        loss = F.cross_entropy(net(x), torch.tensor([0, 3, 1, 4]))
        loss.backward()
        grads = {}
        for n, p in net.named_parameters():
            g = p.grad.flatten()
            at = sorted({0, g.numel() // 3, g.numel() - 1})
            grads[n] = {'norm': g.norm().item(), 'at': at, 'values': [g[i].item() for i in at]}
        out.append({'name': name, 'size': x.shape[2], 'loss': loss.item(), 'gradients': grads})
        print(name, loss.item(), len(grads), flush=True)
    json.dump(out, open(os.path.join(HERE, 'gradients.json'), 'w'))


if __name__ == '__main__':
    if len(sys.argv) > 1:
        check(sys.argv[1])
    sizes()
    gradients()

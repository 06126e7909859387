"""Exported weights as a checkpoint to go on from: normalisations are put back where they change nothing.

python training/unfold.py models/nova-hollows.bin SHARDS CHECKPOINT
python training/unfold.py --hollows models/nova-views.bin SHARDS CHECKPOINT

With --hollows a network that knows of none begins to tell them apart.
"""

import json
import struct
import sys

import numpy as np
import torch

from nova_net import Conv
from views_data import Shards, to_input
from views_net import ViewsNet


def read_layers(path):
    """Weight and bias of every layer by name."""
    data = open(path, "rb").read()
    (size,) = struct.unpack_from("<I", data)
    header = json.loads(data[4 : 4 + size])
    at = 4 + size
    layers = {}
    for layer in header["layers"]:
        shape = (layer["outputs"], layer["inputs"], layer["kernel"], layer["kernel"])
        parts = []
        for part in (shape, shape[:1]):
            count = int(np.prod(part))
            parts.append(torch.from_numpy(np.frombuffer(data, "<f2", count, at).astype(np.float32).reshape(part)))
            at += count * 2
        layers[layer["name"]] = parts
    return header, layers


def unfold(net, layers, batches):
    """Gives every normalisation the mean and spread it meets in the batches, and takes them out again after it."""
    seen = {}
    convs = [(name, module) for name, module in net.named_modules() if isinstance(module, Conv)]
    with torch.no_grad():
        for name, module in net.named_modules():
            if name in layers and isinstance(module, Conv):
                module.conv.weight.copy_(layers[name][0])
                module.norm.running_mean.zero_()
                module.norm.running_var.fill_(1 - module.norm.eps)
                module.norm.weight.fill_(1)
                module.norm.bias.copy_(layers[name][1])
            elif name in layers:
                module.weight.copy_(layers[name][0].view_as(module.weight))
                module.bias.copy_(layers[name][1])
        net.eval()

        def watch(name):
            def see(_, __, out):
                moments = torch.stack([out.mean((0, 2, 3)), out.square().mean((0, 2, 3))])
                seen.setdefault(name, []).append(moments)

            return see

        hooks = [module.conv.register_forward_hook(watch(name)) for name, module in convs]
        for batch in batches:
            net(*to_input(batch))
        for hook in hooks:
            hook.remove()
        for name, module in convs:
            mean, square = torch.stack(seen[name]).mean(0)
            norm = module.norm
            norm.running_mean.copy_(mean)
            norm.running_var.copy_((square - mean.square()).clamp(min=1e-6))
            norm.weight.copy_(torch.sqrt(norm.running_var + norm.eps))
            norm.bias.add_(mean)


def main():
    learns = sys.argv[1] == "--hollows"
    weights, folder, path = sys.argv[1 + learns :]
    header, layers = read_layers(weights)
    shards = Shards(folder)
    count = len(shards.index)
    knows = header["format"].startswith("nova-hollows")
    net = ViewsNet(hollows=knows)
    unfold(net, layers, (shards.read(np.arange(n, min(count, n + 64))) for n in range(0, min(count, 512), 64)))
    if learns:
        taught = ViewsNet(hollows=True)
        taught.learn_of_hollows(net)
        net = taught
    state = net.state_dict()
    torch.save({"net": state, "mean": state, "optimizers": [], "samples": header["samples"], "step": header["step"]}, path)


if __name__ == "__main__":
    main()

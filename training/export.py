"""Writes the weights of a checkpoint as the engine reads them, and what the network says about one picture for its test.

python training/export.py CHECKPOINT models/nova-prior.bin [GOLDEN.json]
python training/export.py --views CHECKPOINT models/nova-views.bin [GOLDEN.json]
python training/export.py --views CHECKPOINT models/nova-hollows.bin [GOLDEN.json]
"""

import hashlib
import json
import struct
import sys

import numpy as np
import torch

from nova_net import Conv, NovaNet, surfaces
from views_net import MAPS, ViewsNet


def folded(module):
    """Weight and bias of a convolution with its normalisation folded in."""
    if isinstance(module, Conv):
        norm = module.norm
        gain = norm.weight / torch.sqrt(norm.running_var + norm.eps)
        weight = module.conv.weight * gain.view(-1, 1, 1, 1)
        return weight, norm.bias - norm.running_mean * gain, module.conv.stride[0]
    weight = module.weight
    if weight.dim() == 2:
        weight = weight.view(*weight.shape, 1, 1)
    return weight, module.bias, 1


def write_layers(net, saved, name, path):
    """All layers but those that are only asked while training."""
    layers, blobs = [], []
    inside = set()
    for key, module in net.named_modules():
        if any(key.startswith(outer + ".") for outer in inside):
            continue
        if not isinstance(module, (Conv, torch.nn.Conv2d, torch.nn.Linear)):
            continue
        if key in ("normal", "columns"):
            continue
        inside.add(key)
        weight, bias, stride = folded(module)
        outputs, inputs, kernel, _ = weight.shape
        layers.append({"name": key, "inputs": inputs, "outputs": outputs, "kernel": kernel, "stride": stride})
        for blob in (weight, bias):
            half = blob.detach().numpy().astype("<f2")
            assert np.isfinite(half).all()
            blobs.append(half.tobytes())
    header = json.dumps(
        {"format": f"{name} 1", "samples": saved["samples"], "step": saved["step"], "layers": layers},
        separators=(",", ":"),
    ).encode()
    header += b" " * (-len(header) % 4)
    data = struct.pack("<I", len(header)) + header + b"".join(blobs)
    with open(path, "wb") as file:
        file.write(data)
    print(path, len(data), "bytes, sha256", hashlib.sha256(data).hexdigest())


def main():
    several = sys.argv[1] == "--views"
    checkpoint, path, *golden = sys.argv[2 if several else 1 :]
    saved = torch.load(checkpoint, map_location="cpu")
    knows = several and len(saved["mean"]["maps.weight"]) > 4 * MAPS
    net = ViewsNet(hollows=knows) if several else NovaNet()
    net.load_state_dict(saved["mean"], strict=False)
    net.eval()
    write_layers(net, saved, ("nova-hollows" if knows else "nova-views") if several else "nova-prior", path)
    if golden:
        (write_views_golden if several else write_golden)(net, golden[0])


def test_picture():
    """A picture anyone can make again: a shaded disc with a bar."""
    size = 128
    y, x = np.mgrid[0:size, 0:size].astype(np.float32) / 63.5 - 1
    inside = (x * x + y * y < 0.36) | ((np.abs(x) < 0.15) & (np.abs(y) < 0.85))
    alpha = inside.astype(np.float32)
    rgb = np.stack([0.5 - 0.3 * x, 0.5 - 0.3 * y, 0.4 + 0.2 * x * y])
    return np.concatenate([(rgb - 0.5) * 2 * alpha, [alpha * 2 - 1]]).astype(np.float32)


def few(values, step):
    return [round(float(v), 4) for v in values.flatten()[::step]]


def write_views_golden(net, path):
    """The answer to that picture with smooth waves for a guess: every 61st value."""
    cells = 64
    y, x = np.mgrid[0:cells, 0:cells].astype(np.float32) / 31.5 - 1
    k = np.arange(21, dtype=np.float32).reshape(21, 1, 1)
    guess = (np.sin(3 * x[None] + 0.7 * k) * np.cos(2 * y[None] - 0.3 * k)).astype(np.float32)
    with torch.no_grad():
        maps, _ = net(torch.from_numpy(test_picture()[None]), torch.from_numpy(guess[None]))
    with open(path, "w") as file:
        json.dump({"maps": few(maps[0], 61)}, file)


def write_golden(net, path):
    """What the network says of that picture."""
    picture = test_picture()
    # As the engine: the mean of the picture and its mirror image.
    both = torch.from_numpy(np.stack([picture, picture[:, :, ::-1]]))
    with torch.no_grad():
        maps, back, facts, _, _ = net(both)
    front, rear = surfaces(maps)
    front, rear, doubt, back = (
        (x[0] + x[1].flip(-1)) / 2 for x in (front, rear, maps[:, 2:], back)
    )
    facts = facts.mean(0)

    golden = {
        "front": few(front, 61),
        "back": few(rear, 61),
        "doubt": few(doubt, 127),
        "color": few(back, 61),
        "facts": few(facts, 1),
    }
    with open(path, "w") as file:
        json.dump(golden, file)


if __name__ == "__main__":
    main()

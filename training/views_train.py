"""Trains nova-views on shards of generate.ts --several; see README.md."""

import argparse

import numpy as np
import torch

from nova_train import laplace, normals_of, slope_error
from training_loop import add_arguments, channels_last, train
from views_data import Shards, disturb, goals, to_input
from views_net import ViewsNet

FARTHEST = 0.8  # in crop half sides: what lies farther off counts as this far
HIT = 0.03
NEARLY = 0.03  # mean error of a fit that is nearly right


def arguments():
    p = add_arguments(argparse.ArgumentParser(description=__doc__), minutes=60)
    p.add_argument("--start", help="checkpoint of nova_train.py whose trunk is the start")
    p.set_defaults(every=8)
    return p.parse_args()


def losses(out, batch):
    maps, normals = out
    w = batch["weight"] * (batch["weight"] > 0.3)
    w = w / w.sum((1, 2), keepdim=True).clamp(min=50)
    true = [goal.clamp(-FARTHEST, FARTHEST) for goal in goals(batch)]
    parts = {}
    for k, (name, goal) in enumerate(zip(("front", "back"), true)):
        error = maps[:, k] - goal
        # Real objects are rounder than ours: a fit that is nearly right already counts more.
        off = (goal.abs() * w).sum((1, 2)) / w.sum((1, 2)).clamp(min=1e-6)
        v = w * (0.05 / (0.02 + off)).clamp(0.2, 2.5)[:, None, None]
        parts[name] = laplace(error, maps[:, 2 + k], v)
        parts[name + " off"] = (error.abs() * v).sum() / v.sum()
        parts[name + " slope"] = slope_error(maps[:, k], goal, v)
    if normals is not None:
        goal, known = normals_of(-batch["depth"][:, 0], batch["weight"])
        parts["normal"] = ((normals - goal).square().sum(1) * known).sum() / known.sum()
    shares = {"front": 0.7, "back": 0.3, "front off": 1.4, "back off": 0.6, "front slope": 0.35, "back slope": 0.15, "normal": 0.6}
    return sum(shares[k] * v for k, v in parts.items()), parts


@torch.no_grad()
def validate(net, shards, device):
    """Mean distance from the true front, as the guess has it and as the network says, and the shares within HIT."""
    net.eval()
    sums = {}
    for at in range(0, len(shards.index), 64):
        batch = {k: v.to(device) for k, v in shards.read(np.arange(at, min(len(shards.index), at + 64))).items()}
        maps, _ = net(*to_input(batch))
        goal = goals(batch)[0].clamp(-FARTHEST, FARTHEST)
        w = (batch["weight"] > 0.5).float()
        count = w.sum((1, 2)).clamp(min=1)
        six = (batch["facts"][:, 1] == 6).float()

        def add(name, each, share=None):
            mean = (each * w).sum((1, 2)) / count
            share = torch.ones_like(mean) if share is None else share
            s = sums.setdefault(name, [0.0, 0.0])
            s[0] += (mean * share).sum().item()
            s[1] += share.sum().item()

        error = (maps[:, 0] - goal).abs()
        add("guess", goal.abs())
        add("off", error)
        add("guess 6", goal.abs(), six)
        add("off 6", error, six)
        add("guess hit 6", (goal.abs() < HIT).float(), six)
        add("hit 6", (error < HIT).float(), six)
        near = (((goal.abs() * w).sum((1, 2)) / count) < NEARLY).float()
        add("guess near", goal.abs(), near)
        add("off near", error, near)
        add("back guess", goals(batch)[1].clamp(-FARTHEST, FARTHEST).abs())
        add("back off", (maps[:, 1] - goals(batch)[1].clamp(-FARTHEST, FARTHEST)).abs())
    net.train()
    return {k: a / max(b, 1) for k, (a, b) in sums.items()}


def start_from(path):
    """A network whose trunk is that of a checkpoint of nova_train.py."""
    net = ViewsNet()
    trunk = torch.load(path, map_location="cpu")["mean"]
    own = net.state_dict()
    fits = {k: v for k, v in trunk.items() if k in own and own[k].shape == v.shape and not k.startswith("maps")}
    net.load_state_dict(fits, strict=False)
    print(f"{len(fits)} of {len(own)} tensors from {path}", flush=True)
    return net


def main():
    args = arguments()
    check = Shards(args.validate) if args.validate else None

    def batch_of(shards, random):
        picks = np.sort(random.integers(0, len(shards.index), args.batch))
        return disturb(shards.read(picks), random)

    def loss_of(net, batch):
        return losses(net(*(channels_last(x) for x in to_input(batch))), batch)

    def report(mean):
        if check is None:
            return ""
        return " " + " ".join(f"{k} {v:.4f}" for k, v in validate(mean, check, args.device).items())

    make_net = (lambda: start_from(args.start)) if args.start else ViewsNet
    train(args, make_net, Shards(args.data), batch_of, loss_of, report)


if __name__ == "__main__":
    main()

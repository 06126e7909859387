"""Trains nova-views on shards of generate.ts --several; see README.md."""

import argparse

import numpy as np
import torch
import torch.nn.functional as F

from nova_train import laplace, normals_of, slope_error
from training_loop import add_arguments, channels_last, train
from views_data import Shards, disturb, goals, to_input
from views_net import MAPS, ViewsNet

FARTHEST = 0.8  # in crop half sides: what lies farther off counts as this far
HIT = 0.03
HOLLOW = 0.04  # what lies farther behind the fit is a hollow


def arguments():
    p = add_arguments(argparse.ArgumentParser(description=__doc__), minutes=60)
    p.add_argument("--start", help="checkpoint of nova_train.py whose trunk is the start")
    p.add_argument("--hollows", action="store_true", help="tell hollows apart from a front that is a little off")
    p.add_argument("--everywhere", action="store_true", help="with hollows: the front is asked where it is one, too")
    p.add_argument("--least-views", type=int, default=0, help="only samples of objects with as many pictures")
    p.add_argument("--few", type=float, help="share of samples of objects with at most six pictures; as they come if not given")
    p.add_argument("--half", action="store_true", help="bfloat16 inside the network: faster where the CPU multiplies such tiles")
    p.set_defaults(every=8)
    return p.parse_args()


def losses(out, batch, everywhere=False):
    maps, normals = out
    w = batch["weight"] * (batch["weight"] > 0.3)
    w = w / w.sum((1, 2), keepdim=True).clamp(min=50)
    front, back = (goal.clamp(-FARTHEST, FARTHEST) for goal in goals(batch))
    knows = maps.shape[1] > MAPS
    hollow = (front > HOLLOW).float() * knows
    parts = {}
    for k, (name, goal, share) in enumerate((("front", front, w if everywhere else w * (1 - hollow)), ("back", back, w))):
        error = maps[:, k] - goal
        # Real objects are rounder than ours: a fit that is nearly right already counts more.
        off = (goal.abs() * share).sum((1, 2)) / share.sum((1, 2)).clamp(min=1e-6)
        v = share * (0.05 / (0.02 + off)).clamp(0.2, 2.5)[:, None, None]
        parts[name] = laplace(error, maps[:, 2 + k], v)
        parts[name + " off"] = (error.abs() * v).sum() / v.sum()
        parts[name + " slope"] = slope_error(maps[:, k], goal, v)
    if knows:
        # What is a hollow, and how deep it is, are asked apart: a mean of both would be neither.
        odds = F.binary_cross_entropy_with_logits(maps[:, 4], hollow, reduction="none")
        parts["hollow"] = (odds * w).sum() / w.sum()
        v = w * hollow + 1e-9
        error = maps[:, 5] - front
        parts["deep"] = laplace(error, maps[:, 6], v)
        parts["deep off"] = (error.abs() * v).sum() / v.sum()
        parts["deep slope"] = slope_error(maps[:, 5], front, v)
    if normals is not None:
        goal, known = normals_of(-batch["depth"][:, 0], batch["weight"])
        parts["normal"] = ((normals - goal).square().sum(1) * known).sum() / known.sum()
    shares = {
        "front": 0.7,
        "front off": 1.4,
        "front slope": 0.35,
        "back": 0.2 if knows else 0.3,
        "back off": 0.4 if knows else 0.6,
        "back slope": 0.1 if knows else 0.15,
        "hollow": 1.0,
        "deep": 0.7,
        "deep off": 1.4,
        "deep slope": 0.35,
        "normal": 0.6,
    }
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
        six = (batch["facts"][:, 1] == 6).float()[:, None, None]
        many = (batch["facts"][:, 1] > 6).float()[:, None, None]

        def add(name, each, share):
            s = sums.setdefault(name, [0.0, 0.0])
            s[0] += (each * w * share).sum().item()
            s[1] += (w * share).sum().item()

        says = maps[:, 4] > 0 if maps.shape[1] > MAPS else torch.zeros_like(goal, dtype=torch.bool)
        error = (torch.where(says, maps[:, -2], maps[:, 0]) - goal).abs()
        hollow = (goal > HOLLOW).float()
        for name, share in (("6", six), ("many", many)):
            add("guess " + name, goal.abs(), share)
            add("off " + name, error, share)
            add("hit " + name, (error < HIT).float(), share)
            add("plain " + name, error, share * (1 - hollow))
            add("hollow " + name, goal, share * hollow)
            add("hollow off " + name, error, share * hollow)
            add("found " + name, says.float(), share * hollow)
            add("wrong " + name, says.float(), share * (1 - hollow))
    net.train()
    return {k: a / max(b, 1) for k, (a, b) in sums.items()}


def start_from(path, hollows):
    """A network whose trunk is that of a checkpoint of nova_train.py."""
    net = ViewsNet(hollows)
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
        return disturb(shards.read(np.sort(shards.pick(args.batch, random, args.least_views, args.few))), random)

    def loss_of(net, batch):
        with torch.autocast(torch.device(args.device).type, torch.bfloat16, enabled=args.half):
            maps, normals = net(*(channels_last(x) for x in to_input(batch)))
        return losses((maps.float(), normals.float()), batch, args.everywhere)

    def report(mean):
        if check is None:
            return ""
        return " " + " ".join(f"{k} {v:.4f}" for k, v in validate(mean, check, args.device).items())

    def make_net():
        return start_from(args.start, args.hollows) if args.start else ViewsNet(args.hollows)

    train(args, make_net, Shards(args.data), batch_of, loss_of, report)


if __name__ == "__main__":
    main()

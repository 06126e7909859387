"""Trains nova-views on shards of generate.ts --several; see README.md."""

import argparse
import copy
import os
import time

import numpy as np
import torch

from nova_train import laplace, make_optimizers, normals_of, slope_error
from views_data import Shards, disturb, goals, to_input
from views_net import ViewsNet

FARTHEST = 0.8  # in crop half sides: what lies farther off counts as this far
HIT = 0.03
NEARLY = 0.03  # mean error of a fit that is nearly right


def arguments():
    p = argparse.ArgumentParser(description=__doc__)
    p.add_argument("--data", required=True, help="folder of shards")
    p.add_argument("--validate", help="folder of shards that are never trained on")
    p.add_argument("--out", required=True, help="folder for checkpoints")
    p.add_argument("--start", help="checkpoint of nova_train.py whose trunk is the start")
    p.add_argument("--resume", help="checkpoint of this script to go on from")
    p.add_argument("--minutes", type=float, default=60)
    p.add_argument("--batch", type=int, default=32)
    p.add_argument("--rate", type=float, default=0.02)
    p.add_argument("--optimizer", choices=["muon", "adamw"], default="muon")
    p.add_argument("--threads", type=int, default=1)
    p.add_argument("--device", default="cpu")
    p.add_argument("--seed", type=int, default=1)
    p.add_argument("--every", type=float, default=8, help="minutes between checkpoints")
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
    sums, total = {}, 0
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
        total += len(w)
    net.train()
    return {k: a / max(b, 1) for k, (a, b) in sums.items()}


def main():
    args = arguments()
    torch.set_num_threads(args.threads)
    torch.manual_seed(args.seed)
    random = np.random.default_rng(args.seed)
    os.makedirs(args.out, exist_ok=True)
    net = ViewsNet()
    if args.start:
        trunk = torch.load(args.start, map_location="cpu")["mean"]
        own = net.state_dict()
        fits = {k: v for k, v in trunk.items() if k in own and own[k].shape == v.shape and not k.startswith("maps")}
        net.load_state_dict(fits, strict=False)
        print(f"{len(fits)} of {len(own)} tensors from {args.start}", flush=True)
    net = net.to(args.device, memory_format=torch.channels_last)
    mean = copy.deepcopy(net)
    samples = step = 0
    if args.resume:
        saved = torch.load(args.resume, map_location=args.device)
        net.load_state_dict(saved["net"])
        mean.load_state_dict(saved["mean"])
        samples, step = saved["samples"], saved["step"]
        random = np.random.default_rng(args.seed + step)
    optimizers = make_optimizers(net, args)
    if args.resume:
        for optimizer, state in zip(optimizers, saved["optimizers"]):
            optimizer.load_state_dict(state)
    rates = [args.rate] + [args.rate * (0.15 if args.optimizer == "muon" else 1)]
    shards = Shards(args.data)
    check = Shards(args.validate) if args.validate else None
    began = saved_at = time.time()
    first = step
    running = None

    def save(name):
        state = {
            "net": net.state_dict(),
            "mean": mean.state_dict(),
            "optimizers": [o.state_dict() for o in optimizers],
            "samples": samples,
            "step": step,
        }
        path = os.path.join(args.out, name)
        torch.save(state, path + ".part")
        os.replace(path + ".part", path)
        line = f"checkpoint {name} step {step} samples {samples} shards {len(shards.shards)}"
        if check:
            line += " " + " ".join(f"{k} {v:.4f}" for k, v in validate(mean, check, args.device).items())
        print(line, flush=True)

    while True:
        passed = (time.time() - began) / (args.minutes * 60)
        if passed >= 1:
            break
        warm = min(1.0, (step - first + 1) / 60)
        fall = min(1.0, (1 - passed) / 0.67)
        for optimizer, rate in zip(optimizers, rates):
            for group in optimizer.param_groups:
                group["lr"] = rate * warm * fall
        picks = np.sort(random.integers(0, len(shards.index), args.batch))
        batch = disturb(shards.read(picks), random)
        batch = {k: v.to(args.device) for k, v in batch.items()}
        inputs = [x.contiguous(memory_format=torch.channels_last) for x in to_input(batch)]
        loss, parts = losses(net(*inputs), batch)
        for optimizer in optimizers:
            optimizer.zero_grad()
        loss.backward()
        for optimizer in optimizers:
            optimizer.step()
        step += 1
        samples += args.batch
        keep = min(0.98, (1 + step) / (10 + step))
        with torch.no_grad():
            for a, b in zip(mean.state_dict().values(), net.state_dict().values()):
                if a.dtype.is_floating_point:
                    a.lerp_(b, 1 - keep)
                else:
                    a.copy_(b)
        running = loss.item() if running is None else running + 0.03 * (loss.item() - running)
        if step % 50 == 0:
            shards.refresh()
            print(
                f"step {step} samples {samples} loss {running:.4f} "
                + " ".join(f"{k} {v.item():.4f}" for k, v in parts.items())
                + f" passed {passed:.3f} cpu {time.process_time():.0f} s wall {time.time() - began:.0f} s",
                flush=True,
            )
        if time.time() - saved_at > args.every * 60:
            saved_at = time.time()
            save("last.pt")
    save("final.pt")


if __name__ == "__main__":
    main()

"""Trains nova-prior.

python training/nova_train.py --data FOLDER --out FOLDER --minutes 60 [--resume FILE] [--validate FOLDER]

The rate falls to zero at the end of the minutes, whatever else the machine does meanwhile; new shards that appear in
the folder are used. A checkpoint is written every few minutes; `--resume` goes on from one, with a new schedule.
"""

import argparse
import copy
import os
import time

import numpy as np
import torch
import torch.nn.functional as F

from nova_data import Shards, disturb, to_input
from nova_net import BINS, REACH, NovaNet, column_surfaces, surfaces


def arguments():
    p = argparse.ArgumentParser()
    p.add_argument("--data", required=True)
    p.add_argument("--validate")
    p.add_argument("--out", required=True)
    p.add_argument("--resume")
    p.add_argument("--minutes", type=float, required=True)
    p.add_argument("--batch", type=int, default=48)
    p.add_argument("--optimizer", default="muon", choices=["muon", "adamw"])
    p.add_argument("--rate", type=float, default=0.02)
    p.add_argument("--seed", type=int, default=1)
    p.add_argument("--threads", type=int, default=1)
    p.add_argument("--device", default="cpu")
    p.add_argument("--every", type=float, default=4.0, help="minutes between checkpoints")
    return p.parse_args()


def orthogonal(g, steps=3):
    """The nearest matrix with equal singular values, nearly (Newton–Schulz; Jordan, 2024)."""
    a, b, c = 3.4445, -4.7750, 2.0315
    x = g / (g.norm() + 1e-7)
    tall = x.shape[0] > x.shape[1]
    if tall:
        x = x.t()
    for _ in range(steps):
        m = x @ x.t()
        x = a * x + (b * m + c * m @ m) @ x
    return x.t() if tall else x


class Muon(torch.optim.Optimizer):
    """Momentum made orthogonal, for the kernels of convolutions (Jordan, 2024)."""

    def __init__(self, params, lr, momentum=0.95, decay=0.01):
        super().__init__(params, {"lr": lr, "momentum": momentum, "decay": decay})

    @torch.no_grad()
    def step(self):
        for group in self.param_groups:
            for p in group["params"]:
                if p.grad is None:
                    continue
                state = self.state[p]
                if "m" not in state:
                    state["m"] = torch.zeros_like(p)
                m = state["m"]
                m.mul_(group["momentum"]).add_(p.grad)
                g = (p.grad + group["momentum"] * m).reshape(len(p), -1)
                step = orthogonal(g)
                scale = max(1.0, step.shape[0] / step.shape[1]) ** 0.5
                p.mul_(1 - group["lr"] * group["decay"])
                p.add_(step.reshape(p.shape), alpha=-group["lr"] * scale)


def is_inner(name, p):
    """Kernels between hidden layers; the outputs have a rate of their own."""
    return p.dim() == 4 and not name.startswith(("maps", "normal", "columns"))


def make_optimizers(net, args):
    kernels = [p for n, p in net.named_parameters() if is_inner(n, p)]
    others = [p for n, p in net.named_parameters() if not is_inner(n, p)]
    if args.optimizer == "muon":
        return [
            Muon(kernels, lr=args.rate),
            torch.optim.AdamW(others, lr=args.rate * 0.15, betas=(0.9, 0.98), weight_decay=0),
        ]
    return [
        torch.optim.AdamW(kernels, lr=args.rate, betas=(0.9, 0.98), weight_decay=0.02),
        torch.optim.AdamW(others, lr=args.rate, betas=(0.9, 0.98), weight_decay=0),
    ]


def laplace(error, log_scale, weight):
    """Negative log-likelihood; uncertain pixels keep some of their pull (Seitzer et al., 2022)."""
    s = log_scale.clamp(-4.5, 1)
    each = (error.abs() * torch.exp(-s) + s) * torch.exp(0.5 * s).detach()
    return (each * weight).sum() / weight.sum()


def slope_error(predicted, true, weight):
    """L1 of differences between neighbours; at jumps it is bounded."""
    total = 0.0
    for axis in (1, 2):
        d = (predicted - true).diff(dim=axis)
        w = torch.minimum(
            weight.narrow(axis, 1, weight.shape[axis] - 1),
            weight.narrow(axis, 0, weight.shape[axis] - 1),
        )
        total = total + (d.abs().clamp(max=0.25) * w).sum() / w.sum()
    return total


def losses(out, batch):
    maps, back, facts, columns, normals = out
    w = batch["weight"] * (batch["weight"] > 0.3)
    front_true, back_true = batch["depth"][:, 0], batch["depth"][:, 1]
    centre_true, thick_true = (front_true + back_true) / 2, front_true - back_true
    front, rear = surfaces(maps)
    thick = front - rear
    # Every picture counts alike, however much of its square it fills.
    w = w / w.sum((1, 2), keepdim=True).clamp(min=50)
    parts = {
        "centre": laplace(maps[:, 0] - centre_true, maps[:, 2], w),
        "thick": laplace(thick - thick_true, maps[:, 3], w),
        "surface": (((front - front_true).abs() + (rear - back_true).abs()) * w).sum() / w.sum(),
        "slope": slope_error(front, front_true, w) + slope_error(rear, back_true, w),
    }
    wb = batch["back"][:, 3:] * (batch["back"][:, 3:] > 0.4)
    parts["back"] = ((back - batch["back"][:, :3]).abs() * wb).sum() / wb.sum() / 3
    f = batch["facts"]
    goal = torch.stack([f[:, 0], torch.log(f[:, 2].clamp(min=0.03)), torch.log(f[:, 3])], 1)
    parts["facts"] = F.smooth_l1_loss(facts, goal, beta=0.3)
    filled, inside = columns_of(batch)
    each = F.binary_cross_entropy_with_logits(columns, filled, reduction="none").mean(1)
    parts["columns"] = (each * inside).sum() / inside.sum()
    if normals is not None:
        goal, known = normals_of(front_true, batch["weight"])
        parts["normal"] = ((normals - goal).square().sum(1) * known).sum() / known.sum()
    shares = {"centre": 0.5, "thick": 0.5, "surface": 0.5, "slope": 0.25, "back": 0.5, "facts": 0.3, "normal": 1.0, "columns": 4.0}
    return sum(shares[k] * v for k, v in parts.items()), parts


def columns_of(batch):
    """How full each cell of each column is [B,BINS,32,32], and how much a column counts [B,32,32]."""
    front, back = batch["depth"][:, :1], batch["depth"][:, 1:]
    size = 2 * REACH / BINS
    top = REACH - size * torch.arange(BINS, device=front.device).view(1, -1, 1, 1)
    share = ((torch.minimum(front, top) - torch.maximum(back, top - size)) / size).clamp(0, 1)
    w = batch["weight"][:, None]
    total = F.avg_pool2d(w, 2)
    filled = F.avg_pool2d(share * w, 2) / total.clamp(min=0.1)
    inside = total[:, 0] * (total[:, 0] > 0.3)
    return filled, inside / inside.sum((1, 2), keepdim=True).clamp(min=12)


def normals_of(z, weight):
    """Normals of a depth map [B,3,64,64], and where they are known: at no jump and away from the outline."""
    pixel = 2 / z.shape[-1]
    dx = F.pad((z[:, :, 2:] - z[:, :, :-2]) / (2 * pixel), (1, 1))
    dy = F.pad((z[:, 2:] - z[:, :-2]) / (2 * pixel), (0, 0, 1, 1))
    n = F.normalize(torch.stack([-dx, dy, torch.ones_like(dx)], 1), dim=1)
    inside = -F.max_pool2d(-(weight > 0.9).float()[:, None], 3, 1, 1)[:, 0]
    return n, inside * (dx.abs() < 6) * (dy.abs() < 6)


@torch.no_grad()
def validate(net, shards, device):
    """Share of surface within 4.5 % of the crop's side of the truth, the mean offset in depth taken out."""
    net.eval()
    hits, total, parts_sum, n = 0.0, 0, {}, len(shards.index)
    for at in range(0, n, 64):
        batch = {k: v.to(device) for k, v in shards.read(np.arange(at, min(n, at + 64))).items()}
        out = net(to_input(batch["picture"]))
        _, parts = losses(out, batch)
        front, rear = surfaces(out[0])
        w = (batch["weight"] > 0.5).float()
        count = w.sum((1, 2)).clamp(min=1)
        e = torch.stack([front - batch["depth"][:, 0], rear - batch["depth"][:, 1]])
        offset = ((e.mean(0) * w).sum((1, 2)) / count).view(1, -1, 1, 1)
        near = ((e - offset).abs() < 0.09).float().mean(0)
        hits += ((near * w).sum((1, 2)) / count).sum().item()
        total += len(w)
        for k, v in parts.items():
            parts_sum[k] = parts_sum.get(k, 0) + v.item() * len(w)
        columns = [F.interpolate(z[:, None], scale_factor=2.0, mode="bilinear", align_corners=False)[:, 0]
                   for z in column_surfaces(out[3])]
        e = torch.stack([columns[0] - batch["depth"][:, 0], columns[1] - batch["depth"][:, 1]])
        offset = ((e.mean(0) * w).sum((1, 2)) / count).view(1, -1, 1, 1)
        near = ((e - offset).abs() < 0.09).float().mean(0)
        parts_sum["column hit"] = parts_sum.get("column hit", 0) + ((near * w).sum((1, 2)) / count).sum().item()
    net.train()
    return hits / total, {k: v / total for k, v in parts_sum.items()}


def main():
    args = arguments()
    torch.set_num_threads(args.threads)
    torch.manual_seed(args.seed)
    random = np.random.default_rng(args.seed)
    os.makedirs(args.out, exist_ok=True)
    layout = torch.channels_last
    net = NovaNet().to(args.device, memory_format=layout)
    mean = copy.deepcopy(net)  # moving average of the weights: what is kept
    samples = step = 0
    if args.resume:
        saved = torch.load(args.resume, map_location=args.device)
        net.load_state_dict(saved["net"], strict=False)
        mean.load_state_dict(saved["mean"], strict=False)
        samples, step = saved["samples"], saved["step"]
        random = np.random.default_rng(args.seed + step)
    optimizers = make_optimizers(net, args)
    if args.resume:
        for optimizer, state in zip(optimizers, saved["optimizers"]):
            if len(state["param_groups"][0]["params"]) == len(optimizer.param_groups[0]["params"]):
                optimizer.load_state_dict(state)
    rates = [args.rate] + [args.rate * (0.15 if args.optimizer == "muon" else 1)]
    shards = Shards(args.data)
    check = Shards(args.validate) if args.validate else None
    began = saved_at = time.time()
    seconds = args.minutes * 60
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
            hit, parts = validate(mean, check, args.device)
            line += f" validation hit {hit:.4f} " + " ".join(f"{k} {v:.4f}" for k, v in parts.items())
        print(line, flush=True)

    while True:
        passed = (time.time() - began) / seconds
        if passed >= 1:
            break
        warm = min(1.0, (step - first + 1) / 60)
        # Flat for a third, then straight down to zero.
        fall = min(1.0, (1 - passed) / 0.67)
        for optimizer, rate in zip(optimizers, rates):
            for group in optimizer.param_groups:
                group["lr"] = rate * warm * fall
        picks = np.sort(shards.pick(random, args.batch))
        batch = disturb(shards.read(picks), random)
        batch = {k: v.to(args.device) for k, v in batch.items()}
        picture = to_input(batch["picture"]).contiguous(memory_format=layout)
        loss, parts = losses(net(picture), batch)
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
            used = time.process_time()
            print(
                f"step {step} samples {samples} loss {running:.4f} "
                + " ".join(f"{k} {v.item():.4f}" for k, v in parts.items())
                + f" passed {passed:.3f} cpu {used:.0f} s wall {time.time() - began:.0f} s",
                flush=True,
            )
        if time.time() - saved_at > args.every * 60:
            saved_at = time.time()
            save("last.pt")
    save("final.pt")


if __name__ == "__main__":
    main()

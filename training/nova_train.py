"""Trains nova-prior.

python training/nova_train.py --data FOLDER --out FOLDER --minutes 60 [--resume FILE] [--validate FOLDER]

The rate falls to zero at the end of the minutes, whatever else the machine does meanwhile; new shards that appear in
the folder are used. A checkpoint is written every few minutes; `--resume` goes on from one, with a new schedule.
"""

import argparse

import numpy as np
import torch
import torch.nn.functional as F

from nova_data import Shards, disturb, to_input
from nova_net import BINS, REACH, NovaNet, column_surfaces, surfaces
from training_loop import add_arguments, channels_last, train


def arguments():
    p = add_arguments(argparse.ArgumentParser())
    p.set_defaults(batch=48)
    return p.parse_args()


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
    check = Shards(args.validate) if args.validate else None

    def batch_of(shards, random):
        picks = np.sort(shards.pick(random, args.batch))
        return disturb(shards.read(picks), random)

    def loss_of(net, batch):
        return losses(net(channels_last(to_input(batch["picture"]))), batch)

    def report(mean):
        if check is None:
            return ""
        hit, parts = validate(mean, check, args.device)
        return f" validation hit {hit:.4f} " + " ".join(f"{k} {v:.4f}" for k, v in parts.items())

    train(args, NovaNet, Shards(args.data), batch_of, loss_of, report, strict=False)


if __name__ == "__main__":
    main()

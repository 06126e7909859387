"""The optimiser, the schedule and the checkpoints of our trainings.

The rate falls to zero at the end of the minutes, whatever else the machine does meanwhile; new shards that appear in
the folder are used. A checkpoint is written every few minutes.
"""

import copy
import os
import time

import numpy as np
import torch


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


def add_arguments(p, minutes=None):
    """What every training of ours is asked; without a default the minutes must be given."""
    p.add_argument("--data", required=True, help="folder of shards")
    p.add_argument("--validate", help="folder of shards that are never trained on")
    p.add_argument("--out", required=True, help="folder for checkpoints")
    p.add_argument("--resume", help="checkpoint to go on from, with a schedule of its own")
    p.add_argument("--minutes", type=float, default=minutes, required=minutes is None)
    p.add_argument("--batch", type=int, default=32)
    p.add_argument("--optimizer", default="muon", choices=["muon", "adamw"])
    p.add_argument("--rate", type=float, default=0.02)
    p.add_argument("--seed", type=int, default=1)
    p.add_argument("--threads", type=int, default=1)
    p.add_argument("--device", default="cpu")
    p.add_argument("--every", type=float, default=4.0, help="minutes between checkpoints")
    return p


def train(args, make_net, shards, batch_of, loss_of, report, strict=True):
    """The whole training, for as long as it may take.

    make_net() → network; batch_of(shards, random) → batch; loss_of(net, batch) → loss and its parts; report(mean) → the
    checking figures as text. Not strict: a checkpoint may lack layers, or have others.
    """
    torch.set_num_threads(args.threads)
    torch.manual_seed(args.seed)
    random = np.random.default_rng(args.seed)
    os.makedirs(args.out, exist_ok=True)
    net = make_net().to(args.device, memory_format=torch.channels_last)
    mean = copy.deepcopy(net)  # moving average of the weights: what is kept
    samples = step = 0
    if args.resume:
        saved = torch.load(args.resume, map_location=args.device)
        net.load_state_dict(saved["net"], strict=strict)
        mean.load_state_dict(saved["mean"], strict=strict)
        samples, step = saved["samples"], saved["step"]
        random = np.random.default_rng(args.seed + step)
    optimizers = make_optimizers(net, args)
    if args.resume:
        for optimizer, state in zip(optimizers, saved["optimizers"]):
            if strict or len(state["param_groups"][0]["params"]) == len(optimizer.param_groups[0]["params"]):
                optimizer.load_state_dict(state)
    rates = [args.rate] + [args.rate * (0.15 if args.optimizer == "muon" else 1)]
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
        print(line + report(mean), flush=True)

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
        batch = {k: v.to(args.device) for k, v in batch_of(shards, random).items()}
        loss, parts = loss_of(net, batch)
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


def channels_last(x):
    return x.contiguous(memory_format=torch.channels_last)

"""The mean of two checkpoints, of which one went on from the other: better than either, at no cost (Wortsman, 2022).

python3 average.py A.pt B.pt OUT.pt [--share 0.5]
"""

import argparse

import torch


def main():
    p = argparse.ArgumentParser(description=__doc__)
    p.add_argument("first")
    p.add_argument("second")
    p.add_argument("out")
    p.add_argument("--share", type=float, default=0.5, help="of the second, 0-1")
    args = p.parse_args()
    first, second = (torch.load(path, map_location="cpu") for path in (args.first, args.second))
    if first["mean"].keys() != second["mean"].keys():
        raise SystemExit("the checkpoints are of different networks")
    second["mean"] = {
        name: torch.lerp(first["mean"][name], value, args.share) if value.is_floating_point() else value
        for name, value in second["mean"].items()
    }
    torch.save(second, args.out)


if __name__ == "__main__":
    main()

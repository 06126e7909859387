import { type Lump, mold } from "../mold.ts";
import type { Sketch } from "../sketch.ts";
import { unit, type Vec } from "../solids.ts";

/** What is cast, carved, grown or sewn: toys, statuettes, skulls, fruit, gourds, soft bodies. Few edges, soft seams. */
export function molded({ dice, paint, add }: Sketch): void {
	const mirror = dice.chance(0.7);
	const groups = dice.pick([1, 1, 2, 3]);
	const softness = dice.pick([0.08, 0.2, 0.45]);
	const lumps: Lump[] = [];
	const place = (lump: Lump): void => {
		const [x, y, z] = lump.at;
		const pairs = mirror && Math.abs(x) > 0.02;
		lumps.push(pairs || !mirror ? lump : { ...lump, at: [0, y, z], yaw: 0 });
		if (pairs) lumps.push({ ...lump, at: [-x, y, z], yaw: -lump.yaw });
	};
	const melt = (): number => softness * dice.range(0.5, 1.5);
	const trunk = (): Vec => [
		dice.range(0.25, 0.75),
		dice.range(0.25, 0.85),
		dice.range(0.25, 0.85),
	];
	place({
		at: [0, 0, 0],
		radii: trunk(),
		tilt: dice.normal() * 0.3,
		yaw: 0,
		melt: 0.1,
		group: 0,
	});
	// (1) Each solid sits on the surface of one before it.
	for (let k = dice.int(1, 8); k > 0; k--) {
		const host = dice.pick(lumps);
		const to = direction(dice);
		const size = dice.range(0.25, 0.9);
		const thin = dice.chance(0.3) ? dice.range(0.25, 0.6) : 1;
		const long = dice.chance(0.35) ? dice.range(1.3, 2.5) : 1;
		const at = host.at.map(
			(c, axis) => c + to[axis] * host.radii[axis] * dice.range(0.7, 1.1),
		) as unknown as Vec;
		place({
			at: mirror && dice.chance(0.4) ? [0, at[1], at[2]] : at,
			radii: [
				Math.max(0.06, size * host.radii[0] * thin),
				Math.max(0.06, size * host.radii[1] * dice.range(0.5, 1.3)),
				Math.max(0.06, size * host.radii[2] * dice.range(0.5, 1.3) * long),
			],
			tilt: dice.normal() * 0.6,
			yaw: dice.normal() * 0.6,
			melt: melt(),
			group: dice.int(0, groups - 1),
		});
	}
	// (2) Dents, sockets and mouths.
	const solids = lumps.slice();
	for (let k = dice.pick([0, 0, 1, 2, 4]); k > 0; k--) {
		const host = dice.pick(solids);
		const to = direction(dice);
		const size = dice.range(0.15, 0.6);
		place({
			at: host.at.map(
				(c, axis) => c + to[axis] * host.radii[axis] * dice.range(0.75, 1.15),
			) as unknown as Vec,
			radii: [
				size * host.radii[0],
				size * host.radii[1] * dice.range(0.5, 1.5),
				size * host.radii[2] * dice.range(0.5, 1.5),
			],
			tilt: dice.normal() * 0.5,
			yaw: dice.normal() * 0.5,
			hollow: true,
			melt: dice.range(0.03, 0.2),
			group: dice.int(0, groups - 1),
		});
	}
	const parts = mold(lumps, {
		height: dice.chance(0.5) ? dice.range(0.004, 0.05) : 0,
		frequency: dice.range(3, 16),
		phase: dice.range(0, 6.28),
	});
	for (const part of parts)
		if (part) add(paint(dice.chance(0.75) ? "mottled" : "any"), part);
}

function direction({ normal }: Sketch["dice"]): Vec {
	return unit([normal(), normal(), normal()]);
}

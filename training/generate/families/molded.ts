import type { Dice } from "../dice.ts";
import type { Tone } from "../materials.ts";
import { type Cavity, type Lump, mold } from "../mold.ts";
import type { Sketch } from "../sketch.ts";
import { unit, type Vec } from "../solids.ts";

/** What is cast, grown or sewn: toys, statuettes, fruit, gourds, soft bodies. Few edges, soft seams. */
export function molded(sketch: Sketch): void {
	mix(sketch, {
		dents: [0, 0, 1, 2, 4],
		deepest: 0.75,
		sharpest: 0.03,
		pale: 0,
	});
}

/** What has sockets and hollows all over: skulls, masks, roots, stones, sponges, carvings. */
export function carved(sketch: Sketch): void {
	mix(sketch, {
		dents: [2, 3, 4, 6, 8],
		deepest: 0.55,
		sharpest: 0.015,
		pale: 0.4,
	});
}

interface Dents {
	/** How many, each as likely. */
	readonly dents: readonly number[];
	/** How near to its host's middle a dent may be, of the host's radius. */
	readonly deepest: number;
	/** Narrowest seam at its rim. */
	readonly sharpest: number;
	/** How often all is of one pale colour: bone, clay, plaster. */
	readonly pale: number;
}

function mix(sketch: Sketch, { dents, deepest, sharpest, pale }: Dents): void {
	const { dice } = sketch;
	const mirror = dice.chance(0.7);
	const isPale = pale > 0 && dice.chance(pale);
	const groups = isPale ? 1 : dice.pick([1, 1, 2, 3]);
	const softness = dice.pick([0.08, 0.2, 0.45]);
	const lumps: Lump[] = [];
	const place = (lump: Lump): void => {
		const [x, y, z] = lump.at;
		const pairs = mirror && Math.abs(x) > 0.02;
		lumps.push(pairs || !mirror ? lump : { ...lump, at: [0, y, z], yaw: 0 });
		if (pairs) lumps.push({ ...lump, at: [-x, y, z], yaw: -lump.yaw });
	};
	const melt = (): number => softness * dice.range(0.5, 1.5);
	place(
		trunk(dice, [
			dice.range(0.25, 0.75),
			dice.range(0.25, 0.85),
			dice.range(0.25, 0.85),
		]),
	);
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
	for (let k = dice.pick(dents); k > 0; k--) {
		const host = dice.pick(solids);
		const to = direction(dice);
		const size = dice.range(0.15, 0.6);
		place({
			at: host.at.map(
				(c, axis) =>
					c + to[axis] * host.radii[axis] * dice.range(deepest, 1.15),
			) as unknown as Vec,
			radii: [
				size * host.radii[0],
				size * host.radii[1] * dice.range(0.5, 1.5),
				size * host.radii[2] * dice.range(0.5, 1.5),
			],
			tilt: dice.normal() * 0.5,
			yaw: dice.normal() * 0.5,
			hollow: true,
			melt: dice.range(sharpest, 0.2),
			group: dice.int(0, groups - 1),
		});
	}
	cast(sketch, lumps, isPale ? { tone: "light" } : {});
}

/** What has an inside that one looks into: shoes, bags, skulls, gourds, helmets, shells, seats, pots. */
export function shell(sketch: Sketch): void {
	const { dice } = sketch;
	const lumps = dice.chance(0.35) ? longBody(dice) : roundBody(dice);
	const outsides = Math.max(...lumps.map(({ group }) => group)) + 1;
	cast(sketch, lumps, {
		cavity: {
			wall: dice.range(0.06, 0.16),
			mouths: mouthsOf(dice, lumps),
			group: dice.chance(0.7) ? outsides : 0,
		},
	});
}

/** A shoe's last, a boat, a sofa: high at one end, low at the other, flat below. */
function longBody(dice: Dice): Lump[] {
	const long = dice.range(0.8, 1.1);
	const wide = dice.range(0.22, 0.45);
	const high = dice.range(0.3, 0.75);
	const low = dice.range(0.45, 1) * high;
	const melt = dice.range(0.15, 0.4);
	const base = { tilt: 0, yaw: 0, melt };
	const sole = dice.chance(0.6) ? 1 : 0;
	return [
		{
			...base,
			at: [0, 0.35 * high, -0.45 * long],
			radii: [wide, high, 0.5 * long],
			group: 0,
		},
		{
			...base,
			at: [0, 0.2 * low, 0.4 * long],
			radii: [wide * dice.range(0.9, 1.25), low * 0.8, 0.6 * long],
			tilt: dice.range(0, 0.25),
			group: 0,
		},
		{
			...base,
			at: [0, -0.12, 0],
			radii: [wide * dice.range(1, 1.2), dice.range(0.1, 0.2), long],
			melt: 0.05,
			group: sole,
		},
		// What is below the ground.
		{ ...base, at: [0, -5.2, 0], radii: [5, 5, 5], hollow: true, group: 0 },
	];
}

function roundBody(dice: Dice): Lump[] {
	const size = (): number => dice.range(0.35, 0.85);
	const melt = dice.pick([0.08, 0.2, 0.45]);
	const groups = dice.pick([1, 1, 2]);
	const lumps = [trunk(dice, [size(), size(), size()])];
	for (let k = dice.int(0, 4); k > 0; k--) {
		const host = dice.pick(lumps);
		const to = direction(dice);
		const share = dice.range(0.35, 0.9);
		lumps.push({
			at: onto(host, to, dice.range(0.6, 1)),
			radii: host.radii.map((r) =>
				Math.max(0.12, share * r * dice.range(0.6, 1.4)),
			) as unknown as Vec,
			tilt: dice.normal() * 0.5,
			yaw: dice.normal() * 0.5,
			melt,
			group: dice.int(0, groups - 1),
		});
	}
	return lumps;
}

/** The solid that the others sit on. */
function trunk(dice: Dice, radii: Vec): Lump {
	const tilt = dice.normal() * 0.3;
	return { at: [0, 0, 0], radii, tilt, yaw: 0, melt: 0.1, group: 0 };
}

/** One mouth, mostly on top, or a pair of them beside others. */
function mouthsOf(dice: Dice, lumps: readonly Lump[]): Lump[] {
	const mouths: Lump[] = [];
	const open = (size: number, to: Vec, twice: boolean): void => {
		const host = dice.chance(0.7) ? lumps[0] : dice.pick(lumps);
		const mouth: Lump = {
			at: onto(host, to, dice.range(0.85, 1.1)),
			radii: host.radii.map(
				(r) => size * Math.min(0.9, r) * dice.range(0.7, 1.4),
			) as unknown as Vec,
			tilt: dice.normal() * 0.3,
			yaw: 0,
			hollow: true,
			melt: 0.05,
			group: 0,
		};
		mouths.push(mouth);
		const [x, y, z] = mouth.at;
		if (twice) mouths.push({ ...mouth, at: [-x, y, z] });
	};
	const up: Vec = unit([0.25 * dice.normal(), 1, 0.3 * dice.normal()]);
	if (dice.chance(0.7)) open(dice.range(0.4, 1.1), up, false);
	else if (dice.chance(0.5)) open(dice.range(0.3, 0.8), direction(dice), false);
	for (let k = dice.pick([0, 0, 1, 2]); k > 0 || mouths.length === 0; k--)
		open(dice.range(0.2, 0.45), direction(dice), dice.chance(0.6));
	return mouths;
}

function onto({ at, radii }: Lump, to: Vec, share: number): Vec {
	return at.map(
		(c, axis) => c + to[axis] * radii[axis] * share,
	) as unknown as Vec;
}

/** Molds lumps, and paints each group, in one tone or in any; an inside is often dark. */
function cast(
	{ dice, paint, add }: Sketch,
	lumps: readonly Lump[],
	{ tone, cavity }: { readonly tone?: Tone; readonly cavity?: Cavity },
): void {
	const parts = mold(
		lumps,
		{
			height: dice.chance(0.5) ? dice.range(0.004, 0.05) : 0,
			frequency: dice.range(3, 16),
			phase: dice.range(0, 6.28),
		},
		cavity,
	);
	for (const [group, part] of parts.entries()) {
		if (!part) continue;
		const isLining = group > 0 && group === cavity?.group;
		const dark = isLining && dice.chance(0.5);
		add(
			paint(tone ?? (dark ? "dark" : dice.chance(0.75) ? "mottled" : "any")),
			part,
		);
	}
}

function direction({ normal }: Dice): Vec {
	return unit([normal(), normal(), normal()]);
}

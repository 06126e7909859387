import type { Dice } from "../dice.ts";
import { castField, smoothMin } from "../mold.ts";
import type { Sketch } from "../sketch.ts";
import {
	bar,
	both,
	type Part,
	sheet,
	torus,
	turn,
	type Vec,
	warp,
} from "../solids.ts";

/** The form that a shoe is built around: toe at z = 1, heel at -1, the ground at 0, right of the wearer at +x. */
interface Last {
	/** Half widths at heel, waist, ball and toe. */
	readonly widths: readonly number[];
	/** Heights of the upper at heel, instep, ball and toe. */
	readonly heights: readonly number[];
	/** How square the ends are: 2 an ellipse. */
	readonly toe: number;
	readonly heel: number;
	/** How square a section is. */
	readonly square: number;
	/** How far the toe turns in. */
	readonly swing: number;
	/** How far heel and toe stand off the ground. */
	readonly lift: number;
	readonly spring: number;
	/** Thickness under the foot, at the heel and at the toe. */
	readonly soles: readonly [heel: number, toe: number];
	/** The leg: middle, half length, half width, how far it leans back for each unit up. */
	readonly shaft: {
		readonly z: number;
		readonly long: number;
		readonly wide: number;
		readonly lean: number;
	};
}

/** Where the upper ends on top: height at the leg's middle, slope towards the toe, and how it rises at heel and throat. */
interface Collar {
	readonly height: number;
	readonly slope: number;
	readonly rise: number;
}

const STATIONS = [-0.75, -0.15, 0.4, 0.85];
/** Cells along the longest side: walls must be two of them. */
const RESOLUTION = 72;
/** What a place belongs to. */
const UPPER = 0;
const LINING = 1;
const INSOLE = 2;
const PATCH = 3;
const SOLE = 4;

/** Shoes, boots, slippers, pumps, clogs: a wall around a last, open at the collar, with all the room inside that a foot has. */
export function footwear({ dice, paint, add }: Sketch): void {
	const last = drawLast(dice);
	const collar = drawCollar(dice, last);
	const wall = dice.range(0.045, 0.09);
	const outside = foot(last, 0);
	const inside = foot(last, wall);
	const patchFrom = dice.chance(0.4) ? dice.range(0.3, 0.7) : 2;
	const counterTo = dice.chance(0.4) ? dice.range(-0.8, -0.55) : -2;
	const stripe = dice.chance(0.3) ? dice.range(-0.3, 0.4) : 5;
	const outer = (x: number, y: number, z: number): number =>
		Math.max(outside(x, y, z), y - collarAt(collar, last, z));
	const isWedge = dice.chance(0.3);
	const sole = soleOf(last, dice.range(0, 0.05), isWedge);
	const top = collar.height + Math.abs(collar.slope) + collar.rise;
	const wide = Math.max(...last.widths) + Math.abs(last.swing) + 0.1;
	const parts = castField(
		{
			min: [-wide, -0.1, -1.15],
			max: [wide, Math.max(top, ...last.heights) + 0.3, 1.1],
			distance: (x, y, z) =>
				Math.max(Math.min(outer(x, y, z), sole(x, y, z)), -inside(x, y, z)),
			groupAt: (x, y, z) => {
				if (inside(x, y, z) < 0.4 * wall)
					return y < underfoot(last, z) + 0.04 ? INSOLE : LINING;
				if (sole(x, y, z) < Math.min(0.01, outer(x, y, z))) return SOLE;
				const across = Math.abs(z - 0.5 * y - stripe) < 0.06;
				return z > patchFrom || z < counterTo || across ? PATCH : UPPER;
			},
		},
		RESOLUTION,
	);
	const upper = paint();
	const lining = dice.chance(0.35)
		? upper
		: paint(dice.chance(0.5) ? "dark" : "any");
	const insole = dice.chance(0.4) ? lining : paint();
	const trim = paint();
	const materials = [upper, lining, insole, trim, paint()];
	for (const [group, part] of parts.entries())
		if (part) add(materials[group], part);
	if (last.lift > 0.12 && !isWedge) add(materials[SOLE], heelBar(dice, last));
	const throat = findThroat(last, collar);
	if (dice.chance(0.65)) add(trim, tongue(dice, last, throat));
	if (dice.chance(0.6))
		add(dice.chance(0.5) ? trim : paint(), ...laces(dice, last, throat));
	if (dice.chance(0.35)) add(trim, loop(dice, last, collar));
	if (dice.chance(0.15)) add(trim, strap(dice, last));
}

function drawLast(dice: Dice): Last {
	const wide = dice.range(0.8, 1.2);
	const soles = drawSoles(dice);
	const lift = dice.chance(0.25) ? dice.range(0.2, 0.6) : dice.range(0, 0.12);
	const high = dice.range(0.85, 1.2);
	const heel = 0.27 * wide * dice.range(0.85, 1.1);
	return {
		widths: [
			heel,
			0.25 * wide * dice.range(0.8, 1.1),
			0.36 * wide * dice.range(0.9, 1.1),
			0.31 * wide * dice.range(0.75, 1.15),
		],
		heights: [
			0.5 * high,
			0.52 * high * dice.range(0.9, 1.1),
			0.36 * high * dice.range(0.85, 1.15),
			0.24 * high * dice.range(0.75, 1.3),
		],
		toe: dice.range(2, 5),
		heel: dice.range(3, 6),
		square: dice.range(1.9, 3),
		swing: dice.range(-0.12, 0.12),
		lift,
		spring: dice.range(0, 0.16),
		soles,
		shaft: {
			z: dice.range(-0.58, -0.46),
			long: dice.range(0.3, 0.42),
			wide: heel * dice.range(0.85, 1.1),
			lean: dice.range(-0.15, 0.1),
		},
	};
}

/** Sneakers stand on 22 to 43 mm under the heel, up to 22 less under the toe; others on 9 to 20. A unit is about 145 mm. */
function drawSoles(dice: Dice): [heel: number, toe: number] {
	if (dice.chance(0.35)) {
		const flat = dice.range(0.06, 0.14);
		return [flat, flat];
	}
	const heel = dice.range(0.15, 0.3);
	return [heel, Math.max(0.06, heel - dice.range(0, 0.15))];
}

function drawCollar(dice: Dice, last: Last): Collar {
	const ground = last.soles[0] + last.lift;
	const kind = dice.pick(["low", "low", "low", "mid", "boot", "pump", "mule"]);
	if (kind === "boot")
		return {
			height: ground + dice.range(0.9, 1.7),
			slope: dice.range(-0.1, 0.15),
			rise: 0,
		};
	if (kind === "mid")
		return {
			height: ground + dice.range(0.6, 0.95),
			slope: dice.range(0, 0.3),
			rise: dice.range(0, 0.15),
		};
	if (kind === "pump")
		return {
			height: ground + dice.range(0.2, 0.35),
			slope: dice.range(-0.15, 0.1),
			rise: dice.range(0.1, 0.25),
		};
	if (kind === "mule")
		return {
			height: ground + dice.range(0.05, 0.2),
			slope: dice.range(0.5, 1),
			rise: 0,
		};
	return {
		height: ground + dice.range(0.32, 0.5),
		slope: dice.range(0.1, 0.5),
		rise: dice.range(0, 0.25),
	};
}

function collarAt(
	{ height, slope, rise }: Collar,
	{ shaft }: Last,
	z: number,
): number {
	const t = z - shaft.z;
	return height + slope * t + rise * Math.min(1, (t / 0.45) ** 2);
}

/** Between stations, smoothly. */
function between(values: readonly number[], z: number): number {
	let k = 0;
	while (k + 2 < STATIONS.length && z > STATIONS[k + 1]) k++;
	const t = Math.min(
		1,
		Math.max(0, (z - STATIONS[k]) / (STATIONS[k + 1] - STATIONS[k])),
	);
	return values[k] + (values[k + 1] - values[k]) * t * t * (3 - 2 * t);
}

function lifted({ lift, spring }: Last, z: number): number {
	return (
		lift * Math.max(0, Math.min(1, (0.35 - z) / 0.9)) ** 1.3 +
		spring * Math.max(0, (z - 0.35) / 0.65) ** 2
	);
}

/** Where the middle of the foot is: the toe turns in, the heel the other way. */
function middleAt({ swing }: Last, z: number): number {
	return swing * z * Math.abs(z);
}

function soleAt({ soles: [heel, toe] }: Last, z: number): number {
	const t = Math.min(1, Math.max(0, (z + 0.6) / 1.3));
	return heel + (toe - heel) * t * t * (3 - 2 * t);
}

/** Height that the foot stands on. */
function underfoot(last: Last, z: number): number {
	return lifted(last, z) + soleAt(last, z);
}

/** How much of the width and of the height is left towards the ends. */
function ending({ toe, heel }: Last, z: number, long: number): number {
	const share = Math.min(1, Math.abs(z) / long);
	return (1 - share ** (z > 0 ? toe : heel)) ** 0.5;
}

/** About the distance to a foot with its leg in a wall of the last that is `wall` thick; negative inside. */
function foot(
	last: Last,
	wall: number,
): (x: number, y: number, z: number) => number {
	const { square, shaft } = last;
	const long = 1 - wall;
	return (x, y, z) => {
		// The upper begins below the level that the foot stands on.
		const bottom = underfoot(last, z) - (wall > 0 ? 0 : 0.5 * soleAt(last, z));
		const end = ending(last, z, long);
		const w = Math.max(1e-3, (between(last.widths, z) - wall) * end);
		const h = Math.max(
			1e-3,
			(between(last.heights, z) - wall) * Math.sqrt(end) +
				underfoot(last, z) -
				bottom,
		);
		const dx = Math.abs(x - middleAt(last, z));
		const dy = Math.max(0, y - bottom);
		const section = ((dx / w) ** square + (dy / h) ** square) ** (1 / square);
		const body = Math.max(
			(section - 1) * Math.min(w, h),
			Math.abs(z) - long,
			bottom - y,
		);
		const rx = shaft.wide - wall;
		const rz = shaft.long - wall;
		const leg =
			(Math.hypot(x / rx, (z - shaft.z - shaft.lean * y) / rz) - 1) *
			Math.min(rx, rz);
		return smoothMin(body, Math.max(leg, bottom - y), 0.12);
	};
}

/** Where the vamp comes out from under the collar. */
function findThroat(last: Last, collar: Collar): number {
	let z = last.shaft.z;
	while (
		z < 0.6 &&
		(z < last.shaft.z + 0.7 * last.shaft.long ||
			underfoot(last, z) + between(last.heights, z) > collarAt(collar, last, z))
	)
		z += 0.02;
	return z;
}

/** About the distance to what is under the foot; negative inside. A wedge reaches down to the ground. */
function soleOf(
	last: Last,
	over: number,
	isWedge: boolean,
): (x: number, y: number, z: number) => number {
	const long = 1 + over;
	return (x, y, z) => {
		const side = between(last.widths, z) * ending(last, z, long) + over;
		const dx = Math.abs(x - middleAt(last, z));
		const low = isWedge ? 0 : lifted(last, z);
		return Math.max(
			dx - side,
			Math.abs(z) - long,
			y - underfoot(last, z),
			low - y,
		);
	};
}

function heelBar(dice: Dice, last: Last): Part {
	const x = middleAt(last, -0.8);
	return bar(
		[x, lifted(last, -0.8) + 0.02, -0.76],
		[x, 0, -0.8],
		dice.range(0.8, 1) * last.widths[0],
		dice.range(0.15, 0.9) * last.widths[0],
		true,
	);
}

/** A flap that rises out of the throat, leaning back. */
function tongue(dice: Dice, last: Last, throat: number): Part {
	const wide = dice.range(0.55, 0.85) * between(last.widths, throat);
	const from = underfoot(last, throat) + between(last.heights, throat) - 0.08;
	const rise = dice.range(0.1, 0.4);
	const back = dice.range(0, 0.25);
	return sheet(
		6,
		6,
		(u, v) => {
			const x = (2 * u - 1) * wide * (1 - 0.2 * v);
			const droop = 0.6 * x * x;
			return [
				x,
				from + rise * v - droop,
				throat + 0.12 - (0.12 + back) * v - 0.8 * droop,
			];
		},
		dice.range(0.012, 0.035),
	);
}

function laces(dice: Dice, last: Last, throat: number): Part[] {
	const wide = dice.range(0.3, 0.55);
	/** Of the section, so far from its middle. */
	const high = (1 - wide ** last.square) ** (1 / last.square);
	const thick = dice.range(0.012, 0.03);
	const crossed = dice.chance(0.5);
	const step = dice.range(0.07, 0.13);
	return Array.from({ length: dice.int(2, 6) }, (_, k) => {
		const z = throat + 0.05 + step * k;
		const at = (side: number, along: number): Vec => [
			side * wide * between(last.widths, along),
			underfoot(last, along) + high * between(last.heights, along) + thick,
			along,
		];
		return bar(at(-1, z), at(1, crossed ? z + step : z), thick);
	});
}

/** What one pulls the heel on by. */
function loop(dice: Dice, last: Last, collar: Collar): Part {
	const z = last.shaft.z - last.shaft.long;
	const r = dice.range(0.05, 0.1);
	return warp(turn(torus(r, 0.015), 2, Math.PI / 2), (x, y, q) => [
		x * 2,
		y + collarAt(collar, last, z),
		q + z + 0.02,
	]);
}

/** A band across the instep. */
function strap(dice: Dice, last: Last): Part {
	const z = dice.range(-0.15, 0.2);
	const wide = dice.range(0.04, 0.09);
	const w = between(last.widths, z) + 0.015;
	const h = between(last.heights, z) + 0.02;
	return both(
		sheet(
			4,
			9,
			(u, v) => {
				const a = (v * Math.PI) / 2;
				return [
					w * Math.cos(a) ** (2 / last.square),
					underfoot(last, z) + h * Math.sin(a) ** (2 / last.square),
					z + (2 * u - 1) * wide,
				];
			},
			0.02,
		),
	);
}

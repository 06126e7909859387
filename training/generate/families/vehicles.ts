import type { Sketch } from "../sketch.ts";
import {
	ball,
	bar,
	both,
	box,
	drum,
	extrude,
	lathe,
	move,
	type Part,
	sheet,
	stretch,
	tube,
	turn,
	warp,
} from "../solids.ts";

function wheel(radius: number, halfWidth: number): Part {
	const r = radius;
	const w = halfWidth;
	return turn(
		lathe(
			[
				[0, w * 0.6],
				[r * 0.3, w * 0.9],
				[r * 0.6, w * 0.5],
				[r * 0.65, w],
				[r * 0.95, w * 0.9],
				[r, w * 0.6],
				[r, -w * 0.6],
				[r * 0.95, -w * 0.9],
				[0, -w],
			],
			20,
		),
		2,
		-Math.PI / 2,
	);
}

/** Cars from a side outline: saloons, vans, pick-ups, racers. */
export function car({ dice, paint, add }: Sketch): void {
	const body = paint();
	const glass = paint("dark");
	const rubber = paint("dark");
	const trim = paint("metal");
	const w = dice.range(0.36, 0.55);
	const clear = dice.range(0.1, 0.22);
	const belt = clear + dice.range(0.28, 0.45);
	const roof = belt + dice.range(0.18, 0.5);
	const nose = dice.range(0.55, 1);
	const a = dice.range(-0.9, -0.2); // end of the roof
	const b = dice.range(0, nose * 0.5); // start of the windscreen
	const pillar = dice.range(0.05, 0.3);
	const round = (part: Part): Part =>
		warp(part, (x, y, z) => {
			const pinch = y > belt ? 1 - pillar * ((y - belt) / (roof - belt)) : 1;
			const ends = 1 - 0.12 * Math.abs(z) ** 3;
			return [x * pinch * ends, y, z];
		});
	const side = (
		outline: readonly (readonly [number, number])[],
		half: number,
	): Part =>
		// Outlines are [z, y]; extruded along x.
		turn(extrude(outline, half, 0.05), 1, -Math.PI / 2);
	add(
		body,
		round(
			side(
				[
					[-1, clear],
					[-1.02, belt * 0.8],
					[-0.97, belt],
					[b + 0.1, belt + 0.02],
					[nose * 0.9 + 0.05, belt * 0.88],
					[1, belt * dice.range(0.55, 0.85)],
					[1.02, clear],
				],
				w,
			),
		),
	);
	add(
		glass,
		round(
			side(
				[
					[Math.max(-0.98, a - 0.2), belt],
					[a, roof - 0.04],
					[b - 0.15, roof - 0.02],
					[b + 0.15, belt],
				],
				w * 0.97,
			),
		),
	);
	add(
		body,
		round(
			side(
				[
					[a - 0.02, roof - 0.06],
					[a + 0.03, roof],
					[b - 0.15, roof + 0.01],
					[b - 0.12, roof - 0.05],
				],
				w * 0.98,
			),
		),
	);
	const r = dice.range(0.16, 0.3);
	for (const z of [0.62, -0.62])
		add(rubber, both(move(wheel(r, 0.1), w, r * 0.95, z)));
	add(trim, both(move(ball(0.09, 0.07, 0.05, 8), w * 0.7, belt * 0.75, 0.98)));
	add(paint(), both(move(box(0.08, 0.05, 0.03), w * 0.7, belt * 0.8, -1.01)));
	add(
		dice.chance(0.5) ? trim : rubber,
		move(box(w * 0.95, 0.05, 0.06, 0.4), 0, clear + 0.06, 1),
		move(box(w * 0.95, 0.05, 0.06, 0.4), 0, clear + 0.06, -1),
	);
	if (dice.chance(0.2))
		add(
			body,
			move(box(w, 0.02, 0.12, 0.4), 0, belt + 0.2, -0.95),
			both(bar([w * 0.6, belt, -0.92], [w * 0.6, belt + 0.2, -0.95], 0.03)),
		);
	if (dice.chance(0.3))
		add(
			body,
			both(move(box(0.06, 0.05, 0.05, 0.5), w + 0.05, belt + 0.08, b + 0.1)),
		);
}

/** Lorries, buses, trains, tractors: boxes on wheels. */
export function truck({ dice, paint, add }: Sketch): void {
	const cab = paint();
	const load = paint();
	const dark = paint("dark");
	const w = dice.range(0.3, 0.45);
	const r = dice.range(0.12, 0.28);
	const cabLength = dice.range(0.2, 0.45);
	const cabHigh = dice.range(0.5, 0.95);
	const y = r * 1.2;
	add(
		cab,
		move(
			box(w, cabHigh / 2, cabLength, dice.range(0.1, 0.4)),
			0,
			y + cabHigh / 2,
			1 - cabLength,
		),
	);
	add(
		dark,
		move(box(w * 0.85, cabHigh * 0.17, 0.03, 0.3), 0, y + cabHigh * 0.7, 1.005),
		both(
			move(
				box(0.02, cabHigh * 0.15, cabLength * 0.5, 0.3),
				w,
				y + cabHigh * 0.7,
				1 - cabLength,
			),
		),
	);
	add(dark, move(box(w * 0.8, 0.06, 1, 0.2), 0, y, 0));
	const length = 1 - cabLength - 0.05;
	const kind = dice.int(0, 3);
	if (kind === 0) {
		const h = dice.range(0.3, 0.6);
		add(
			load,
			move(
				box(w * dice.range(0.95, 1.15), h, length, 0.06),
				0,
				y + h + 0.08,
				-1 + length,
			),
		);
	} else if (kind === 1) {
		const h = dice.range(0.1, 0.3);
		for (const [hx, hz, x, z] of [
			[0.03, length, w, -1 + length],
			[0.03, length, -w, -1 + length],
			[w, 0.03, 0, -1],
			[w, 0.03, 0, -1 + 2 * length],
		])
			add(load, move(box(hx, h, hz, 0.1), x, y + h, z));
		if (dice.chance(0.6))
			add(
				paint(),
				move(ball(w * 0.85, h * 1.4, length * 0.8), 0, y + h, -1 + length),
			);
	} else if (kind === 2)
		add(
			load,
			move(
				turn(drum(w * 0.95, w * 0.95, length, 20), 0, Math.PI / 2),
				0,
				y + w,
				-1 + length,
			),
		);
	else {
		add(load, move(box(w * 0.9, 0.2, length, 0.1), 0, y + 0.2, -1 + length));
		add(
			load,
			tube(
				[
					[0, y + 0.4, -0.4],
					[0, y + 1.1, -0.2],
					[0, y + dice.range(0.6, 1.3), 0.8],
				],
				[0.08, 0.07, 0.05],
				{ square: 0.4 },
			),
		);
	}
	for (const z of [0.75, -0.3, -0.75].slice(0, dice.int(2, 3)))
		add(
			dark,
			both(
				move(
					wheel(r * (z < 0 ? dice.range(0.95, 1.05) : 1), 0.09),
					w * 0.9,
					r,
					z,
				),
			),
		);
	if (dice.chance(0.3))
		add(
			paint("metal"),
			bar(
				[w * 0.8, y, 1 - 2 * cabLength - 0.03],
				[w * 0.8, y + cabHigh + 0.25, 1 - 2 * cabLength - 0.03],
				0.05,
			),
		);
}

export function aeroplane({ dice, paint, add }: Sketch): void {
	const skin = paint();
	const wing = dice.chance(0.5) ? paint() : skin;
	const dark = paint("dark");
	const fat = dice.range(0.1, 0.24);
	add(
		skin,
		tube(
			[
				[0, fat * dice.range(0, 0.8), -1],
				[0, 0.02, -0.5],
				[0, 0, 0.2],
				[0, 0, 0.75],
				[0, -0.02, 1],
			],
			[fat * 0.25, fat * 0.7, fat, fat * 0.95, fat * dice.range(0.2, 0.8)],
			{
				segments: 16,
				samples: 16,
				width: dice.range(0.8, 1.1),
				square: dice.pick([1, 1, 0.6]),
			},
		),
	);
	const span = dice.range(0.7, 1.3);
	const chord = dice.range(0.25, 0.5);
	const sweep = dice.range(-0.1, 0.6);
	const tip = dice.range(0.3, 1);
	const dihedral = dice.range(-0.05, 0.2);
	const plate = (
		y: number,
		z: number,
		s: number,
		c: number,
		sw: number,
		up: number,
	): Part =>
		both(
			sheet(
				6,
				6,
				(u, v) => [
					u * s,
					y + u * up,
					z + c / 2 - u * sw - v * c * (1 - u * (1 - tip)),
				],
				0.022,
			),
		);
	const high = dice.pick([-0.6, 0, 0.8]) * fat;
	const at = dice.range(0, 0.3);
	add(wing, plate(high, at, span, chord, sweep, dihedral));
	if (dice.chance(0.2)) {
		add(wing, plate(high + 0.4, at, span, chord, sweep, dihedral));
		add(
			skin,
			both(bar([span * 0.6, high, at], [span * 0.6, high + 0.4, at], 0.02)),
		);
	}
	add(
		wing,
		plate(
			dice.pick([0.05, 0.35]),
			-0.85,
			span * dice.range(0.25, 0.45),
			chord * 0.5,
			sweep * 0.5,
			0,
		),
	);
	const fin = dice.range(0.25, 0.5);
	add(
		wing,
		turn(
			sheet(
				6,
				6,
				(u, v) => [u * fin, 0, -0.7 - u * 0.25 - v * (0.35 - u * 0.15)],
				0.02,
			),
			2,
			Math.PI / 2,
		),
	);
	add(
		dark,
		move(
			ball(fat * 0.7, fat * 0.6, dice.range(0.15, 0.3)),
			0,
			fat * 0.65,
			dice.range(0.2, 0.6),
		),
	);
	const engines = dice.int(0, 2);
	if (engines === 0)
		propeller({ dice, paint, add }, 0, -0.02, 1.05, fat * dice.range(1.5, 2.6));
	for (let k = 0; k < engines; k++) {
		const x = span * (0.3 + 0.25 * k);
		const part = move(
			turn(drum(0.08, 0.1, 0.16, 14), 0, Math.PI / 2),
			x,
			high - 0.08,
			at + 0.15 - sweep * 0.3,
		);
		add(dice.chance(0.5) ? skin : dark, both(part));
	}
	const kind = dice.int(0, 2);
	if (kind === 0) {
		add(paint("dark"), both(move(wheel(0.1, 0.05), 0.3, -fat - 0.2, 0.3)));
		add(skin, both(bar([0.1, -fat * 0.5, 0.3], [0.3, -fat - 0.2, 0.3], 0.025)));
	} else if (kind === 1) {
		const float = paint();
		add(
			float,
			both(
				tube(
					[
						[0.3, -fat - 0.3, -0.5],
						[0.3, -fat - 0.33, 0.2],
						[0.3, -fat - 0.25, 0.8],
					],
					[0.05, 0.1, 0.04],
				),
			),
		);
		add(
			skin,
			both(bar([0.1, -fat * 0.5, 0.35], [0.3, -fat - 0.3, 0.35], 0.025)),
			both(bar([0.1, -fat * 0.5, -0.1], [0.3, -fat - 0.3, -0.1], 0.025)),
		);
	}
}

function propeller(
	{ dice, paint, add }: Sketch,
	x: number,
	y: number,
	z: number,
	r: number,
): void {
	const blades = dice.int(2, 4);
	const metal = paint("metal");
	const start = dice.range(0, 3);
	for (let k = 0; k < blades; k++)
		add(
			metal,
			move(
				turn(
					move(ball(0.05, r / 2, 0.015, 6), 0, r / 2, 0),
					2,
					start + (k / blades) * 2 * Math.PI,
				),
				x,
				y,
				z,
			),
		);
	add(metal, move(ball(0.06, 0.06, 0.1, 8), x, y, z));
}

export function helicopter(sketch: Sketch): void {
	const { dice, paint, add } = sketch;
	const skin = paint();
	const fat = dice.range(0.25, 0.4);
	add(
		skin,
		tube(
			[
				[0, 0.15, -1],
				[0, 0.1, -0.4],
				[0, 0, 0.1],
				[0, -0.05, 0.6],
			],
			[0.05, 0.1, fat, fat * 0.7],
			{ segments: 16, samples: 14 },
		),
	);
	add(
		paint("dark"),
		move(ball(fat * 0.75, fat * 0.6, fat * 0.7), 0, 0.05, 0.55),
	);
	add(paint("metal"), bar([0, fat * 0.7, 0.1], [0, fat + 0.15, 0.1], 0.05));
	const blades = dice.int(2, 5);
	const rotor = paint("dark");
	for (let k = 0; k < blades; k++)
		add(
			rotor,
			move(
				turn(
					move(box(0.5, 0.012, 0.05, 0.3), 0.5, 0, 0),
					1,
					(k / blades) * 2 * Math.PI + 0.3,
				),
				0,
				fat + 0.15,
				0.1,
			),
		);
	add(
		skin,
		move(
			sheet(5, 5, (u, v) => [0, u * 0.35, -u * 0.15 - v * 0.2], 0.02),
			0,
			0.15,
			-0.85,
		),
	);
	add(
		paint("metal"),
		both(
			tube(
				[
					[fat, -fat - 0.15, 0.6],
					[fat, -fat - 0.18, 0],
					[fat, -fat - 0.15, -0.4],
				],
				[0.03, 0.03, 0.03],
			),
		),
		both(bar([fat * 0.5, -fat * 0.5, 0.1], [fat, -fat - 0.17, 0.1], 0.025)),
	);
}

export function boat({ dice, paint, add }: Sketch): void {
	const hull = paint(dice.pick(["any", "wood", "light"]));
	const deck = paint(dice.pick(["wood", "light", "any"]));
	const w = dice.range(0.2, 0.5);
	const h = dice.range(0.15, 0.4);
	const open = dice.chance(0.4);
	const beam = (z: number): number =>
		w * (1 - Math.max(0, z) ** 2.2) * (0.8 + 0.2 * Math.min(1, z + 1));
	const sheer = (z: number): number => 0.12 * z * z;
	const shell = (inset: number): Part =>
		sheet(
			14,
			12,
			(u, v) => {
				const z = -1 + 2 * v;
				const s = 2 * u - 1;
				return [
					(beam(z) + 0.015) * s * (1 - inset),
					sheer(z) -
						h * (1 - Math.abs(s) ** 3) * (1 - 0.5 * Math.max(0, z) ** 3),
					z * (1 - inset),
				];
			},
			0.025,
		);
	add(hull, shell(0));
	if (open)
		for (let k = 0; k < 3; k++)
			add(deck, move(box(w * 0.8, 0.02, 0.07), 0, -0.04, -0.6 + 0.5 * k));
	else {
		add(
			deck,
			sheet(
				6,
				12,
				(u, v) => [
					beam(-1 + 2 * v) * (2 * u - 1),
					sheer(-1 + 2 * v) - 0.03,
					-1 + 2 * v,
				],
				0.02,
			),
		);
		const kind = dice.int(0, 2);
		if (kind === 0) {
			const mast = dice.range(1, 1.9);
			add(deck, bar([0, 0, 0.1], [0, mast, 0.1], 0.03, 0.015));
			const belly = dice.range(0, 0.25);
			add(
				paint("light"),
				sheet(
					6,
					8,
					(u, v) => [
						belly * Math.sin(Math.PI * u) * (1 - v),
						0.15 + v * (mast - 0.25),
						0.08 - u * 0.85 * (1 - v * 0.95),
					],
					0.012,
				),
			);
			if (dice.chance(0.6))
				add(
					paint("light"),
					sheet(
						6,
						6,
						(u, v) => [
							belly * Math.sin(Math.PI * u) * (1 - v),
							0.15 + v * mast * 0.75,
							0.15 + u * 0.75 * (1 - v * 0.95),
						],
						0.012,
					),
				);
		} else {
			const floors = dice.int(1, 4);
			for (let k = 0; k < floors; k++)
				add(
					paint(),
					move(
						box(
							w * 0.75 * 0.85 ** k,
							0.09,
							dice.range(0.2, 0.5) * 0.85 ** k,
							0.15,
						),
						0,
						0.06 + 0.18 * k,
						-0.2,
					),
				);
			for (let k = dice.int(0, 3); k > 0; k--)
				add(
					paint(),
					move(
						drum(0.08, 0.07, 0.15, 14),
						0,
						0.2 + 0.18 * floors,
						-0.45 + 0.22 * k,
					),
				);
		}
	}
}

/** Bicycles, scooters, carts, prams: wheels joined by bars. */
export function cycle({ dice, paint, add }: Sketch): void {
	const frame = paint();
	const rubber = paint("dark");
	const r = dice.range(0.3, 0.5);
	const thick = dice.range(0.02, 0.09);
	const motor = dice.chance(0.4);
	const back = -0.62;
	for (const z of [0.62, back]) {
		const tyre = turn(
			lathe(
				[
					[r - 0.05, thick],
					[r, thick * 0.7],
					[r + 0.02, 0],
					[r, -thick * 0.7],
					[r - 0.05, -thick],
					[r - 0.05, thick],
				],
				28,
			),
			2,
			Math.PI / 2,
		);
		add(rubber, move(tyre, 0, r, z));
		if (motor)
			add(
				paint("metal"),
				move(
					turn(drum(r * 0.8, r * 0.8, thick * 0.5), 2, Math.PI / 2),
					0,
					r,
					z,
				),
			);
		else
			for (let k = 0; k < 6; k++) {
				const a = (k / 6) * Math.PI;
				add(
					frame,
					bar(
						[0, r - r * Math.cos(a), z - r * Math.sin(a)],
						[0, r + r * Math.cos(a), z + r * Math.sin(a)],
						0.012,
					),
				);
			}
	}
	const t = motor ? 0.06 : 0.03;
	const head = 0.42;
	add(
		frame,
		bar([0, r, 0.62], [0, 1.05, head], t),
		bar([0, 0.95, head + 0.02], [0, r * 0.8, -0.05], t),
		bar([0, 0.9, head + 0.03], [0, 0.85, -0.2], t),
		bar([0, 0.95, -0.25], [0, r * 0.8, -0.05], t),
		bar([0, r * 0.8, -0.05], [0, r, back], t),
		bar([0, 0.85, -0.2], [0, r, back], t * 0.8),
		bar([-0.3, 1.12, head], [0.3, 1.12, head], 0.03),
	);
	add(rubber, move(ball(0.1, 0.05, 0.2, 8), 0, 1, -0.28));
	if (motor) {
		add(
			paint(),
			move(box(0.14, 0.2, 0.25, 0.3), 0, r * 0.95, -0.02),
			move(ball(0.14, 0.13, 0.28), 0, 0.88, 0.12),
		);
		add(paint("metal"), bar([0.13, r * 0.6, 0.2], [0.14, r * 0.7, -0.8], 0.05));
	}
}

/** Rockets, submarines, bombs, torpedoes. */
export function rocket({ dice, paint, add }: Sketch): void {
	const skin = paint();
	const fin = paint();
	const r = dice.range(0.12, 0.4);
	const belly = r * dice.range(1, 1.3);
	add(
		skin,
		lathe(
			[
				[0, -1],
				[r * 0.7, -1],
				[belly, -0.2],
				[r, 0.4],
				[r * 0.6, 0.8],
				[0, 1],
			].map(([a, b]) => [a, b] as const),
			22,
		),
	);
	const fins = dice.int(3, 5);
	for (let k = 0; k < fins; k++)
		add(
			fin,
			turn(
				sheet(
					5,
					5,
					(u, v) => [r * 0.7 + u * 0.4, -0.5 - u * 0.35 - v * 0.45, 0],
					0.025,
				),
				1,
				(k / fins) * 2 * Math.PI,
			),
		);
	for (let k = dice.int(0, 3); k > 0; k--)
		add(
			paint("dark"),
			move(stretch(ball(0.1, 0.1, 0.06, 8), 1, 1, 1), 0, 0.1 * k, belly * 0.92),
		);
	add(paint("metal"), move(drum(r * 0.6, r * 0.4, 0.08), 0, -1.05, 0));
}

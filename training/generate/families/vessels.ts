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
	type Outline,
	sculpture,
	sheet,
	superquadric,
	torus,
	tube,
	turn,
	warp,
} from "../solids.ts";

/** A wall of thickness t along an outer profile: out, over the lip and back down. */
function hollow(outer: Outline, t: number): Outline {
	const inner = outer
		.filter(([r]) => r > t * 1.5)
		.map(([r, y], k, list): readonly [number, number] => [
			Math.max(0.01, r - t),
			k === list.length - 1 ? y : y + t * 0.6,
		])
		.toReversed();
	return [...outer, ...inner, [0, inner[inner.length - 1][1]]];
}

/** Smooth random profile from foot to lip. */
function vaseProfile(dice: Sketch["dice"], high: number): Outline {
	const foot = dice.range(0.15, 0.5);
	const belly = dice.range(0.3, 0.8);
	const neck = dice.range(0.12, 0.7);
	const lip = neck * dice.range(0.9, 1.5);
	const bellyAt = dice.range(0.2, 0.6);
	const neckAt = dice.range(bellyAt + 0.15, 0.95);
	const n = 16;
	const out: [number, number][] = [
		[0, 0],
		[foot, 0],
	];
	const keys: readonly (readonly [number, number])[] = [
		[0, foot],
		[bellyAt, belly],
		[neckAt, neck],
		[1, lip],
	];
	for (let k = 1; k <= n; k++) {
		const t = k / n;
		let s = 0;
		while (s < 2 && t > keys[s + 1][0]) s++;
		const [a, ra] = keys[s];
		const [b, rb] = keys[s + 1];
		const f = (t - a) / (b - a);
		out.push([ra + (rb - ra) * f * f * (3 - 2 * f), t * high]);
	}
	return out;
}

export function vase({ dice, paint, add }: Sketch): void {
	const clay = paint();
	const high = dice.range(0.7, 2.2);
	const outer = vaseProfile(dice, high);
	add(
		clay,
		lathe(
			dice.chance(0.8)
				? hollow(outer, dice.range(0.03, 0.08))
				: [...outer, [0, high]],
			26,
		),
	);
	if (dice.chance(0.3)) {
		const y = high * dice.range(0.5, 0.8);
		const r =
			outer[Math.min(outer.length - 1, 2 + Math.round((y / high) * 15))][0];
		add(
			clay,
			both(
				tube(
					[
						[r * 0.9, y, 0],
						[r + 0.3, y + 0.15, 0],
						[r + 0.25, y - 0.3, 0],
						[r, y - 0.4, 0],
					],
					[0.06, 0.06, 0.06, 0.05],
				),
			),
		);
	}
	if (dice.chance(0.25))
		add(
			paint(),
			move(ball(0.1, 0.1, 0.1, 8), 0, high + 0.12, 0),
			move(drum(outer[outer.length - 1][0], 0.05, 0.06), 0, high + 0.03, 0),
		);
}

export function mug({ dice, paint, add }: Sketch): void {
	const clay = paint();
	const r = dice.range(0.35, 0.7);
	const h = dice.range(0.5, 1.2);
	const flare = dice.range(0.8, 1.3);
	const t = dice.range(0.03, 0.08);
	add(
		clay,
		lathe(
			hollow(
				[
					[0, 0],
					[r * 0.9, 0],
					[r, 0.06],
					[(r * (1 + flare)) / 2, h / 2],
					[r * flare, h],
				],
				t,
			),
			28,
		),
	);
	if (dice.chance(0.8)) {
		const out = dice.range(0.2, 0.45);
		const grip = tube(
			[
				[r * 0.95, h * 0.82, 0],
				[r + out, h * 0.8, 0],
				[r + out, h * 0.3, 0],
				[r * 0.92, h * 0.2, 0],
			],
			[0.06, 0.055, 0.055, 0.06],
			{ samples: 16, width: dice.range(0.8, 1.8), up: [0, 0, 1] },
		);
		add(clay, turn(grip, 1, dice.range(0, 6.28)));
	}
	if (dice.chance(0.4))
		add(
			paint("dark"),
			move(drum(r * 0.93, r * 0.95, 0.02, 24), 0, h * dice.range(0.6, 0.9), 0),
		);
}

export function bowl({ dice, paint, add }: Sketch): void {
	const clay = paint();
	const r = dice.range(0.6, 1);
	const h = dice.range(0.08, 0.7);
	const power = dice.range(1.3, 4);
	const outer: [number, number][] = [
		[0, 0],
		[r * 0.35, 0],
	];
	for (let k = 1; k <= 10; k++) {
		const s = 0.35 + 0.65 * (k / 10);
		outer.push([r * s, h * ((s - 0.35) / 0.65) ** power + 0.01 * k]);
	}
	add(clay, lathe(hollow(outer, dice.range(0.03, 0.06)), 30));
	for (let k = dice.int(0, 7); k > 0; k--) {
		const size = r * dice.range(0.15, 0.35);
		const a = dice.range(0, 6.28);
		const d = dice.range(0, 0.5) * r;
		add(
			paint(),
			move(
				ball(size, size, size, 9),
				d * Math.cos(a),
				h * 0.5 + size * 0.5,
				d * Math.sin(a),
			),
		);
	}
}

export function bottle({ dice, paint, add }: Sketch): void {
	const glass = paint();
	const r = dice.range(0.18, 0.45);
	const neck = r * dice.range(0.2, 0.6);
	const shoulder = dice.range(0.3, 0.75);
	const h = dice.range(1.2, 2);
	const round = dice.range(0.02, 0.2);
	add(
		glass,
		lathe(
			[
				[0, 0],
				[r * 0.9, 0],
				[r, 0.06],
				[r, h * shoulder],
				[r * 0.9, h * (shoulder + round * 0.4)],
				[neck, h * (shoulder + round)],
				[neck * 0.9, h * 0.9],
				[0, h * 0.9],
			],
			24,
		),
	);
	add(
		paint(),
		move(drum(neck * 1.15, neck * 1.1, h * 0.05, 16), 0, h * 0.93, 0),
	);
	if (dice.chance(0.6))
		add(
			paint("light"),
			move(
				drum(r * 1.01, r * 1.01, h * shoulder * 0.3, 24),
				0,
				h * shoulder * 0.5,
				0,
			),
		);
	if (dice.chance(0.2))
		add(
			paint(),
			tube(
				[
					[neck, h * 0.95, 0],
					[neck + 0.2, h, 0],
					[neck + 0.3, h * 0.9, 0],
				],
				[0.05, 0.04, 0.03],
			),
		);
}

export function teapot({ dice, paint, add }: Sketch): void {
	const clay = paint(dice.pick(["any", "metal", "light"]));
	const r = dice.range(0.5, 0.7);
	const h = dice.range(0.5, 1.2);
	add(
		clay,
		move(superquadric(r, h / 2, r, dice.range(0.5, 1.1), 1), 0, h / 2, 0),
	);
	const lid = r * dice.range(0.3, 0.7);
	add(
		clay,
		move(ball(lid, h * 0.18, lid), 0, h * 0.93, 0),
		move(ball(0.09, 0.09, 0.09, 8), 0, h * 1.13, 0),
	);
	const out = dice.range(0.25, 0.6);
	add(
		clay,
		tube(
			[
				[r * 0.8, h * 0.3, 0],
				[r + out * 0.5, h * 0.45, 0],
				[r + out, h * dice.range(0.8, 1.1), 0],
			],
			[0.17, 0.11, 0.06],
		),
	);
	const over = dice.chance(0.3);
	add(
		dice.chance(0.5) ? clay : paint(),
		over
			? tube(
					[
						[-r * 0.7, h * 0.8, 0],
						[-r * 0.6, h * 1.5, 0],
						[r * 0.6, h * 1.5, 0],
						[r * 0.7, h * 0.8, 0],
					],
					[0.05, 0.05, 0.05, 0.05],
					{ samples: 20 },
				)
			: tube(
					[
						[-r * 0.8, h * 0.8, 0],
						[-r - 0.35, h * 0.8, 0],
						[-r - 0.3, h * 0.35, 0],
						[-r * 0.85, h * 0.25, 0],
					],
					[0.06, 0.06, 0.06, 0.06],
					{ samples: 16 },
				),
	);
}

/** Pans, buckets, baskets, watering cans. */
export function pan({ dice, paint, add }: Sketch): void {
	const metal = paint(dice.pick(["metal", "any", "dark"]));
	const r = dice.range(0.4, 0.7);
	const h = dice.range(0.12, 0.9);
	const flare = dice.range(0.9, 1.35);
	add(
		metal,
		lathe(
			hollow(
				[
					[0, 0],
					[r, 0],
					[r * flare, h],
				],
				0.04,
			),
			28,
		),
	);
	const kind = dice.int(0, 2);
	const grip = paint(dice.pick(["dark", "wood", "metal"]));
	if (kind === 0)
		add(
			grip,
			turn(
				bar(
					[r * flare * 0.95, h * 0.85, 0],
					[r + dice.range(0.6, 1.2), h * dice.range(0.9, 1.3), 0],
					0.06,
				),
				1,
				dice.range(0, 6.28),
			),
		);
	else if (kind === 1)
		add(
			grip,
			both(
				move(
					turn(torus(0.16, 0.035, 0.035, -1.6, 1.6), 0, 0),
					r * flare,
					h * 0.8,
					0,
				),
			),
		);
	else
		add(
			grip,
			turn(
				tube(
					[
						[-r * flare, h * 0.9, 0],
						[-r * 0.8, h + r, 0],
						[r * 0.8, h + r, 0],
						[r * flare, h * 0.9, 0],
					],
					[0.03, 0.03, 0.03, 0.03],
					{ samples: 22 },
				),
				1,
				dice.range(0, 3),
			),
		);
	if (dice.chance(0.25))
		add(
			metal,
			move(
				lathe(
					[
						[r * flare, 0],
						[r * 0.6, 0.12],
						[0, 0.16],
					],
					26,
				),
				0,
				h,
				0,
			),
			move(ball(0.08, 0.08, 0.08, 8), 0, h + 0.2, 0),
		);
}

/** Apples, pears, avocados, aubergines, eggs; sometimes cut in half, with a stone or core. */
export function fruit({ dice, paint, add }: Sketch): void {
	const skin = paint();
	const pear = dice.range(-0.45, 0.45);
	const dip = dice.chance(0.5) ? dice.range(0, 0.35) : 0;
	const long = dice.range(0.75, 1.5);
	const lobes = dice.chance(0.25) ? dice.int(4, 9) : 0;
	const profile: [number, number][] = [];
	for (let k = 0; k <= 22; k++) {
		const a = Math.PI * (k / 22 - 0.5);
		const y = Math.sin(a);
		const r = Math.cos(a) * (1 - pear * y);
		const dent = dip * Math.exp(-((r / 0.3) ** 2)) * Math.sign(y);
		profile.push([Math.max(0, r) * 0.75, (y - dent) * long]);
	}
	const whole = warp(lathe(profile, 30), (x, y, z) => {
		const f = lobes > 0 ? 1 + 0.08 * Math.cos(lobes * Math.atan2(z, x)) : 1;
		return [x * f, y, z * f];
	});
	if (dice.chance(0.35)) {
		// Halved: what lies in front of the cut is pressed onto it.
		const flesh = paint("light");
		const tilt = dice.range(-0.6, 0.2);
		const half = warp(whole, (x, y, z) => [x, y, Math.min(z, 0.02)]);
		add(skin, turn(half, 0, tilt));
		const face = profile.map(([r, y]): [number, number] => [
			r * 0.92,
			y * 0.92,
		]);
		const outline: [number, number][] = [
			...face,
			...face
				.slice(1, -1)
				.toReversed()
				.map(([r, y]): [number, number] => [-r, y]),
		];
		add(flesh, turn(move(extrude(outline, 0.012, 0), 0, 0, 0.03), 0, tilt));
		const r = dice.range(0.15, 0.35);
		if (dice.chance(0.7))
			add(
				paint("wood"),
				turn(
					move(
						ball(r, r * dice.range(1, 1.3), dice.pick([0.04, r])),
						0,
						-Math.sign(pear || 1) * -0.25 * long,
						0.03,
					),
					0,
					tilt,
				),
			);
		return;
	}
	add(skin, whole);
	if (dice.chance(0.6))
		add(
			paint("wood"),
			tube(
				[
					[0, long * (0.9 - dip), 0],
					[0.03, long + 0.1, 0.02],
					[0.1, long + dice.range(0.15, 0.4), 0],
				],
				[0.05, 0.035, 0.045],
			),
		);
	if (dice.chance(0.3))
		add(
			paint("leaf"),
			move(turn(ball(0.28, 0.02, 0.14, 8), 2, 0.5), 0.2, long + 0.15, 0),
		);
}

/** Bananas, carrots, croissants, sausages, horns: one bent and tapering body. */
export function banana({ dice, paint, add }: Sketch): void {
	const skin = paint();
	const bend = dice.range(0, 1.4);
	const fat = dice.range(0.12, 0.45);
	const count = dice.pick([1, 1, 1, 2, 3]);
	for (let k = 0; k < count; k++)
		add(
			skin,
			turn(
				tube(
					[-1, -0.5, 0, 0.5, 1].map(
						(t) =>
							[
								Math.sin(t * bend) * (1 / Math.max(0.3, bend)),
								(1 - Math.cos(t * bend)) * (1 / Math.max(0.3, bend)),
								0.05 * t,
							] as const,
					),
					[
						fat * dice.range(0.1, 0.7),
						fat * 0.9,
						fat,
						fat * 0.9,
						fat * dice.range(0.1, 1),
					],
					{ segments: 14, samples: 18 },
				),
				1,
				k * 0.45,
			),
		);
	if (dice.chance(0.3))
		for (let k = 0; k < 5; k++)
			add(
				paint("leaf"),
				tube(
					[
						[0.9, 0.2, 0],
						[1.2, 0.4, 0.2 * (k - 2)],
						[1.5, 0.5 + dice.range(-0.3, 0.3), 0.3 * (k - 2)],
					],
					[0.03, 0.05, 0.01],
				),
			);
}

/** Burgers, cakes, stacks of discs, cheeses, pies with a slice. */
export function stack({ dice, paint, add }: Sketch): void {
	let y = 0;
	const square = dice.chance(0.25);
	const r = dice.range(0.6, 0.9);
	for (let k = dice.int(2, 7); k > 0; k--) {
		const h = dice.range(0.03, 0.25);
		const w = r * dice.range(0.75, 1.05);
		const round = dice.range(0.1, 0.5);
		add(
			paint(),
			move(
				square ? box(w, h, w, round) : superquadric(w, h, w, 1 - round, 1, 12),
				dice.normal() * 0.03,
				y + h,
				dice.normal() * 0.03,
			),
		);
		y += 2 * h - 0.02;
	}
	if (dice.chance(0.4))
		add(paint(), move(ball(r * 0.85, dice.range(0.2, 0.6), r * 0.85), 0, y, 0));
	for (let k = dice.int(0, 6); k > 0; k--) {
		const a = k * 1.05;
		add(
			paint(),
			move(
				dice.chance(0.5) ? drum(0.04, 0.04, 0.16, 8) : ball(0.1, 0.1, 0.1, 8),
				0.4 * Math.cos(a),
				y + 0.12,
				0.4 * Math.sin(a),
			),
		);
	}
}

/** Doughnuts, rings, tyres, bracelets, crowns. */
export function ring({ dice, paint, add }: Sketch): void {
	const dough = paint();
	const r = dice.range(0.06, 0.4);
	const tilt = dice.pick([0, Math.PI / 2, dice.range(0, 1.5)]);
	add(dough, turn(torus(0.65, r, r * dice.range(0.5, 2)), 0, tilt));
	const top = paint();
	if (dice.chance(0.4))
		add(
			top,
			turn(move(torus(0.65, r * 0.95, r * 0.7), 0, r * 0.35, 0), 0, tilt),
		);
	for (let k = dice.int(0, 9); k > 0; k--) {
		const a = (k / 9) * 6.28;
		add(
			top,
			turn(
				move(
					ball(0.07, 0.12, 0.07, 7),
					0.65 * Math.cos(a),
					r,
					0.65 * Math.sin(a),
				),
				0,
				tilt,
			),
		);
	}
}

/** Mushrooms, umbrellas, parasols, jellyfish, table lamps with caps. */
export function mushroom({ dice, paint, add }: Sketch): void {
	const stem = paint("light");
	const cap = paint();
	const h = dice.range(0.5, 1.5);
	const s = dice.range(0.04, 0.3);
	const r = dice.range(0.4, 0.95);
	const dome = dice.range(0.15, 0.7);
	const curl = dice.range(-0.1, 0.25);
	const lean = dice.normal() * 0.15;
	add(
		stem,
		tube(
			[
				[0, 0, 0],
				[lean * 0.5, h * 0.5, 0],
				[lean, h, 0],
			],
			[s * dice.range(0.9, 1.5), s, s * 0.9],
		),
	);
	const profile: [number, number][] = [[0, dome]];
	for (let k = 1; k <= 8; k++)
		profile.push([
			r * Math.sin((k / 8) * 1.57),
			dome * Math.cos((k / 8) * 1.57),
		]);
	profile.push(
		[r * 0.95, -curl * 0.5],
		[r * 0.5, dome * dice.range(-0.1, 0.5)],
		[0, dome * 0.2],
	);
	add(cap, move(lathe(profile, 26), lean, h - 0.05, 0));
}

/** Shells, rocks, loaves, potatoes, cushions, soap. */
export function lump({ dice, paint, add }: Sketch): void {
	const stuff = paint();
	const bumps = Array.from({ length: dice.int(1, 9) }, () => ({
		to: [dice.normal(), dice.normal(), dice.normal()] as const,
		width: dice.range(0.15, 0.8),
		height: dice.range(-0.35, 0.55),
	}));
	const mirror = dice.chance(0.5);
	add(
		stuff,
		sculpture(
			dice.range(0.5, 1),
			dice.range(0.35, 1),
			dice.range(0.5, 1),
			mirror
				? [
						...bumps,
						...bumps.map((b) => ({
							...b,
							to: [-b.to[0], b.to[1], b.to[2]] as const,
						})),
					]
				: bumps,
			24,
		),
	);
	if (dice.chance(0.15))
		add(
			paint(),
			sheet(8, 8, (u, v) => [2 * u - 1, -0.6, 2 * v - 1], 0.05),
		);
}

import type { Sketch } from "../sketch.ts";
import {
	ball,
	bar,
	both,
	box,
	drum,
	extrude,
	extrudeRing,
	lathe,
	move,
	type Outline,
	type Part,
	sheet,
	superquadric,
	tube,
	turn,
	warp,
} from "../solids.ts";

export function house({ dice, paint, add }: Sketch): void {
	const wall = paint();
	const roof = paint();
	const dark = paint("dark");
	const blocks = dice.int(1, 3);
	for (let k = 0; k < blocks; k++) {
		const hx = dice.range(0.35, 0.8) * (k === 0 ? 1 : 0.6);
		const hz = dice.range(0.35, 0.9) * (k === 0 ? 1 : 0.6);
		const h = dice.range(0.35, 0.9) * (k === 0 ? 1 : 0.8);
		const x = k === 0 ? 0 : dice.range(-0.8, 0.8);
		const z = k === 0 ? 0 : dice.range(-0.6, 0.6);
		const place = (part: Part): Part => move(part, x, 0, z);
		add(wall, place(move(box(hx, h / 2, hz, 0.03), 0, h / 2, 0)));
		const over = dice.range(1, 1.15);
		const rise = dice.range(0.2, 0.7);
		const kind = dice.int(0, 3);
		if (kind === 0)
			add(
				roof,
				place(move(box(hx * over, 0.06, hz * over, 0.1), 0, h + 0.04, 0)),
			);
		else if (kind === 1)
			add(
				roof,
				place(
					move(
						turn(
							superquadric(hx * over * 1.3, rise, hz * over * 1.3, 2, 0.15),
							1,
							0,
						),
						0,
						h,
						0,
					),
				),
			);
		else
			add(
				roof,
				place(
					move(
						turn(
							extrude(
								[
									[-hx * over, -0.04],
									[0, rise],
									[hx * over, -0.04],
									[hx * over * 0.97, -0.1],
									[-hx * over * 0.97, -0.1],
								],
								hz * over,
								0.01,
							),
							1,
							kind === 3 && hx < hz * 1.1 && hz < hx * 1.1 ? Math.PI / 2 : 0,
						),
						0,
						h + 0.06,
						0,
					),
				),
			);
		const floors = Math.max(1, Math.round(h / 0.4));
		for (let f = 0; f < floors; f++)
			for (let c = -1; c <= 1; c++) {
				const y = (h * (f + 0.55)) / floors;
				if (dice.chance(0.85))
					add(
						dark,
						place(
							move(
								box(hx * 0.16, (h / floors) * 0.25, 0.02, 0.1),
								c * hx * 0.6,
								y,
								hz,
							),
						),
					);
				if (dice.chance(0.85))
					add(
						dark,
						place(
							both(
								move(
									box(0.02, (h / floors) * 0.25, hz * 0.16, 0.1),
									hx,
									y,
									c * hz * 0.6,
								),
							),
						),
					);
			}
		if (dice.chance(0.5))
			add(
				paint(),
				place(
					move(
						box(0.09, rise * 0.6 + 0.1, 0.09, 0.05),
						hx * 0.5,
						h + rise * 0.5,
						-hz * 0.3,
					),
				),
			);
	}
	if (dice.chance(0.3))
		add(paint(), move(box(1.1, 0.03, 1.1, 0.05), 0, -0.03, 0));
}

/** Towers, castles, lighthouses, columns, chess pieces. */
export function tower({ dice, paint, add }: Sketch): void {
	const stone = paint();
	const top = paint();
	const place = (x: number, z: number, r: number, h: number): void => {
		const at = (part: Part): Part => move(part, x, 0, z);
		add(
			stone,
			at(
				lathe(
					[
						[0, 0],
						[r * 1.15, 0],
						[r * 1.1, h * 0.06],
						[r, h * 0.1],
						[r * dice.range(0.6, 1), h],
						[r * 1.1, h],
						[r * 1.1, h * 1.08],
						[0, h * 1.08],
					],
					20,
				),
			),
		);
		const kind = dice.int(0, 3);
		if (kind === 0)
			add(
				top,
				at(
					move(
						lathe(
							[
								[r * 1.2, 0],
								[0, dice.range(0.3, 0.8)],
							],
							20,
						),
						0,
						h * 1.08,
						0,
					),
				),
			);
		if (kind === 1) add(top, at(move(ball(r, r * 1.1, r), 0, h * 1.15, 0)));
		if (kind === 2)
			for (let k = 0; k < 8; k++)
				add(
					stone,
					at(
						move(
							turn(move(box(0.06, 0.07, 0.05, 0.05), 0, 0, r), 1, k * 0.785),
							0,
							h * 1.12,
							0,
						),
					),
				);
	};
	if (dice.chance(0.4)) {
		const w = dice.range(0.5, 0.8);
		const h = dice.range(0.4, 0.8);
		add(stone, move(box(w, h / 2, w, 0.02), 0, h / 2, 0));
		for (const x of [-w, w])
			for (const z of [-w, w]) place(x, z, 0.18, h * 1.4);
		add(paint("dark"), move(box(0.15, 0.2, 0.03, 0.4), 0, 0.2, w));
	} else place(0, 0, dice.range(0.2, 0.5), dice.range(1, 2.2));
}

export function tree({ dice, paint, add }: Sketch): void {
	const bark = paint("wood");
	const leaf = paint("leaf");
	const h = dice.range(0.3, 1.1);
	const kind = dice.int(0, 3);
	add(
		bark,
		bar(
			[0, 0, 0],
			[dice.normal() * 0.08, h + 0.2, 0],
			dice.range(0.06, 0.15),
			0.06,
		),
	);
	if (kind === 0)
		for (let k = 0; k < 4; k++)
			add(
				leaf,
				move(
					lathe(
						[
							[0.65 - 0.13 * k, 0],
							[0.1, 0.42],
							[0, 0.45],
						],
						14,
					),
					0,
					h * 0.6 + 0.3 * k,
					0,
				),
			);
	else if (kind === 1) {
		const r = dice.range(0.4, 0.7);
		for (let k = dice.int(3, 8); k > 0; k--) {
			const s = r * dice.range(0.5, 0.9);
			add(
				leaf,
				move(
					ball(s, s * 0.85, s, 10),
					dice.normal() * 0.3,
					h + 0.5 + dice.normal() * 0.25,
					dice.normal() * 0.3,
				),
			);
		}
	} else if (kind === 2)
		for (let k = 0; k < 8; k++) {
			const a = k * 0.785;
			add(
				leaf,
				turn(
					sheet(
						7,
						4,
						(u, v) => [
							u * 0.9,
							h + 0.2 + 0.25 * Math.sin(u * 3) - 0.5 * u * u,
							(v - 0.5) * 0.3 * Math.sin(Math.PI * (0.1 + 0.85 * u)),
						],
						0.015,
					),
					1,
					a,
				),
			);
		}
	else
		for (let k = 0; k < 6; k++) {
			const a = k * 1.05 + dice.normal() * 0.2;
			const tip: [number, number, number] = [
				0.6 * Math.cos(a),
				h + dice.range(0.4, 0.9),
				0.6 * Math.sin(a),
			];
			add(bark, bar([0, h * dice.range(0.5, 1), 0], tip, 0.05, 0.02));
			if (dice.chance(0.8)) add(leaf, move(ball(0.25, 0.22, 0.25, 8), ...tip));
		}
	if (dice.chance(0.35))
		add(
			paint(),
			lathe(
				[
					[0, -0.5],
					[0.28, -0.5],
					[0.4, 0.05],
					[0.35, 0.05],
					[0, 0],
				],
				20,
			),
		);
}

/** Cacti, flowers, potted leaves. */
export function plant({ dice, paint, add }: Sketch): void {
	const pot = paint();
	const leaf = paint("leaf");
	const r = dice.range(0.2, 0.45);
	add(
		pot,
		lathe(
			[
				[0, 0],
				[r * 0.7, 0],
				[r, 0.55],
				[r * 1.1, 0.55],
				[r * 1.1, 0.65],
				[r * 0.9, 0.65],
				[r * 0.85, 0.55],
				[0, 0.55],
			],
			22,
		),
	);
	const kind = dice.int(0, 2);
	if (kind === 0) {
		const h = dice.range(0.4, 1.3);
		add(
			leaf,
			tube(
				[
					[0, 0.5, 0],
					[0, 0.5 + h * 0.5, 0],
					[0, 0.5 + h, 0],
				],
				[r * 0.5, r * 0.6, r * 0.4],
			),
		);
		for (let k = dice.int(0, 3); k > 0; k--) {
			const s = dice.pick([-1, 1]);
			const y = 0.6 + h * dice.range(0.2, 0.6);
			add(
				leaf,
				turn(
					tube(
						[
							[0, y, 0],
							[s * 0.35, y + 0.05, 0],
							[s * 0.4, y + 0.4, 0],
						],
						[0.12, 0.12, 0.1],
					),
					1,
					dice.range(0, 3),
				),
			);
		}
	} else
		for (let k = dice.int(5, 14); k > 0; k--) {
			const a = k * 2.4;
			const out = dice.range(0.2, 0.9);
			const up = dice.range(0.3, 1.1);
			const wide = dice.range(0.08, 0.3);
			add(
				leaf,
				turn(
					sheet(
						7,
						4,
						(u, v) => [
							out * u,
							0.55 + up * Math.sin(u * 2),
							(v - 0.5) * wide * Math.sin(Math.PI * (0.08 + 0.9 * u)),
						],
						0.014,
					),
					1,
					a,
				),
			);
			if (kind === 2 && dice.chance(0.4))
				add(
					paint(),
					turn(move(ball(0.12, 0.06, 0.12, 8), out, 0.55 + up * 0.9, 0), 1, a),
				);
		}
}

/** Hammers, spades, brushes, swords, spoons, bats: a handle and a head. */
export function tool({ dice, paint, add }: Sketch): void {
	const grip = paint(dice.pick(["wood", "dark", "any"]));
	const head = paint(dice.pick(["metal", "any", "dark"]));
	const r = dice.range(0.03, 0.1);
	const bend = dice.chance(0.3) ? dice.range(-0.3, 0.3) : 0;
	const parts: [number, Part][] = [];
	parts.push([
		grip,
		tube(
			[
				[0, -1, 0],
				[bend * 0.5, -0.4, 0],
				[0, 0.3, bend],
			],
			[r * dice.range(0.8, 1.4), r, r * dice.range(0.6, 1)],
			{ width: dice.range(0.8, 1.8) },
		),
	]);
	const kind = dice.int(0, 5);
	if (kind === 0)
		parts.push([
			head,
			move(box(dice.range(0.15, 0.4), 0.12, 0.12, 0.2), 0, 0.35, bend),
		]);
	else if (kind === 1)
		parts.push([
			head,
			move(
				ball(
					dice.range(0.15, 0.35),
					dice.range(0.2, 0.5),
					dice.range(0.03, 0.2),
				),
				0,
				0.55,
				bend,
			),
		]);
	else if (kind === 2) {
		const w = dice.range(0.06, 0.3);
		parts.push([
			head,
			move(
				extrude(
					[
						[-w, 0],
						[w, 0],
						[w * 0.8, 0.7],
						[0, 1],
						[-w * 0.8, 0.7],
					],
					0.025,
					0.02,
				),
				0,
				0.25,
				bend,
			),
		]);
		parts.push([
			grip,
			move(box(dice.range(0.1, 0.35), 0.04, 0.06, 0.3), 0, 0.25, bend),
		]);
	} else if (kind === 3)
		parts.push([
			head,
			move(
				box(
					dice.range(0.15, 0.45),
					dice.range(0.1, 0.3),
					dice.range(0.05, 0.15),
					0.2,
				),
				0,
				0.5,
				bend,
			),
		]);
	else if (kind === 4)
		parts.push([
			head,
			both(
				tube(
					[
						[0, 0.25, bend],
						[0.2, 0.5, bend],
						[0.05, 0.9, bend],
					],
					[0.06, 0.07, 0.02],
				),
			),
		]);
	else
		parts.push([
			head,
			move(
				lathe([
					[0, 0],
					[0.1, 0],
					[0.3, 0.3],
					[0.28, 0.5],
					[0, 0.35],
				]),
				0,
				0.28,
				bend,
			),
		]);
	const spin = dice.range(0, 6.28);
	const lie = dice.chance(0.5) ? dice.range(0.3, 1.57) : 0;
	for (const [material, part] of parts)
		add(material, turn(turn(part, 1, spin), 2, lie));
}

/** Guitars, violins, rackets, paddles: an outline with a neck. */
export function instrument({ dice, paint, add }: Sketch): void {
	const wood = paint(dice.pick(["wood", "any"]));
	const dark = paint("dark");
	const d = dice.range(0.04, 0.2);
	const waist = dice.range(0.4, 1);
	const upper = dice.range(0.6, 1);
	const n = 28;
	const outline: [number, number][] = [];
	for (let k = 0; k < n; k++) {
		const a = (k / n) * 2 * Math.PI;
		const y = -Math.cos(a);
		const x = Math.sin(a);
		const shape =
			(y < 0 ? 1 : upper) * (1 - (1 - waist) * Math.exp(-((y / 0.3) ** 2)));
		outline.push([x * 0.42 * shape, y * 0.55]);
	}
	const lean = dice.range(-0.5, 0.1);
	const put = (material: number, part: Part): void =>
		add(material, turn(part, 0, lean));
	put(wood, extrude(outline, d, 0.03));
	const neck = dice.range(0.5, 1.1);
	put(dark, move(box(0.05, neck / 2, 0.03, 0.3), 0, 0.5 + neck / 2, d));
	put(wood, move(box(0.08, 0.14, 0.03, 0.3), 0, 0.5 + neck + 0.1, d));
	if (dice.chance(0.6))
		put(
			dark,
			move(turn(drum(0.13, 0.13, 0.005, 18), 0, Math.PI / 2), 0, 0.05, d),
		);
	put(dark, move(box(0.13, 0.03, 0.02), 0, -0.28, d + 0.02));
	if (dice.chance(0.3))
		add(
			dark,
			bar([-0.3, -0.6, 0], [-0.2, 0, -0.4], 0.03),
			bar([0.3, -0.6, 0], [0.2, 0, -0.4], 0.03),
		);
}

/** Laptops, screens, phones, books, picture frames, tablets: flat things. */
export function flat({ dice, paint, add }: Sketch): void {
	const shell = paint();
	const face = paint();
	const hx = dice.range(0.4, 1);
	const hy = dice.range(0.4, 0.9);
	const t = dice.range(0.015, 0.12);
	const lean = dice.range(-0.5, 0.4);
	const kind = dice.int(0, 4);
	add(
		shell,
		move(turn(box(hx, hy, t, dice.range(0.1, 0.5)), 0, lean), 0, hy, 0),
	);
	add(
		face,
		move(
			turn(move(box(hx * 0.9, hy * 0.88, 0.008, 0.3), 0, 0, t), 0, lean),
			0,
			hy,
			0,
		),
	);
	if (kind === 0)
		add(
			shell,
			move(box(hx, t, hy, 0.2), 0, 0, hy),
			move(box(hx * 0.85, 0.01, hy * 0.4, 0.3), 0, t, hy * 0.7),
		);
	if (kind === 1)
		add(
			shell,
			move(drum(hx * 0.5, hx * 0.45, 0.03), 0, -0.3, 0),
			bar([0, -0.3, -0.05], [0, hy, -0.05], 0.06),
		);
	if (kind === 2)
		add(
			shell,
			turn(
				move(
					extrudeRing(
						[
							[-hx - 0.1, -hy - 0.1],
							[hx + 0.1, -hy - 0.1],
							[hx + 0.1, hy + 0.1],
							[-hx - 0.1, hy + 0.1],
						],
						[
							[-hx, -hy],
							[hx, -hy],
							[hx, hy],
							[-hx, hy],
						],
						t + 0.04,
					),
					0,
					hy,
					0,
				),
				0,
				lean,
			),
		);
	if (kind === 3)
		for (let k = dice.int(1, 5); k > 0; k--)
			add(
				paint(),
				move(
					box(hx * dice.range(0.8, 1), t * 1.5, hy * 0.9, 0.2),
					0,
					-t * 3 * k,
					0,
				),
			);
}

/** Any outline given depth: letters, gears, stars, brackets, puzzle pieces. */
export function cutting({ dice, paint, add }: Sketch): void {
	const n = dice.pick([3, 4, 5, 6, 8, 10, 12, 16, 24]);
	const inner = dice.range(0.35, 1);
	const jag = dice.range(0, 0.35);
	const outline: Outline = Array.from({ length: n * 2 }, (_, k) => {
		const a = (k / (n * 2)) * 2 * Math.PI + 0.1;
		const r = (k % 2 === 0 ? 1 : inner) * (1 + jag * dice.range(-1, 1));
		return [r * Math.cos(a), r * Math.sin(a)] as const;
	});
	const d = dice.range(0.05, 0.6);
	const stuff = paint();
	let part: Part;
	if (dice.chance(0.4)) {
		const hole = dice.range(0.3, 0.8) * Math.min(1, inner);
		part = extrudeRing(
			outline,
			outline.map(
				([x, y]) =>
					[
						(x / Math.hypot(x, y)) * hole,
						(y / Math.hypot(x, y)) * hole,
					] as const,
			),
			d,
		);
	} else part = extrude(outline, d, dice.range(0, 0.06));
	if (dice.chance(0.2)) part = warp(part, (x, y, z) => [x, y, z + 0.3 * x * x]);
	add(
		stuff,
		turn(turn(part, 0, dice.pick([0, 0, Math.PI / 2])), 1, dice.range(0, 3)),
	);
	if (dice.chance(0.4))
		add(paint(), turn(drum(0.15, 0.15, d + 0.1), 0, Math.PI / 2));
}

/** Hats, caps, helmets. */
export function hat({ dice, paint, add }: Sketch): void {
	const felt = paint();
	const r = dice.range(0.4, 0.6);
	const h = dice.range(0.25, 0.9);
	const top = dice.range(0.2, 1);
	const brim = dice.range(0, 0.6);
	const t = 0.03;
	const crown: [number, number][] = [];
	for (let k = 0; k <= 8; k++) {
		const a = (k / 8) * 1.57;
		crown.push([
			r * Math.cos(a) ** (1 - top * 0.8) * (k === 8 ? 0 : 1),
			h * Math.sin(a),
		]);
	}
	add(
		felt,
		lathe(
			[
				...crown,
				[0, h - t * 2],
				...crown
					.toReversed()
					.slice(1)
					.map(([a, b]) => [Math.max(0, a - t), b * 0.95] as const),
				[r, 0],
			],
			26,
		),
	);
	const curl = dice.range(-0.15, 0.25);
	if (brim > 0.1)
		add(
			felt,
			warp(
				lathe(
					[
						[r * 0.95, 0.02],
						[r + brim, 0.02],
						[r + brim, -0.02],
						[r * 0.95, -0.02],
					],
					30,
				),
				(x, y, z) => [x, y + curl * (x * x - z * z), z],
			),
		);
	else
		add(
			paint(),
			move(
				sheet(
					9,
					5,
					(u, v) => [
						(u - 0.5) * 2 * r * 0.9,
						0.02 - v * 0.1,
						r * 0.8 + v * 0.45 - (u - 0.5) ** 2 * r * 2,
					],
					0.02,
				),
				0,
				0,
				0,
			),
		);
	if (dice.chance(0.5))
		add(
			paint(),
			lathe(
				[
					[r * 1.02, 0.02],
					[r * 1.03, 0.14],
					[r * 0.98, 0.16],
				],
				26,
			),
		);
	if (dice.chance(0.3))
		add(paint(), move(ball(0.1, 0.1, 0.1, 8), 0, h + 0.05, 0));
}

/** Bags, suitcases, rucksacks, baskets. */
export function bag({ dice, paint, add }: Sketch): void {
	const cloth = paint();
	const trim = paint();
	const hx = dice.range(0.4, 0.8);
	const hy = dice.range(0.4, 0.9);
	const hz = dice.range(0.15, 0.4);
	const pinch = dice.range(0, 0.6);
	add(
		cloth,
		warp(
			superquadric(hx, hy, hz, dice.range(0.2, 0.7), dice.range(0.2, 0.8)),
			(x, y, z) => [
				x * (1 - 0.15 * (y / hy)),
				y,
				z * (1 - pinch * Math.max(0, y / hy)),
			],
		),
	);
	const rise = dice.range(0.15, 0.8);
	const loop = tube(
		[
			[-hx * 0.5, hy * 0.8, 0],
			[-hx * 0.4, hy + rise, 0],
			[hx * 0.4, hy + rise, 0],
			[hx * 0.5, hy * 0.8, 0],
		],
		[0.035, 0.035, 0.035, 0.035],
		{ samples: 20 },
	);
	add(trim, move(loop, 0, 0, dice.pick([0, hz * 0.6])));
	if (dice.chance(0.6))
		add(
			trim,
			move(
				box(
					hx * dice.range(0.4, 0.75),
					hy * dice.range(0.25, 0.5),
					hz * 0.3,
					0.5,
				),
				0,
				-hy * 0.3,
				hz * 0.85,
			),
		);
	if (dice.chance(0.4))
		add(
			trim,
			both(move(box(0.04, hy * 0.9, hz * 1.02, 0.3), hx * 0.6, -0.02, 0)),
		);
}

/** Headphones, glasses, taps, arches, handles: bent bars with ends. */
export function bentBar({ dice, paint, add }: Sketch): void {
	const a = paint();
	const b = paint();
	const w = dice.range(0.4, 0.9);
	const h = dice.range(0.4, 1.2);
	const t = dice.range(0.03, 0.16);
	add(
		a,
		tube(
			[
				[-w, 0, 0],
				[-w * 0.9, h * 0.8, 0],
				[0, h * dice.range(1, 1.3), 0],
				[w * 0.9, h * 0.8, 0],
				[w, 0, 0],
			],
			[t, t, t, t, t],
			{ samples: 24, width: dice.range(0.7, 2.5), up: [0, 0, 1] },
		),
	);
	const r = dice.range(0.1, 0.4);
	add(
		b,
		both(
			move(
				dice.chance(0.5)
					? ball(r * 0.5, r, r * 0.9)
					: turn(drum(r, r * 0.8, r * 0.4), 2, Math.PI / 2),
				w,
				-r * 0.4,
				0,
			),
		),
	);
	if (dice.chance(0.3)) add(b, bar([w, -r, 0], [w * 0.4, -r - 0.2, 0.6], 0.03));
	if (dice.chance(0.3))
		add(b, move(box(w * 1.3, 0.06, 0.4, 0.2), 0, -r - 0.1, 0));
}

import type { Sketch } from "../sketch.ts";
import {
	ball,
	both,
	box,
	drum,
	move,
	type Part,
	sculpture,
	sheet,
	stretch,
	superquadric,
	torus,
	tube,
	turn,
	type Vec,
} from "../solids.ts";

function anything({ dice }: Sketch, size: number): Part {
	const s = (): number => size * dice.range(0.3, 1);
	switch (dice.int(0, 6)) {
		case 0:
			return box(s(), s(), s(), dice.range(0.02, 0.5));
		case 1:
			return ball(s(), s(), s());
		case 2:
			return superquadric(
				s(),
				s(),
				s(),
				dice.range(0.2, 2),
				dice.range(0.2, 1.5),
			);
		case 3:
			return drum(s(), s() * dice.range(0, 1), s(), 18);
		case 4:
			return torus(s(), size * 0.15, size * dice.range(0.1, 0.4));
		case 5:
			return tube(
				Array.from(
					{ length: 4 },
					(): Vec => [
						size * dice.normal() * 0.7,
						size * dice.normal() * 0.7,
						size * dice.normal() * 0.7,
					],
				),
				Array.from({ length: 4 }, () => size * dice.range(0.05, 0.35)),
				{ width: dice.range(0.5, 1.5) },
			);
		default:
			return sculpture(
				s(),
				s(),
				s(),
				Array.from({ length: 4 }, () => ({
					to: [dice.normal(), dice.normal(), dice.normal()] as const,
					width: dice.range(0.2, 0.7),
					height: dice.range(-0.4, 0.5),
				})),
				16,
			);
	}
}

/** A few solids at random, often mirrored left to right, each touching the first. */
export function assembly(sketch: Sketch): void {
	const { dice, paint, add } = sketch;
	const mirror = dice.chance(0.65);
	const upright = dice.chance(0.6);
	const count = dice.int(1, 7);
	const shared = paint();
	for (let k = 0; k < count; k++) {
		const size = k === 0 ? 0.8 : dice.range(0.15, 0.7);
		let part = anything(sketch, size);
		for (const axis of [0, 1, 2] as const)
			part = turn(
				part,
				axis,
				upright ? dice.pick([0, 0, Math.PI / 2]) : dice.range(0, 6.28),
			);
		if (k > 0)
			part = move(
				part,
				dice.range(0, 0.7),
				dice.range(-0.8, 0.8),
				dice.range(-0.7, 0.7),
			);
		add(
			dice.chance(0.5) ? shared : paint(),
			mirror && k > 0 ? both(part) : part,
		);
	}
}

/** Blocks in rows and layers, as in engines, robots, cities, consoles. */
export function blocks({ dice, paint, add }: Sketch): void {
	const mirror = dice.chance(0.7);
	const palette = [paint(), paint(), paint("metal")];
	for (let k = dice.int(3, 12); k > 0; k--) {
		const hx = dice.range(0.06, 0.5);
		const hy = dice.range(0.06, 0.5);
		const hz = dice.range(0.06, 0.5);
		const x = mirror && dice.chance(0.5) ? 0 : dice.range(0, 0.6);
		const part = move(
			dice.chance(0.7)
				? box(hx, hy, hz, dice.range(0.03, 0.3))
				: turn(
						drum(hx, hx, hy, 16),
						dice.pick([0, 2] as const),
						dice.pick([0, Math.PI / 2]),
					),
			x,
			dice.range(-0.6, 0.6),
			dice.range(-0.5, 0.5),
		);
		add(dice.pick(palette), mirror && x > 0 ? both(part) : part);
	}
	add(palette[0], box(0.35, 0.45, 0.35, 0.1));
}

/** Cages, scaffolds, grids, fences: bars in three directions. */
export function lattice({ dice, paint, add }: Sketch): void {
	const bars = paint();
	const t = dice.range(0.02, 0.07);
	const n = [dice.int(1, 3), dice.int(1, 3), dice.int(1, 2)];
	const h: Vec = [dice.range(0.4, 1), dice.range(0.4, 1), dice.range(0.2, 0.8)];
	for (let axis = 0; axis < 3; axis++) {
		const i = (axis + 1) % 3;
		const j = (axis + 2) % 3;
		for (let a = 0; a <= n[i]; a++)
			for (let b = 0; b <= n[j]; b++) {
				const half = [t, t, t];
				half[axis] = h[axis];
				const at = [0, 0, 0];
				at[i] = h[i] * ((2 * a) / n[i] - 1);
				at[j] = h[j] * ((2 * b) / n[j] - 1);
				if (dice.chance(0.92))
					add(
						bars,
						move(box(half[0], half[1], half[2], 0.2), at[0], at[1], at[2]),
					);
			}
	}
	if (dice.chance(0.5))
		add(
			paint(),
			move(box(h[0], t * 1.2, h[2], 0.1), 0, h[1] * dice.pick([-1, 0, 1]), 0),
		);
	if (dice.chance(0.4)) add(paint(), ball(h[0] * 0.5, h[1] * 0.5, h[2] * 0.5));
}

/** Springs, knots, snails, spirals. */
export function coil({ dice, paint, add }: Sketch): void {
	const wire = paint();
	const turns = dice.range(1, 4);
	const r = dice.range(0.3, 0.8);
	const rise = dice.range(0, 1.6);
	const shrink = dice.range(0, 0.8);
	const t = dice.range(0.05, 0.22);
	const n = 40;
	const path = Array.from({ length: n }, (_, k): Vec => {
		const s = k / (n - 1);
		const a = s * turns * 2 * Math.PI;
		const radius = r * (1 - shrink * s);
		return [radius * Math.cos(a), (s - 0.5) * rise, radius * Math.sin(a)];
	});
	const radii = path.map((_, k) => t * (1 - 0.6 * shrink * (k / n)));
	add(
		wire,
		turn(
			tube(path, radii, { samples: 80, segments: 9 }),
			0,
			dice.pick([0, Math.PI / 2]),
		),
	);
	if (dice.chance(0.3)) add(paint(), drum(r * 0.3, r * 0.3, rise / 2 + 0.2));
}

/** Folded cloth, shells, leaves, sails, masks: one curved sheet. */
export function leaf({ dice, paint, add }: Sketch): void {
	const stuff = paint();
	const a = dice.range(-1, 1);
	const b = dice.range(-1, 1);
	const wave = dice.range(0, 0.2);
	const f = dice.range(2, 7);
	const narrow = dice.range(0, 1);
	const part = sheet(
		18,
		18,
		(u, v) => {
			const x = 2 * u - 1;
			const y = 2 * v - 1;
			const w = 1 - narrow * y * y;
			return [
				x * w,
				y,
				0.5 * a * x * x + 0.5 * b * y * y + wave * Math.sin(f * x + 2 * y),
			];
		},
		dice.range(0.015, 0.08),
	);
	add(
		stuff,
		stretch(turn(part, 0, dice.range(-1.2, 1.2)), dice.range(0.5, 1), 1, 1),
	);
	if (dice.chance(0.3)) add(paint(), move(drum(0.3, 0.25, 0.08), 0, -0.9, 0));
}

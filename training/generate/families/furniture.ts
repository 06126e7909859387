import type { Sketch } from "../sketch.ts";
import {
	ball,
	bar,
	both,
	box,
	drum,
	lathe,
	move,
	type Part,
	sheet,
	torus,
	tube,
	turn,
} from "../solids.ts";

function legs(
	{ dice }: Sketch,
	hx: number,
	hz: number,
	top: number,
	thick: number,
): Part[] {
	const splay = dice.range(0, 0.25);
	const round = dice.chance(0.5);
	const taper = dice.range(0.4, 1);
	const out: Part[] = [];
	for (const sx of [-1, 1])
		for (const sz of [-1, 1]) {
			const x = sx * (hx - thick);
			const z = sz * (hz - thick);
			out.push(
				round
					? bar(
							[x, top, z],
							[x + sx * splay, 0, z + sz * splay],
							thick,
							thick * taper,
							true,
						)
					: move(box(thick, top / 2, thick, 0.1), x, top / 2, z),
			);
		}
	if (dice.chance(0.4)) {
		const y = top * dice.range(0.2, 0.5);
		for (const sx of [-1, 1])
			out.push(
				bar(
					[sx * (hx - thick), y, -hz],
					[sx * (hx - thick), y, hz],
					thick * 0.6,
				),
			);
	}
	return out;
}

export function chair(sketch: Sketch): void {
	const { dice, paint, add } = sketch;
	const frame = paint(dice.pick(["wood", "metal", "any", "dark"]));
	const soft = dice.chance(0.6) ? paint() : frame;
	const hx = dice.range(0.38, 0.55);
	const hz = dice.range(0.36, 0.55);
	const seat = dice.range(0.55, 1);
	const thick = dice.range(0.03, 0.07);
	const cushion = dice.range(0.03, 0.13);
	const base = dice.int(0, 5);
	if (base === 0) {
		add(frame, move(drum(0.06, 0.05, seat / 2), 0, seat / 2, 0));
		for (let k = 0; k < 5; k++) {
			const a = (k / 5) * 2 * Math.PI;
			add(
				frame,
				bar(
					[0, 0.15, 0],
					[0.5 * Math.cos(a), 0.06, 0.5 * Math.sin(a)],
					0.05,
					0.035,
				),
			);
		}
	} else if (base === 1)
		// A bent-tube runner on each side.
		add(
			frame,
			both(
				tube(
					[
						[hx, seat, hz],
						[hx, 0.04, hz * 1.05],
						[hx, 0.04, -hz],
						[hx, seat, -hz * 0.9],
					],
					[0.04, 0.04, 0.04, 0.04],
					{ samples: 18 },
				),
			),
		);
	else add(frame, ...legs(sketch, hx, hz, seat, thick));
	add(soft, move(box(hx, cushion, hz, dice.range(0.1, 0.5)), 0, seat, 0));
	if (dice.chance(0.1)) return; // A stool.
	const back = dice.range(0.5, 1.1);
	const rake = dice.range(0, 0.3);
	const z = -hz + thick;
	const kind = dice.int(0, 3);
	if (kind === 0)
		add(
			soft,
			move(
				turn(
					box(hx * dice.range(0.8, 1), back / 2, dice.range(0.03, 0.1), 0.4),
					0,
					-rake,
				),
				0,
				seat + back / 2,
				z - (rake * back) / 2,
			),
		);
	else if (kind === 1) {
		const bend = dice.range(0, 0.35);
		add(
			soft,
			sheet(
				9,
				6,
				(u, v) => [
					(u - 0.5) * 2 * hx,
					seat + v * back,
					z + bend * (2 * u - 1) ** 2 - rake * v * back,
				],
				dice.range(0.02, 0.06),
			),
		);
	} else {
		const post = (x: number): Part =>
			bar([x, seat, z], [x, seat + back, z - rake * back], thick, thick * 0.8);
		add(frame, post(-hx + thick), post(hx - thick));
		const slats = dice.int(1, 5);
		const upright = kind === 3;
		for (let k = 0; k < slats; k++) {
			const t = (k + 1) / (slats + (upright ? 1 : 0));
			const x = (2 * t - 1) * (hx - thick);
			const y = seat + back * (0.35 + 0.65 * t) - 0.06;
			add(
				upright ? frame : soft,
				upright
					? bar([x, seat, z], [x, seat + back, z - rake * back], thick * 0.5)
					: move(
							box(hx - thick, Math.min(0.09, (back / slats) * 0.3), 0.03),
							0,
							y,
							z - rake * (y - seat),
						),
			);
		}
		if (upright)
			add(
				frame,
				move(box(hx, 0.06, 0.05, 0.3), 0, seat + back, z - rake * back),
			);
	}
	if (dice.chance(0.4)) {
		const y = seat + dice.range(0.2, 0.4);
		add(frame, both(move(box(thick * 1.2, 0.04, hz, 0.3), hx, y, 0)));
		add(
			frame,
			both(bar([hx, y, hz * 0.8], [hx, seat - 0.05, hz * 0.8], thick * 0.8)),
		);
	}
}

export function armchair({ dice, paint, add }: Sketch): void {
	const cloth = paint();
	const other = dice.chance(0.3) ? paint() : cloth;
	const hx = dice.pick([0.5, 0.6, 1, 1.4]) * dice.range(0.9, 1.1);
	const arm = dice.range(0.08, 0.2);
	const seat = dice.range(0.35, 0.55);
	const back = dice.range(0.7, 1.2);
	const round = dice.range(0.2, 0.5);
	add(cloth, move(box(hx, seat / 2, 0.5, 0.2), 0, seat / 2 + 0.1, 0));
	const cushions = Math.max(1, Math.round(hx / 0.6));
	const w = (hx - arm) / cushions;
	for (let k = 0; k < cushions; k++)
		add(
			other,
			move(
				box(w * 0.98, 0.1, 0.45, 0.5),
				-hx + arm + w * (2 * k + 1),
				seat + 0.15,
				0.05,
			),
		);
	add(
		cloth,
		move(
			turn(box(hx, back / 2, 0.14, round), 0, -dice.range(0, 0.25)),
			0,
			back / 2 + 0.15,
			-0.42,
		),
		both(move(box(arm, dice.range(0.3, 0.45), 0.52, round), hx, seat * 0.9, 0)),
	);
	add(paint("dark"), both(move(box(0.05, 0.06, 0.4), hx - 0.08, 0.05, 0)));
}

export function table(sketch: Sketch): void {
	const { dice, paint, add } = sketch;
	const wood = paint(dice.pick(["wood", "any", "light", "dark"]));
	const leg = dice.chance(0.5) ? wood : paint();
	const high = dice.range(0.4, 1.4);
	const thick = dice.range(0.03, 0.08);
	const hx = dice.range(0.5, 1.3);
	const hz = dice.range(0.4, 0.8);
	if (dice.chance(0.35)) {
		add(wood, move(drum(hz, hz, thick, 28), 0, high, 0));
		add(
			leg,
			lathe([
				[0, 0],
				[hz * dice.range(0.3, 0.7), 0],
				[0.12, 0.12],
				[dice.range(0.04, 0.12), high * 0.5],
				[dice.range(0.06, 0.16), high],
				[0, high],
			]),
		);
		return;
	}
	add(wood, move(box(hx, thick, hz, 0.2), 0, high, 0));
	add(leg, ...legs(sketch, hx, hz, high, dice.range(0.04, 0.1)));
	if (dice.chance(0.4))
		add(wood, move(box(hx * 0.9, 0.1, hz * 0.9, 0.05), 0, high - 0.12, 0));
	if (dice.chance(0.3))
		add(
			paint(),
			move(
				box(hx * dice.range(0.2, 0.4), high * 0.42, hz * 0.9, 0.05),
				hx * 0.5,
				high * 0.5,
				0,
			),
		);
}

/** Cupboards, shelves, drawers, ovens, fridges. */
export function cabinet({ dice, paint, add }: Sketch): void {
	const wood = paint(dice.pick(["wood", "any", "light"]));
	const front = dice.chance(0.5) ? paint() : wood;
	const knob = paint("metal");
	const hx = dice.range(0.35, 0.9);
	const hy = dice.range(0.4, 1.1);
	const hz = dice.range(0.2, 0.5);
	const rows = dice.int(1, 5);
	const columns = dice.int(1, 3);
	const open = dice.chance(0.35);
	const t = 0.035;
	if (open) {
		add(wood, both(move(box(t, hy, hz, 0.1), hx, 0, 0)));
		for (let k = 0; k <= rows; k++)
			add(
				wood,
				move(
					box(hx, t, hz, 0.1),
					0,
					-hy + t + ((2 * hy - 2 * t) * k) / rows,
					0,
				),
			);
		if (dice.chance(0.6)) add(front, move(box(hx, hy, t * 0.5), 0, 0, -hz + t));
		for (let k = 0; k < rows * 2; k++) {
			if (dice.chance(0.5)) continue;
			const h = (hy / rows) * dice.range(0.4, 0.8);
			const y = -hy + 2 * t + ((2 * hy - 2 * t) * (k >> 1)) / rows + h;
			add(
				paint(),
				move(
					box(hx * dice.range(0.1, 0.3), h, hz * 0.7, 0.1),
					dice.range(-0.5, 0.5) * hx,
					y,
					0,
				),
			);
		}
	} else {
		add(wood, box(hx, hy, hz, 0.06));
		for (let r = 0; r < rows; r++)
			for (let c = 0; c < columns; c++) {
				const y = -hy + (2 * hy * (r + 0.5)) / rows;
				const x = -hx + (2 * hx * (c + 0.5)) / columns;
				add(
					front,
					move(
						box((hx / columns) * 0.9, (hy / rows) * 0.88, 0.03, 0.3),
						x,
						y,
						hz + 0.01,
					),
				);
				add(
					knob,
					move(
						ball(0.035, 0.035, 0.035, 6),
						x + (hx / columns) * dice.range(-0.6, 0.6),
						y,
						hz + 0.06,
					),
				);
			}
	}
	if (dice.chance(0.4))
		add(wood, both(move(box(0.05, 0.1, hz * 0.9), hx - 0.06, -hy - 0.1, 0)));
}

export function lamp({ dice, paint, add }: Sketch): void {
	const metal = paint(dice.pick(["metal", "wood", "any", "dark"]));
	const shade = paint(dice.pick(["light", "any"]));
	const high = dice.range(0.5, 2.2);
	const foot = dice.range(0.2, 0.5);
	const bulb = dice.range(0.05, 0.25);
	if (dice.chance(0.35)) {
		// A jointed desk lamp.
		const elbow = dice.range(-0.5, 0.1);
		add(metal, move(drum(foot, foot * 0.9, 0.05), 0, 0.05, 0));
		add(
			metal,
			bar([0, 0.05, 0], [elbow, high * 0.6, 0], 0.035),
			bar([elbow, high * 0.6, 0], [0.5, high, 0], 0.03),
		);
		add(
			shade,
			move(
				turn(
					lathe([
						[0.05, 0.2],
						[0.12, 0.18],
						[0.34, -0.16],
						[0.31, -0.16],
						[0.1, 0.15],
						[0, 0.15],
					]),
					2,
					dice.range(0, 1),
				),
				0.52,
				high - 0.08,
				0,
			),
		);
		return;
	}
	const wide = dice.range(0.05, 0.4);
	add(
		metal,
		lathe([
			[0, 0],
			[foot, 0],
			[foot * 0.8, 0.08],
			[bulb * 0.5 + 0.02, 0.15],
			[high < 1.2 ? wide : 0.04, high * 0.4],
			[0.04, high * 0.75],
			[0.03, high],
			[0, high],
		]),
	);
	const r = dice.range(0.35, 0.65);
	const top = r * dice.range(0.3, 1);
	const h = dice.range(0.25, 0.5);
	add(
		shade,
		move(
			dice.chance(0.2)
				? ball(r * 0.8, r * 0.8, r * 0.8, 14)
				: lathe(
						[
							[r, -h],
							[top, h],
							[top - 0.02, h],
							[r - 0.02, -h],
						],
						26,
					),
			0,
			high + h * 0.3,
			0,
		),
	);
}

export function bed({ dice, paint, add }: Sketch): void {
	const wood = paint(dice.pick(["wood", "any", "metal"]));
	const hx = dice.range(0.4, 0.9);
	const hz = dice.range(0.8, 1.1);
	add(wood, move(box(hx, 0.1, hz, 0.1), 0, 0.25, 0));
	add(
		paint("light"),
		move(box(hx * 0.95, dice.range(0.08, 0.16), hz * 0.95, 0.5), 0, 0.42, 0),
	);
	add(paint(), move(box(hx, 0.06, hz * 0.6, 0.5), 0, 0.53, hz * 0.35));
	add(wood, move(box(hx, dice.range(0.3, 0.7), 0.05, 0.2), 0, 0.5, -hz));
	if (dice.chance(0.5)) add(wood, move(box(hx, 0.25, 0.05, 0.2), 0, 0.35, hz));
	add(
		paint("light"),
		both(move(box(hx * 0.38, 0.08, 0.18, 0.5), hx * 0.48, 0.58, -hz * 0.72)),
	);
}

/** Boxes with things on their faces: radios, cameras, machines, speakers, ovens. */
export function appliance({ dice, paint, add }: Sketch): void {
	const shell = paint(dice.pick(["any", "dark", "metal", "light"]));
	const trim = paint(dice.pick(["any", "metal", "dark"]));
	const dark = paint("dark");
	const hx = dice.range(0.3, 1);
	const hy = dice.range(0.25, 0.8);
	const hz = dice.range(0.12, 0.6);
	const round = dice.range(0.03, 0.5);
	add(shell, box(hx, hy, hz, round));
	const count = dice.int(1, 6);
	for (let k = 0; k < count; k++) {
		const x = dice.range(-0.7, 0.7) * hx;
		const y = dice.range(-0.7, 0.7) * hy;
		const r =
			Math.min(hx - Math.abs(x), hy - Math.abs(y)) * dice.range(0.3, 0.95);
		const out = dice.pick([0.02, 0.05, dice.range(0.05, 0.5)]);
		const twice = dice.chance(0.4);
		const part = dice.chance(0.55)
			? move(
					turn(
						lathe(
							[
								[0, out],
								[r * 0.3, out],
								[r * 0.75, out * dice.range(0.2, 1)],
								[r * 0.85, out],
								[r, out * 0.8],
								[r, -0.1],
								[0, -0.1],
							],
							24,
						),
						0,
						Math.PI / 2,
					),
					x,
					y,
					hz,
				)
			: move(box(r * dice.range(0.6, 1.4), r * 0.7, out, 0.2), x, y, hz);
		add(k % 2 === 0 ? dark : trim, twice ? both(part) : part);
	}
	if (dice.chance(0.45)) {
		const rise = dice.range(0.1, 0.5);
		const w = hx * dice.range(0.4, 0.95);
		add(
			trim,
			tube(
				[
					[-w, hy - 0.05, 0],
					[-w * 0.95, hy + rise, 0],
					[w * 0.95, hy + rise, 0],
					[w, hy - 0.05, 0],
				],
				[0.05, 0.05, 0.05, 0.05],
				{ samples: 20 },
			),
		);
	}
	if (dice.chance(0.25))
		add(
			trim,
			bar(
				[hx * 0.8, hy, -hz * 0.5],
				[hx * dice.range(0.2, 1.6), hy + dice.range(0.4, 1.2), -hz],
				0.02,
			),
		);
	if (dice.chance(0.4))
		add(
			dark,
			...[-1, 1].map((side) =>
				move(box(0.08, 0.04, hz * 0.7, 0.3), side * hx * 0.7, -hy - 0.03, 0),
			),
		);
	if (dice.chance(0.3))
		add(trim, move(box(hx * 0.9, 0.05, hz * 0.8, 0.4), 0, hy + 0.03, 0));
	for (let k = dice.int(0, 5); k > 0; k--)
		add(
			trim,
			move(
				drum(0.05, 0.05, 0.05, 10),
				dice.range(-0.8, 0.8) * hx,
				hy + 0.03,
				dice.range(-0.4, 0.4) * hz,
			),
		);
	if (dice.chance(0.15)) add(trim, move(torus(0.2, 0.05), 0, hy, 0));
}

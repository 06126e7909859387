import type { Sketch } from "../sketch.ts";
import {
	ball,
	both,
	lathe,
	move,
	type Part,
	sculpture,
	sheet,
	stretch,
	tube,
	turn,
	type Vec,
} from "../solids.ts";

/** Cows, foxes, dogs, horses: body, neck, head with muzzle and ears, four jointed legs, a tail. */
export function quadruped(sketch: Sketch): void {
	const { dice, paint, add } = sketch;
	const fur = paint("fur");
	const other = dice.chance(0.4) ? paint("fur") : fur;
	const long = dice.range(0.45, 1.15);
	const chest = dice.range(0.2, 0.48);
	const hips = chest * dice.range(0.7, 1.1);
	const legs = dice.range(0.25, 1.1);
	const y = legs + chest * 0.6;
	const sag = dice.range(-0.1, 0.08);
	const flat = dice.range(0.75, 1.05);
	add(
		fur,
		tube(
			[
				[0, y + 0.02, -long],
				[0, y + sag + 0.03, -long * 0.4],
				[0, y + sag, long * 0.2],
				[0, y + 0.05, long * 0.8],
			],
			[hips * 0.8, hips, chest * 0.95, chest],
			{ segments: 16, width: flat, samples: 12 },
		),
	);
	const rise = dice.range(-0.1, 0.9);
	const reach = dice.range(0.1, 0.6);
	const swing = dice.chance(0.4) ? dice.range(-0.35, 0.35) : 0;
	const head: Vec = [swing, y + chest * 0.5 + rise, long * 0.8 + reach];
	const neck = chest * dice.range(0.45, 0.8);
	add(
		fur,
		tube(
			[
				[0, y + 0.1, long * 0.7],
				[swing * 0.4, y + chest * 0.5 + rise * 0.5, long * 0.85 + reach * 0.5],
				head,
			],
			[chest * 0.75, neck, neck * 0.9],
			{ segments: 14 },
		),
	);
	const size = Math.max(neck, chest * dice.range(0.5, 1.1));
	animalHead(sketch, fur, other, head, size, swing * 2);
	const thick = chest * dice.range(0.18, 0.42);
	const stance = flat * chest * dice.range(0.4, 0.75);
	const sitting = dice.chance(0.08);
	for (const z of [long * 0.7, -long * 0.75]) {
		const front = z > 0;
		const step = dice.chance(0.5) ? dice.range(-0.35, 0.35) * legs : 0;
		const fold = sitting && !front ? 0.5 : 0;
		for (const side of [-1, 1]) {
			const dz = step * side;
			const foot = z + dz + fold;
			add(
				fur,
				tube(
					[
						[side * stance * 0.9, y, z],
						[
							side * stance,
							legs * 0.5,
							z + dz * 0.5 + (front ? 0.04 : -0.12 * legs) + fold * 0.6,
						],
						[side * stance, thick * 0.5, foot],
					],
					[chest * 0.5, thick * 1.1, thick * 0.8],
					{ segments: 10, samples: 8 },
				),
			);
			add(
				other,
				move(
					ball(thick * 0.95, thick * 0.6, thick * 1.3, 7),
					side * stance,
					thick * 0.5,
					foot + thick * 0.4,
				),
			);
		}
	}
	tail(sketch, other, [0, y + hips * 0.4, -long - hips * 0.4], chest);
}

function tail(
	{ dice, add }: Sketch,
	material: number,
	at: Vec,
	size: number,
): void {
	const length = dice.range(0.1, 1.3);
	const droop = dice.range(-1, 0.9) * length;
	const thick = size * dice.pick([0.12, 0.2, 0.55]);
	const side = dice.normal() * 0.2;
	add(
		material,
		tube(
			[
				[at[0], at[1], at[2] + size * 0.3],
				[at[0] + side * 0.4, at[1] + droop * 0.3, at[2] - length * 0.4],
				[at[0] + side, at[1] + droop, at[2] - length * dice.range(0.4, 0.9)],
			],
			[thick * 0.7, thick, thick * dice.range(0.2, 1)],
			{ segments: 10 },
		),
	);
}

/** Skull, muzzle, ears, eyes, sometimes horns; turned by `yaw`. */
function animalHead(
	{ dice, paint, add }: Sketch,
	fur: number,
	other: number,
	at: Vec,
	r: number,
	yaw: number,
): void {
	const dark = paint("dark");
	const place = (part: Part): Part => move(turn(part, 1, yaw), ...at);
	add(
		fur,
		place(
			ball(
				r * dice.range(0.75, 1),
				r * dice.range(0.8, 1.1),
				r * dice.range(0.85, 1.2),
			),
		),
	);
	const muzzle = r * dice.range(0.4, 1.7);
	const tip = r * dice.range(0.12, 0.55);
	const down = r * dice.range(-0.5, -0.05);
	add(
		other,
		place(
			tube(
				[
					[0, down * 0.5, r * 0.4],
					[0, down, r * 0.8 + muzzle],
				],
				[r * 0.6, tip],
				{ segments: 12, samples: 6, width: dice.range(0.85, 1.2) },
			),
		),
	);
	add(
		dark,
		place(
			move(
				ball(tip * 0.5, tip * 0.45, tip * 0.4, 6),
				0,
				down + tip * 0.4,
				r * 0.8 + muzzle + tip * 0.8,
			),
		),
		place(
			both(
				move(ball(r * 0.12, r * 0.14, r * 0.1, 6), r * 0.5, r * 0.3, r * 0.72),
			),
		),
	);
	const ear = r * dice.range(0.3, 1.2);
	const round = dice.chance(0.4);
	const outward = dice.range(0.1, 1.4);
	add(
		dice.chance(0.7) ? fur : other,
		place(
			both(
				move(
					turn(
						round
							? move(ball(ear * 0.6, ear * 0.6, r * 0.12, 8), 0, ear * 0.4, 0)
							: tube(
									[
										[0, -0.1 * ear, 0],
										[0, ear * 0.5, 0.05],
										[0, ear * 1.1, 0],
									],
									[ear * 0.3, ear * 0.38, 0.02],
									{ segments: 8, up: [0, 0, 1], width: 1 },
								),
						2,
						-outward,
					),
					r * 0.5,
					r * 0.6,
					-r * 0.1,
				),
			),
		),
	);
	if (dice.chance(0.25)) {
		const horn = r * dice.range(0.4, 1.6);
		const spread = dice.range(0.1, 0.9);
		add(
			paint("light"),
			place(
				both(
					tube(
						[
							[r * 0.4, r * 0.7, 0],
							[r * 0.4 + spread * horn, r * 0.7 + horn * 0.6, -0.2 * horn],
							[r * 0.4 + spread * horn * 0.8, r * 0.7 + horn * 1.1, 0],
						],
						[r * 0.16, r * 0.12, r * 0.03],
						{ segments: 8 },
					),
				),
			),
		);
	}
}

export function bird(sketch: Sketch): void {
	const { dice, paint, add } = sketch;
	const body = paint();
	const accent = paint();
	const beak = paint("any");
	const fat = dice.range(0.3, 0.65);
	const tilt = dice.range(0, 0.8);
	add(
		body,
		tube(
			[
				[0, -tilt * 0.6, -0.9],
				[0, 0, -0.1],
				[0, tilt * 0.7, 0.6],
			],
			[fat * 0.25, fat, fat * 0.55],
			{ segments: 16, samples: 12 },
		),
	);
	const high = dice.chance(0.3) ? dice.range(0.4, 1.2) : 0.1;
	const head: Vec = [0, tilt * 0.7 + 0.3 + high, 0.75];
	const r = fat * dice.range(0.45, 0.75);
	add(
		body,
		tube(
			[[0, tilt * 0.6, 0.5], [0, tilt * 0.7 + high * 0.5, 0.72], head],
			[fat * 0.5, r * 0.7, r * 0.8],
			{ segments: 12 },
		),
		move(ball(r, r, r * 1.05), ...head),
	);
	add(
		beak,
		tube(
			[
				[0, head[1], head[2] + r * 0.7],
				[0, head[1] - 0.05, head[2] + r * dice.range(1.3, 2.6)],
			],
			[r * 0.35, r * 0.06],
			{ segments: 8, width: dice.range(0.7, 1.6) },
		),
	);
	add(
		paint("dark"),
		both(
			move(
				ball(r * 0.12, r * 0.14, r * 0.12, 6),
				r * 0.8,
				head[1] + r * 0.3,
				head[2] + r * 0.45,
			),
		),
	);
	const span = dice.chance(0.4) ? dice.range(0.8, 1.6) : 0.25;
	const lift = dice.range(-0.3, 0.7);
	const folded = span < 0.3;
	add(
		accent,
		both(
			folded
				? move(
						turn(ball(0.09, fat * 0.7, 0.6, 8), 0, -tilt * 0.6),
						fat * 0.85,
						0.05,
						-0.2,
					)
				: sheet(
						8,
						5,
						(u, v) => [
							fat * 0.5 + u * span,
							0.1 + lift * u * u,
							0.35 - v * (0.9 - 0.5 * u) - 0.3 * u,
						],
						0.035,
					),
		),
		turn(
			move(
				ball(fat * dice.range(0.3, 0.8), 0.06, dice.range(0.25, 0.7), 8),
				0,
				-tilt * 0.6,
				-1.1,
			),
			0,
			0,
		),
	);
	if (dice.chance(0.7)) {
		const leg = dice.range(0.2, 0.9);
		add(
			beak,
			both(
				tube(
					[
						[fat * 0.35, -fat * 0.6, 0],
						[fat * 0.35, -fat * 0.7 - leg, 0.05],
						[fat * 0.4, -fat * 0.7 - leg - 0.04, 0.3],
					],
					[0.07, 0.05, 0.06],
					{ segments: 8 },
				),
			),
		);
	}
}

export function fish({ dice, paint, add }: Sketch): void {
	const skin = paint();
	const fin = dice.chance(0.5) ? paint() : skin;
	const tall = dice.range(0.2, 0.6);
	const wide = dice.range(0.35, 0.9);
	const bend = dice.normal() * 0.15;
	add(
		skin,
		tube(
			[
				[bend, 0, -1],
				[-bend * 0.5, 0, -0.4],
				[0, 0, 0.3],
				[0, -0.02, 1],
			],
			[tall * 0.15, tall * 0.7, tall, tall * dice.range(0.15, 0.5)],
			{ segments: 16, width: wide, samples: 14 },
		),
	);
	const spread = dice.range(0.3, 0.7);
	add(
		fin,
		sheet(
			5,
			7,
			(u, v) => [
				bend * (1 + u),
				(v - 0.5) * 2 * (0.1 + u * spread),
				-0.95 - u * 0.5 - 0.3 * Math.abs(v - 0.5) * u,
			],
			0.025,
		),
		sheet(
			6,
			4,
			(u, v) => [0, tall * 0.8 + v * dice.range(0.2, 0.3), 0.4 - u - v * 0.25],
			0.025,
		),
		both(
			sheet(
				4,
				4,
				(u, v) => [
					tall * wide + u * 0.4,
					-0.1 - u * 0.15,
					0.3 - v * 0.3 - u * 0.3,
				],
				0.02,
			),
		),
	);
	add(
		paint("dark"),
		both(
			move(ball(0.04, 0.06, 0.06, 6), tall * wide * 0.65, tall * 0.25, 0.75),
		),
	);
}

/** Two legs, two arms: people, dolls, robots, teddies; the limbs in any pose. */
export function figure(sketch: Sketch): void {
	const { dice, paint, add } = sketch;
	const skin = paint(dice.pick(["skin", "any", "fur", "metal"]));
	const shirt = dice.chance(0.6) ? paint() : skin;
	const trousers = dice.chance(0.6) ? paint() : skin;
	const plump = dice.range(0.6, 1.8);
	const legs = dice.range(0.25, 0.95);
	const torso = dice.range(0.5, 0.8);
	const headSize = dice.range(0.16, 0.42);
	const w = 0.2 * plump;
	const sit = dice.chance(0.15);
	add(
		shirt,
		tube(
			[
				[0, 0, 0],
				[0, torso * 0.5, 0.02],
				[0, torso, 0],
			],
			[w * 0.8, w * dice.range(0.7, 1.1), w * 0.8],
			{
				up: [0, 0, 1],
				width: dice.range(1.1, 1.7),
				segments: 16,
				square: dice.pick([1, 1, 0.5]),
			},
		),
	);
	const lean = dice.normal() * 0.06;
	add(
		skin,
		move(
			ball(
				headSize * dice.range(0.8, 1.1),
				headSize * dice.range(0.9, 1.2),
				headSize,
			),
			lean,
			torso + w * 0.6 + headSize,
			0.03,
		),
	);
	if (dice.chance(0.5))
		add(
			paint(),
			move(
				sculpture(headSize * 1.08, headSize * 1.1, headSize * 1.05, [
					{ to: [0, -1, 0.7], width: 0.7, height: -0.6 },
				]),
				lean,
				torso + w * 0.6 + headSize * 1.1,
				-0.03,
			),
		);
	if (dice.chance(0.3))
		add(
			skin,
			both(
				move(
					ball(headSize * 0.4, headSize * 0.4, headSize * 0.2, 8),
					headSize * 0.75,
					torso + w * 0.6 + headSize * 1.8,
					0,
				),
			),
		);
	for (const side of [-1, 1]) {
		const thick = 0.075 * plump;
		const step = dice.range(-0.25, 0.4) * legs;
		const hip = w * 0.6 * side;
		add(
			trousers,
			tube(
				[
					[hip, 0, 0],
					[
						hip * 1.15,
						sit ? 0 : -legs * 0.5,
						sit ? legs * 0.5 : 0.05 + step * 0.5,
					],
					[hip * 1.2, sit ? -legs * 0.5 : -legs, sit ? legs * 0.5 : step],
				],
				[thick * 1.5, thick * 1.2, thick],
				{ segments: 10 },
			),
		);
		add(
			paint("dark"),
			move(
				ball(thick * 1.1, thick * 0.8, thick * 2, 8),
				hip * 1.2,
				sit ? -legs * 0.5 : -legs,
				(sit ? legs * 0.5 : step) + thick * 0.8,
			),
		);
		const lift = dice.range(-1.4, 1.2);
		const forward = dice.range(-0.3, 0.8);
		const arm = dice.range(0.35, 0.65);
		const shoulder: Vec = [side * w * 1.2, torso * 0.92, 0];
		const elbow: Vec = [
			shoulder[0] + side * arm * 0.5 * Math.cos(lift),
			shoulder[1] + arm * 0.5 * Math.sin(lift),
			forward * 0.2,
		];
		const hand: Vec = [
			elbow[0] + side * arm * 0.4 * Math.cos(lift + 0.4),
			elbow[1] + arm * 0.5 * Math.sin(lift + dice.normal() * 0.4),
			forward * 0.5,
		];
		add(
			shirt,
			tube([shoulder, elbow, hand], [thick * 1.2, thick, thick * 0.8], {
				segments: 10,
			}),
		);
		add(skin, move(ball(thick, thick, thick, 7), ...hand));
	}
	if (dice.chance(0.2))
		add(
			paint(),
			move(
				lathe([
					[0, -0.1],
					[dice.range(0.4, 0.7), -0.1],
					[0.4, 0.02],
					[0, 0.02],
				]),
				0,
				-legs - 0.05,
				0.05,
			),
		);
}

/** Heads, busts, masks, skull-like things: one ball with many swellings and hollows. */
export function bust({ dice, paint, add }: Sketch): void {
	const skin = paint(dice.pick(["light", "skin", "any"]));
	const eye = dice.range(0.2, 0.4);
	const socket = dice.range(-0.3, 0.05);
	const jaw = dice.range(-0.2, 0.4);
	add(
		skin,
		sculpture(
			dice.range(0.6, 0.85),
			dice.range(0.75, 1),
			dice.range(0.75, 1.05),
			[
				{ to: [eye, 0.1, 0.9], width: 0.16, height: socket },
				{ to: [-eye, 0.1, 0.9], width: 0.16, height: socket },
				{
					to: [0, -0.1, 1],
					width: dice.range(0.1, 0.2),
					height: dice.range(-0.25, 0.3),
				},
				{ to: [0, -0.7, 0.7], width: dice.range(0.25, 0.45), height: jaw },
				{ to: [0, -0.45, 0.9], width: 0.15, height: dice.range(-0.12, 0.12) },
				{ to: [0, -0.8, -0.6], width: 0.5, height: dice.range(-0.5, 0) },
				{ to: [0.95, -0.05, 0.1], width: 0.13, height: dice.range(-0.1, 0.25) },
				{
					to: [-0.95, -0.05, 0.1],
					width: 0.13,
					height: dice.range(-0.1, 0.25),
				},
				{ to: [0.8, -0.2, 0.6], width: 0.2, height: dice.range(-0.15, 0.15) },
				{ to: [-0.8, -0.2, 0.6], width: 0.2, height: dice.range(-0.15, 0.15) },
			],
			28,
		),
	);
	if (dice.chance(0.5)) {
		const shoulders = dice.range(0.4, 1.3);
		add(
			skin,
			lathe(
				[
					[0, -0.5],
					[0.4, -0.6],
					[0.38, -0.95],
					[shoulders, -1.25],
					[shoulders * 0.9, -1.6],
					[0, -1.6],
				].map(([r, y]) => [r, y] as const),
			),
		);
	}
	if (dice.chance(0.4)) {
		const dark = paint("dark");
		add(
			dark,
			both(
				move(ball(0.12, 0.1, 0.08, 8), eye * 0.8, 0.08, 0.78 + socket * 0.5),
			),
		);
	}
}

/** Lizards, snakes, worms, dinosaurs, insects: a long tube with pairs of legs. */
export function crawler({ dice, paint, add }: Sketch): void {
	const skin = paint();
	const pairs = dice.pick([0, 2, 2, 3, 3, 4]);
	const wave = dice.range(0, 0.4);
	const phase = dice.range(0, 6);
	const fat = dice.range(0.08, 0.3);
	const lift = dice.chance(0.3) ? dice.range(0.2, 0.9) : 0;
	const spine = Array.from({ length: 7 }, (_, k): Vec => {
		const z = -1 + k / 3;
		return [
			wave * Math.sin(z * 3 + phase),
			lift * Math.max(0, z) ** 2 + fat,
			z,
		];
	});
	add(
		skin,
		tube(
			spine,
			[
				0.02,
				fat * 0.4,
				fat * 0.8,
				fat,
				fat * dice.range(0.6, 1.2),
				fat * 0.8,
				fat * dice.range(0.4, 1),
			],
			{ segments: 14, samples: 22, width: dice.range(0.8, 1.5) },
		),
	);
	const leg = dice.range(0.2, 0.7);
	for (let pair = 0; pair < pairs; pair++) {
		const at = spine[2 + Math.round((pair / Math.max(1, pairs - 1)) * 3)];
		for (const side of [-1, 1])
			add(
				skin,
				tube(
					[
						[at[0], at[1], at[2]],
						[at[0] + side * (fat + leg * 0.6), at[1] + leg * 0.3, at[2] + 0.05],
						[
							at[0] + side * (fat + leg),
							at[1] - fat - dice.range(0, 0.2),
							at[2] + 0.15,
						],
					],
					[fat * 0.4, fat * 0.25, fat * 0.12],
					{ segments: 8 },
				),
			);
	}
	if (dice.chance(0.3))
		add(
			paint(),
			stretch(
				both(
					sheet(
						6,
						5,
						(u, v) => [0.05 + u * 0.9, 0.3 + u * 0.4, 0.4 - v * 0.8],
						0.02,
					),
				),
				1,
				1,
				1,
			),
		);
}

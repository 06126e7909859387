import type { Camera } from "../../src/core/camera.ts";
import { cameraToUnit } from "../../src/engines/multiview-fit/unit-frame.ts";
import { hullBounds } from "../../src/kernel/field/hull-bounds.ts";
import { CELLS } from "../../src/kernel/guess/crop-camera.ts";
import { hullLayers } from "../../src/kernel/guess/hull-layers.ts";
import {
	type CroppedView,
	middleOf,
	otherColors,
	unitOf,
} from "../../src/kernel/guess/other-colors.ts";
import {
	firstDepths,
	lastDepths,
} from "../../src/kernel/guess/surface-layers.ts";
import { CROP_SIZE } from "../../src/kernel/image/crop-picture.ts";
import { silhouetteDistance } from "../../src/kernel/image/silhouette-distance.ts";
import { resizeCamera } from "../../src/kernel/math/camera.ts";
import { createRasterMemory } from "../../src/kernel/raster/rasterize.ts";
import type { Dice } from "./dice.ts";
import {
	drawBody,
	FINE,
	type Frame,
	findMiddle,
	type Pose,
} from "./draw-body.ts";
import { fitCoarsely } from "./fit-coarsely.ts";
import type { Light } from "./light.ts";
import { createShade, paintPicture } from "./shade.ts";
import type { Body } from "./sketch.ts";

/** One of several pictures of an object: what the hull says about its rays, and where the surfaces are. */
export interface ViewSample {
	readonly picture: Uint8Array; // [CROP_SIZE² × 4] sRGB, straight alpha
	/** First and last surface of the fit, entry and exit of the hull, units behind the middle, times 8000; NOTHING where the ray misses. */
	readonly guess: Int16Array; // [4 × CELLS²]
	readonly others: Uint8Array; // [offsets × 4 × CELLS²]
	/** Front and back surface, units behind the middle, times 8000. */
	readonly depth: Int16Array; // [2 × CELLS²]
	readonly weight: Uint8Array; // [CELLS²] 255 inside
	/** view, number of views, middle depth over unit, family. */
	readonly facts: Float32Array; // [4]
}

const NOTHING = -32768;

const SIDES: readonly Pick<Pose, "right" | "up" | "back">[] = [
	{ right: [1, 0, 0], up: [0, 1, 0], back: [0, 0, 1] },
	{ right: [0, 0, -1], up: [0, 1, 0], back: [1, 0, 0] },
	{ right: [-1, 0, 0], up: [0, 1, 0], back: [0, 0, -1] },
	{ right: [0, 0, 1], up: [0, 1, 0], back: [-1, 0, 0] },
	{ right: [1, 0, 0], up: [0, 0, -1], back: [0, 1, 0] },
	{ right: [1, 0, 0], up: [0, 0, 1], back: [0, -1, 0] },
];
/** Sides that people send, as indices into SIDES, and how often. Two opposite ones alone leave the depth open. */
const SETS: readonly (readonly [sides: readonly number[], share: number])[] = [
	[[0, 1, 2, 3, 4, 5], 0.56],
	[[0, 1, 2, 3], 0.14],
	[[0, 1, 4], 0.08],
	[[0, 1], 0.08],
	[[0, 1, 2, 3, 4], 0.08],
	[[0, 2, 4], 0.06],
];

/** Of objects that are seen from all round: from how many directions, and how many of those are kept. */
const ROUND = [12, 24] as const;
const MOST_SAMPLES = 6;

/** The pictures of one set of sides, or from all round; none where they leave the object's extent open. */
export async function renderViews(
	body: Body,
	light: Light,
	dice: Dice,
	family: number,
	frame: Frame,
	roundShare: number,
): Promise<ViewSample[]> {
	const directions = dice.chance(roundShare)
		? roundAbout(dice)
		: pickSides(dice).map((side) => SIDES[side]);
	const distance = dice.chance(0.6) ? 5 : Math.exp(dice.range(1.2, 2.8));
	const turn = dice.chance(0.15) ? 0.15 * dice.normal() : 0;
	const exposure = Math.exp(dice.range(-0.5, 0.45));
	const widen = dice.chance(0.3) ? 0.3 * dice.normal() : 0;
	const drawn = directions.map((direction) => {
		const pose = { ...turned(direction, turn), distance };
		const { cx, cy, half } = drawBody(body, pose, frame, (min, max) => ({
			half: (1.1 * Math.max(max[0] - min[0], max[1] - min[1])) / 2,
			cx: (min[0] + max[0]) / 2,
			cy: (min[1] + max[1]) / 2,
		}));
		const picture = paintPicture(
			frame,
			createShade(body, light, pose, frame),
			CROP_SIZE,
			exposure,
		);
		return {
			picture,
			camera: cameraOf(pose, cx, cy, half),
			...readDepths(frame),
		};
	});
	const cones = drawn.map(({ camera, picture }) => ({
		camera,
		silhouette: silhouetteDistance(
			{
				width: CROP_SIZE,
				height: CROP_SIZE,
				data: picture.filter((_, n) => n % 4 === 3),
			},
			{ widenBy: widen },
		),
	}));
	const bounds = hullBounds(cones);
	if (bounds === null || bounds.cut) return [];
	const fit = await fitCoarsely(
		cones.map(({ camera, silhouette }, n) => ({
			camera,
			silhouette,
			picture: drawn[n].picture,
		})),
		bounds.box,
	);
	if (fit === null) return [];
	const memory = createRasterMemory();
	const views = drawn.map(({ picture }, n): CroppedView => {
		const camera = cameraToUnit(drawn[n].camera, fit.frame);
		const cellCamera = resizeCamera(camera, CELLS, CELLS);
		return {
			camera,
			cellCamera,
			picture,
			first: firstDepths(fit.mesh, cellCamera, memory),
			last: lastDepths(fit.mesh, cellCamera, memory),
			...hullLayers(fit.grid, cellCamera),
		};
	});
	return drawn
		.slice(0, MOST_SAMPLES)
		.flatMap(({ picture, near, far, weight }, n) => {
			const view = views[n];
			const { first, last, enter, leave } = view;
			const middle = middleOf(view);
			const unit = unitOf(view);
			if (!(unit > 0)) return [];
			const behind = (depths: Float32Array, size = 1): Int16Array =>
				Int16Array.from(depths, (depth) =>
					depth === 0
						? NOTHING
						: Math.max(
								-32767,
								Math.min(32767, ((depth / size - middle) / unit) * 8000),
							),
				);
			const { size } = fit.frame;
			return {
				picture,
				guess: join(behind(first), behind(last), behind(enter), behind(leave)),
				others: otherColors(views, n),
				depth: join(behind(near, size), behind(far, size)),
				weight,
				facts: Float32Array.of(n, drawn.length, middle / unit, family),
			};
		});
}

function join(...parts: Int16Array[]): Int16Array {
	const out = new Int16Array(parts.length * parts[0].length);
	for (let n = 0; n < parts.length; n++) out.set(parts[n], n * parts[0].length);
	return out;
}

function pickSides(dice: Dice): readonly number[] {
	let rest = dice.range(0, 1);
	for (const [sides, share] of SETS) {
		rest -= share;
		if (rest < 0) return sides;
	}
	return SETS[0][0];
}

/** Directions spread evenly over the sphere (Fibonacci spiral), in no order. */
function roundAbout(dice: Dice): Pick<Pose, "right" | "up" | "back">[] {
	const count = dice.int(...ROUND);
	const spin = dice.range(0, 2 * Math.PI);
	const out = Array.from({ length: count }, (_, k) => {
		const y = 1 - (2 * (k + 0.5)) / count;
		const r = Math.sqrt(1 - y * y);
		const a = k * 2.399963 + spin;
		const back = [r * Math.cos(a), y, r * Math.sin(a)];
		const right = [Math.sin(a), 0, -Math.cos(a)];
		const up = [-y * Math.cos(a), r, -y * Math.sin(a)];
		return { right, up, back };
	});
	for (let n = out.length - 1; n > 0; n--) {
		const other = dice.int(0, n);
		[out[n], out[other]] = [out[other], out[n]];
	}
	return out;
}

/** The same side of an object that stands a little askew: turned about the vertical. */
function turned(
	side: Pick<Pose, "right" | "up" | "back">,
	angle: number,
): Pick<Pose, "right" | "up" | "back"> {
	const c = Math.cos(angle);
	const s = Math.sin(angle);
	const turn = ([x, y, z]: readonly number[]): number[] => [
		c * x + s * z,
		y,
		c * z - s * x,
	];
	return {
		right: turn(side.right),
		up: turn(side.up),
		back: turn(side.back),
	};
}

function cameraOf(
	{ right: r, up: u, back: b, distance: d }: Pose,
	cx: number,
	cy: number,
	half: number,
): Camera {
	const f = CROP_SIZE / 2 / half;
	return {
		worldFromCamera: Float64Array.of(
			...[r[0], u[0], b[0], d * b[0]],
			...[r[1], u[1], b[1], d * b[1]],
			...[r[2], u[2], b[2], d * b[2]],
			...[0, 0, 0, 1],
		),
		fx: f,
		fy: f,
		cx: CROP_SIZE / 2 - cx * f,
		cy: CROP_SIZE / 2 + cy * f,
		width: CROP_SIZE,
		height: CROP_SIZE,
	};
}

/** Depths of both surfaces at the cells' middles, 0 outside, and how far each cell is covered. */
function readDepths(frame: Frame): {
	near: Float32Array; // [CELLS²]
	far: Float32Array; // [CELLS²]
	weight: Uint8Array; // [CELLS²]
} {
	const near = new Float32Array(CELLS * CELLS);
	const far = new Float32Array(CELLS * CELLS);
	const weight = new Uint8Array(CELLS * CELLS);
	const cell = FINE / CELLS;
	for (let n = 0; n < near.length; n++) {
		const { at, inside } = findMiddle(
			frame,
			n % CELLS,
			Math.floor(n / CELLS),
			cell,
		);
		if (at < 0) continue;
		near[n] = 1 / frame.near[at];
		far[n] = 1 / frame.far[at];
		weight[n] = (255 * inside) / (cell * cell);
	}
	return { near, far, weight };
}

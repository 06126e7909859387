import { describe, expect, it } from "vitest";
import type { Mask } from "../../core/image.ts";
import { createRandom } from "../../core/run-context.ts";
import { VIEW_NAMES } from "../../core/view.ts";
import {
	type SilhouetteOutline,
	silhouetteOutline,
} from "../image/silhouette-outline.ts";
import { canonicalCamera } from "../math/camera.ts";
import { registerSilhouettes } from "./register-silhouettes.ts";
import {
	coherentShare,
	type OrbitPose,
	outlineGaps,
} from "./silhouette-coherence.ts";

const SIDE = 160;
/** Centre and half axes of three ellipsoids: nothing about their union is symmetric. */
const BLOBS = [
	[0, -0.05, 0, 0.42, 0.2, 0.24],
	[0.22, 0.2, 0.08, 0.12, 0.22, 0.1],
	[-0.25, 0.1, -0.16, 0.14, 0.1, 0.2],
];

/** Camera axes from world axes of a canonical side. */
function canonicalRotation(name: (typeof VIEW_NAMES)[number]): Float64Array {
	const m = canonicalCamera(name, 1, 1).worldFromCamera;
	return Float64Array.of(m[0], m[4], m[8], m[1], m[5], m[9], m[2], m[6], m[10]);
}

/** r, then a turn about the line of sight. */
function rolled(r: Float64Array, angle: number): Float64Array {
	const c = Math.cos(angle);
	const s = Math.sin(angle);
	const out = r.slice();
	for (let k = 0; k < 3; k++) {
		out[k] = c * r[k] - s * r[3 + k];
		out[3 + k] = s * r[k] + c * r[3 + k];
	}
	return out;
}

/** Coverage by 3 × 3 rays a pixel. */
function drawMask(pose: OrbitPose): Mask {
	const data = new Uint8Array(SIDE * SIDE);
	const { rotation: r, scale, cx, cy, perspective } = pose;
	const eye = [r[6], r[7], r[8]].map((axis) => axis / perspective);
	for (let y = 0; y < SIDE; y++)
		for (let x = 0; x < SIDE; x++) {
			let hits = 0;
			for (let s = 0; s < 9; s++) {
				const a = (x + ((s % 3) + 0.5) / 3 - cx) / scale;
				const b = -(y + (Math.floor(s / 3) + 0.5) / 3 - cy) / scale;
				const ray = [0, 1, 2].map(
					(k) => (r[k] * a + r[3 + k] * b) * perspective - r[6 + k],
				);
				if (BLOBS.some((blob) => meets(eye, ray, blob))) hits++;
			}
			data[y * SIDE + x] = Math.round((255 * hits) / 9);
		}
	return { width: SIDE, height: SIDE, data };
}

function meets(eye: number[], ray: number[], blob: number[]): boolean {
	let a = 0;
	let b = 0;
	let c = -1;
	for (let k = 0; k < 3; k++) {
		const from = (eye[k] - blob[k]) / blob[3 + k];
		const along = ray[k] / blob[3 + k];
		a += along * along;
		b += along * from;
		c += from * from;
	}
	return b * b > a * c;
}

function outlineOf(mask: Mask): SilhouetteOutline {
	// The whole picture: outline pixels are picture pixels.
	const box = { left: 0, top: 0, right: SIDE, bottom: SIDE };
	return silhouetteOutline(mask, box);
}

const TRUTH = VIEW_NAMES.map(
	(name): OrbitPose => ({
		rotation: canonicalRotation(name),
		scale: 140,
		cx: 80,
		cy: 80,
		perspective: 0.4,
		offset: [0, 0],
	}),
);
const OUTLINES = TRUTH.map((pose) => outlineOf(drawMask(pose)));
const OTHERS = TRUTH.map((_, v) => [0, 1, 2, 3, 4, 5].filter((w) => w !== v));

describe("silhouette coherence", () => {
	it("is whole for true cameras, and less when one is shifted", () => {
		const gapOf = (poses: OrbitPose[], v: number): Float64Array =>
			outlineGaps(OUTLINES, poses, v, OTHERS[v]).gap;
		for (let v = 0; v < 6; v++)
			expect(coherentShare(gapOf(TRUTH, v), 0.004)).toBe(1);
		// 7 pixels are 0.05 units: that far outside the other silhouettes lies one side of the outline.
		const shifted = TRUTH.map((pose, v) =>
			v === 0 ? { ...pose, cx: pose.cx + 7 } : pose,
		);
		const gap = gapOf(shifted, 0);
		expect(Math.max(...gap)).toBeGreaterThan(0.03);
		expect(Math.max(...gap)).toBeLessThan(0.06);
		expect(coherentShare(gap, 0.004)).toBeLessThan(0.7);
	});

	it("gives the same answer from a warm start", () => {
		const cold = outlineGaps(OUTLINES, TRUTH, 2, OTHERS[2]);
		const warm = outlineGaps(OUTLINES, TRUTH, 2, OTHERS[2], cold);
		for (let p = 0; p < cold.gap.length; p++)
			expect(Math.max(0, warm.gap[p])).toBeCloseTo(Math.max(0, cold.gap[p]), 3);
	});
});

describe("registerSilhouettes", () => {
	it.each([1, 2, 3])("finds scale, place and roll, seed %i", (seed) => {
		const random = createRandom(seed);
		const off = (most: number): number => most * (2 * random() - 1);
		const start = TRUTH.map((pose) => ({
			rotation: rolled(pose.rotation, off(0.14)),
			scale: pose.scale * (1 + off(0.1)),
			cx: pose.cx + off(8),
			cy: pose.cy + off(8),
			perspective: 0.4,
			offset: [0, 0] as const,
		}));
		const found = registerSilhouettes(OUTLINES, start, { noise: 0.002 });
		// The size of the world is free: compare with the geometric mean.
		const ratios = found.map(({ scale }) => Math.log(scale / 140));
		const free = ratios.reduce((sum, ratio) => sum + ratio, 0) / 6;
		for (let v = 0; v < 6; v++)
			expect(Math.abs(ratios[v] - free)).toBeLessThan(0.015);
		// So are the place and the turn of the world: what it moves in one view, it moves back in the opposite one.
		const right = found.map(({ cx, scale }) => (cx - 80) / scale);
		const roll = found.map(({ rotation: r }, v) => {
			const c = TRUTH[v].rotation;
			return r[3] * c[0] + r[4] * c[1] + r[5] * c[2];
		});
		for (const [v, opposite] of [
			[0, 2],
			[1, 3],
		]) {
			expect(Math.abs(right[v] + right[opposite])).toBeLessThan(0.01);
			expect(Math.abs(roll[v] + roll[opposite])).toBeLessThan(0.0244); // 0.7° each
		}
		for (let v = 0; v < 6; v++) {
			const { gap } = outlineGaps(OUTLINES, found, v, OTHERS[v]);
			expect(coherentShare(gap, 0.006)).toBeGreaterThan(0.97);
		}
	});

	it("leaves fixed views exactly alone and brings the other to them", () => {
		const start = TRUTH.map((pose, v) =>
			v === 4
				? {
						rotation: rolled(pose.rotation, 0.1),
						scale: 155,
						cx: 74,
						cy: 86,
						perspective: 0.4,
						offset: [0, 0] as const,
					}
				: pose,
		);
		const found = registerSilhouettes(OUTLINES, start, {
			fixed: start.map((_, v) => v !== 4),
			noise: 0.002,
		});
		for (const v of [0, 1, 2, 3, 5]) expect(found[v]).toEqual(TRUTH[v]);
		expect(found[4].scale / 140).toBeCloseTo(1, 1.5);
		expect(found[4].cx).toBeCloseTo(80, 0);
		expect(found[4].cy).toBeCloseTo(80, 0);
		const roll = TRUTH[4].rotation;
		for (let k = 0; k < 9; k++)
			expect(found[4].rotation[k]).toBeCloseTo(roll[k], 1.5);
	});

	it.each([1, 2])("finds where cameras stand, seed %i", (seed) => {
		const random = createRandom(seed);
		const off = (most: number): number => most * (2 * random() - 1);
		const start = TRUTH.map((pose): OrbitPose => {
			const nearer = Math.exp(off(0.03));
			return {
				...pose,
				rotation: rolled(pose.rotation, off(0.04)),
				scale: pose.scale * nearer,
				perspective: pose.perspective * nearer,
				offset: [off(0.03), off(0.03)],
			};
		});
		const gapOf = (poses: OrbitPose[], v: number): Float64Array =>
			outlineGaps(OUTLINES, poses, v, OTHERS[v]).gap;
		const found = registerSilhouettes(OUTLINES, start, {
			moving: "camera",
			noise: 0.002,
		});
		for (let v = 0; v < 6; v++) {
			expect(coherentShare(gapOf(start, v), 0.004)).toBeLessThan(0.9);
			expect(coherentShare(gapOf(found, v), 0.004)).toBeGreaterThan(0.97);
			// The lens stays as it is, and so does where it points in the picture.
			const { cx, cy, scale, perspective } = found[v];
			expect([cx, cy]).toEqual([80, 80]);
			expect(scale / perspective).toBeCloseTo(140 / 0.4, 6);
		}
	});

	it("refuses poses that do not match the outlines", () => {
		expect(() => registerSilhouettes(OUTLINES, TRUTH.slice(1))).toThrow(
			RangeError,
		);
	});
});

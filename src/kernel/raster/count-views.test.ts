import { describe, expect, it } from "vitest";
import { createMask, type Mask } from "../../core/image.ts";
import type { Mesh } from "../../core/mesh.ts";
import { VIEW_NAMES } from "../../core/view.ts";
import { canonicalCamera } from "../math/camera.ts";
import { icosphere } from "../mesh/shapes.ts";
import { reportSeen } from "../metric/report-seen.ts";
import { countViews } from "./count-views.ts";
import { rasterize } from "./rasterize.ts";

function fullMask(size: number): Mask {
	const mask = createMask(size, size);
	mask.data.fill(255);
	return mask;
}

/** Squares of half side `half` in planes z, front side towards +Z. */
function squares(
	...sheets: readonly (readonly [half: number, z: number])[]
): Mesh {
	return {
		positions: new Float32Array(
			sheets.flatMap(([h, z]) => [-h, -h, z, h, -h, z, h, h, z, -h, h, z]),
		),
		indices: new Uint32Array(
			sheets.flatMap((_, k) => [0, 1, 2, 0, 2, 3].map((i) => i + k * 4)),
		),
	};
}

const front = {
	camera: canonicalCamera("front", 64, 64),
	mask: fullMask(64),
};

describe("countViews", () => {
	it("sees what faces the camera and is not covered", () => {
		const mesh = squares([0.3, 0.2], [0.2, -0.2]);
		expect(Array.from(countViews(mesh, [front]))).toEqual([1, 1, 0, 0]);
		const back = { ...front, camera: canonicalCamera("back", 64, 64) };
		expect(Array.from(countViews(mesh, [front, back, front]))).toEqual([
			2, 2, 0, 0,
		]);
	});

	it("does not see outside the mask", () => {
		const mask = createMask(64, 64);
		expect(
			Array.from(countViews(squares([0.3, 0]), [{ ...front, mask }])),
		).toEqual([0, 0]);
	});

	it.each([24, 64, 256])(
		"six views see a closed sphere of tiny triangles, at %i pixels",
		(size) => {
			const mesh = icosphere(5, 0.45); // 20480 triangles
			const views = VIEW_NAMES.map((name) => {
				const camera = canonicalCamera(name, size, size);
				const mask = createMask(size, size);
				const { triangle } = rasterize(mesh, camera);
				for (let i = 0; i < triangle.length; i++)
					mask.data[i] = triangle[i] >= 0 ? 255 : 0;
				return { camera, mask };
			});
			const counts = countViews(mesh, views);
			const report = reportSeen(mesh, counts);
			// From distance D a sphere of radius r shows the cap z > r²/D; flat parts (cosine < 0.1) are left out,
			// and a coarse mask cuts off part of the rim.
			expect(report.seenShare).toBe(1);
			const one = countViews(mesh, views.slice(0, 1));
			const capShare = (1 - 0.45 / 2.5 - 0.1) / 2;
			expect(Math.abs(reportSeen(mesh, one).seenShare - capShare)).toBeLessThan(
				size < 256 ? 0.04 : 0.012,
			);
		},
	);

	it("a camera inside or behind sees nothing, and sizes must agree", () => {
		const camera = canonicalCamera("front", 64, 64);
		expect(
			Array.from(countViews(squares([0.3, 9]), [{ ...front, camera }])),
		).toEqual([0, 0]);
		expect(() =>
			countViews(squares([0.3, 0]), [{ camera, mask: createMask(8, 8) }]),
		).toThrow(RangeError);
	});
});

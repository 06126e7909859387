import { describe, expect, it } from "vitest";
import type { Mesh } from "../../core/mesh.ts";
import type { View, ViewName } from "../../core/view.ts";
import { VIEW_NAMES } from "../../core/view.ts";
import { silhouetteDistance } from "../image/silhouette-distance.ts";
import { SRGB_TO_LINEAR } from "../image/srgb.ts";
import { canonicalCamera } from "../math/camera.ts";
import { vertexNormals } from "../mesh/normals.ts";
import { icosphere, join, translated } from "../mesh/shapes.ts";
import { rasterize } from "../raster/rasterize.ts";
import { bakeVertexColors } from "./bake-vertex-colors.ts";
import { bakeViews } from "./bake-views.ts";
import { fillGutter } from "./fill-gutter.ts";
import { fillUnseen } from "./fill-unseen.ts";
import { mapTexels } from "./texel-map.ts";
import { unwrap } from "./unwrap.ts";

const SIZE = 128;
const TEXTURE = 128;

/** A picture of a mesh in one colour before magenta, seen from a canonical side. */
function flatView(mesh: Mesh, name: ViewName, color: readonly number[]): View {
	const camera = canonicalCamera(name, SIZE, SIZE);
	const { triangle } = rasterize(mesh, camera);
	const data = new Uint8ClampedArray(4 * SIZE * SIZE);
	const mask = new Uint8Array(SIZE * SIZE);
	for (let i = 0; i < mask.length; i++) {
		mask[i] = triangle[i] >= 0 ? 255 : 0;
		data.set(mask[i] > 0 ? [...color, 255] : [255, 0, 255, 255], 4 * i);
	}
	return {
		image: { width: SIZE, height: SIZE, data },
		mask: { width: SIZE, height: SIZE, data: mask },
		camera,
		name,
		label: name,
	};
}

function withNormals(mesh: Mesh): Mesh {
	return { ...mesh, normals: vertexNormals(mesh) };
}

const GREEN = [20, 200, 60];
const ball = withNormals(icosphere(3, 0.4));

/** Largest difference between interleaved channels and one colour. */
function farthestFrom(
	color: readonly number[],
	values: ArrayLike<number>,
	stride: number,
): number {
	let worst = 0;
	for (let i = 0; i < values.length; i += stride)
		for (let k = 0; k < 3; k++)
			worst = Math.max(worst, Math.abs(values[i + k] - color[k]));
	return worst;
}

const LINEAR_GREEN = GREEN.map((byte) => SRGB_TO_LINEAR[byte]);

describe("baking views", () => {
	it("paints a ball seen from six sides in its colour, without background", async () => {
		const { mesh } = unwrap(ball, { textureSize: TEXTURE });
		const map = mapTexels(mesh, TEXTURE);
		const views = VIEW_NAMES.map((name) => flatView(ball, name, GREEN));
		const baked = await bakeViews(mesh, views, map);
		const image = fillGutter(map, fillUnseen(mesh, map, baked));
		expect(farthestFrom(GREEN, image.data, 4)).toBeLessThanOrEqual(2);
		expect(Math.min(...baked.seenBy)).toBeGreaterThanOrEqual(1);
		expect(Math.max(...baked.seenBy)).toBeLessThanOrEqual(3);
	});

	it("sees the front half from the front only, and fills the back with the same colour", async () => {
		const { mesh } = unwrap(ball, { textureSize: TEXTURE });
		const map = mapTexels(mesh, TEXTURE);
		const baked = await bakeViews(mesh, [flatView(ball, "front", GREEN)], map);
		let front = 0;
		let back = 0;
		for (let t = 0; t < mesh.indices.length / 3; t++) {
			const z = [0, 1, 2].reduce(
				(sum, k) => sum + mesh.positions[3 * mesh.indices[3 * t + k] + 2] / 3,
				0,
			);
			if (z > 0.2 && baked.seenBy[t] === 1) front++;
			if (z > 0.2 && baked.seenBy[t] !== 1) front = Number.NaN;
			if (z < 0 && baked.seenBy[t] > 0) back++;
		}
		expect(front).toBeGreaterThan(50);
		expect(back).toBe(0);
		const filled = fillUnseen(mesh, map, baked);
		expect(farthestFrom(LINEAR_GREEN, filled, 3)).toBeLessThan(0.02);
	});

	it("does not paint what a nearer part hides", async () => {
		// A small ball before a large one; the picture shows it in red.
		const small = translated(icosphere(3, 0.1), 0, 0, 0.7);
		const both = withNormals(join(ball, small));
		const view = flatView(both, "front", GREEN);
		const { triangle } = rasterize(both, view.camera);
		const ballTriangles = ball.indices.length / 3;
		for (let i = 0; i < triangle.length; i++)
			if (triangle[i] >= ballTriangles)
				view.image.data.set([255, 0, 0, 255], 4 * i);
		const { mesh } = unwrap(both, { textureSize: TEXTURE });
		const map = mapTexels(mesh, TEXTURE);
		const baked = await bakeViews(mesh, [view], map);
		const filled = fillUnseen(mesh, map, baked);
		let red = 0;
		for (let i = 0; i < map.texels.length; i++)
			if (map.triangle[map.texels[i]] < ballTriangles && filled[3 * i] > 0.3)
				red++;
		expect(red).toBe(0);
		expect(baked.seenBy[0]).toBeLessThanOrEqual(1);
	});

	it("takes the colours of a field where no view sees, without a jump at the border", async () => {
		const { mesh } = unwrap(ball, { textureSize: TEXTURE });
		const map = mapTexels(mesh, TEXTURE);
		const baked = await bakeViews(mesh, [flatView(ball, "front", GREEN)], map);
		const colorField = {
			sample(_points: Float32Array, out: Float32Array, count: number): void {
				for (let i = 0; i < count; i++) out.set([0.6, 0.1, 0.1], 3 * i);
			},
		};
		const filled = fillUnseen(mesh, map, baked, { colorField });
		let farthest = Number.POSITIVE_INFINITY;
		let red = 0;
		let changed = 0;
		for (let i = 0; i < map.texels.length; i++) {
			const t = map.triangle[map.texels[i]];
			const z = mesh.positions[3 * mesh.indices[3 * t] + 2];
			if (z < farthest) {
				farthest = z;
				red = filled[3 * i];
			}
			if (baked.confidence[i] > 0.6 && filled[3 * i] !== baked.color[3 * i])
				changed++;
		}
		expect(changed).toBe(0);
		expect(red).toBeGreaterThan(0.5);
	});

	it("evens out exposure when asked", async () => {
		const { mesh } = unwrap(ball, { textureSize: TEXTURE });
		const map = mapTexels(mesh, TEXTURE);
		const views = VIEW_NAMES.map((name, i) =>
			flatView(ball, name, i === 0 ? [150, 150, 150] : [128, 128, 128]),
		);
		const spread = async (balanceExposure: boolean): Promise<number> => {
			const { color, confidence } = await bakeViews(mesh, views, map, {
				balanceExposure,
			});
			let low = 1;
			let high = 0;
			for (let i = 0; i < confidence.length; i++) {
				if (confidence[i] === 0) continue;
				low = Math.min(low, color[3 * i]);
				high = Math.max(high, color[3 * i]);
			}
			return high / low;
		};
		expect(await spread(false)).toBeGreaterThan(1.3);
		expect(await spread(true)).toBeLessThan(1.1);
	});

	it("lets no background in through a soft edge", async () => {
		// Out of focus: coverage falls over 6 pixels, and the picture mixes with magenta by as much.
		const soften = (view: View): View => {
			const image = { ...view.image, data: view.image.data.slice() };
			const mask = { ...view.mask, data: view.mask.data.slice() };
			const outline = silhouetteDistance(view.mask);
			for (let i = 0; i < mask.data.length; i++) {
				const share = Math.min(1, Math.max(0, 0.5 - outline.data[i] / 6));
				mask.data[i] = Math.round(255 * share);
				for (let k = 0; k < 3; k++)
					image.data[4 * i + k] =
						share * GREEN[k] + (1 - share) * [255, 0, 255][k];
			}
			return { ...view, image, mask };
		};
		const { mesh } = unwrap(ball, { textureSize: TEXTURE });
		const map = mapTexels(mesh, TEXTURE);
		const views = VIEW_NAMES.map((name) => soften(flatView(ball, name, GREEN)));
		const baked = await bakeViews(mesh, views, map);
		const filled = fillUnseen(mesh, map, baked);
		expect(farthestFrom(LINEAR_GREEN, filled, 3)).toBeLessThan(0.03);
	});

	it("colours vertices like texels", async () => {
		const views = VIEW_NAMES.map((name) => flatView(ball, name, GREEN));
		const { colors, seenBy } = await bakeVertexColors(ball, views);
		expect(farthestFrom(LINEAR_GREEN, colors, 4)).toBeLessThan(0.01);
		expect(colors.every((c, i) => i % 4 < 3 || c === 1)).toBe(true);
		expect(Math.min(...seenBy)).toBeGreaterThanOrEqual(1);
	});

	it("makes grey of a surface that nothing is known about", async () => {
		const { mesh } = unwrap(ball, { textureSize: 64 });
		const map = mapTexels(mesh, 64);
		const filled = fillUnseen(mesh, map, await bakeViews(mesh, [], map));
		expect(farthestFrom([0.216, 0.216, 0.216], filled, 3)).toBeLessThan(0.002);
	});
});

import { describe, expect, it } from "vitest";
import type { TexturedMesh } from "../../core/asset.ts";
import { createImage, type Image } from "../../core/image.ts";
import { vertexNormals } from "../mesh/normals.ts";
import { icosphere } from "../mesh/shapes.ts";
import { frameHero, frameOrbit } from "./frame-camera.ts";
import { buildGroundShadow } from "./ground-shadow.ts";
import { prepareLook } from "./prepare-look.ts";
import { renderLit } from "./render-lit.ts";

const mesh = icosphere(4, 0.5);
const ball: TexturedMesh = {
	mesh: { ...mesh, normals: vertexNormals(mesh) },
	roughness: 0.8,
	metallic: 0,
};
const front = frameOrbit(mesh, 0, 0, { width: 64, height: 64 });

function at({ width, data }: Image, x: number, y: number): number[] {
	return Array.from(
		data.subarray((y * width + x) * 4, (y * width + x) * 4 + 4),
	);
}

describe("renderLit", () => {
	it("keeps the product's colour recognisable where it faces the viewer", () => {
		const color = [190, 60, 40];
		const baseColor = createImage(4, 4);
		for (let i = 0; i < 16; i++) baseColor.data.set([...color, 255], i * 4);
		const uvs = new Float32Array((mesh.positions.length / 3) * 2).fill(0.5);
		const textured = { ...ball, mesh: { ...ball.mesh, uvs }, baseColor };
		const picture = renderLit(textured, front);
		const middle = at(picture, 32, 32);
		for (let n = 0; n < 3; n++)
			expect(Math.abs(middle[n] - color[n])).toBeLessThan(22);
		expect(at(picture, 0, 0)).toEqual([0, 0, 0, 0]);
		// Handing over the prepared look changes nothing.
		expect(
			renderLit(textured, front, { look: prepareLook(textured) }).data,
		).toEqual(picture.data);
	});

	it("lights clay from the upper left", () => {
		const picture = renderLit(ball, front, { mode: "clay" });
		const upperLeft = at(picture, 20, 18)[0];
		const lowerRight = at(picture, 46, 48)[0];
		expect(upperLeft).toBeGreaterThan(lowerRight + 40);
	});

	it("shows normals in the camera's axes", () => {
		const picture = renderLit(ball, front, { mode: "normals" });
		const [r, g, b] = at(picture, 32, 32);
		expect(Math.abs(r - 128)).toBeLessThan(8);
		expect(Math.abs(g - 128)).toBeLessThan(8);
		expect(b).toBeGreaterThan(250);
		expect(at(picture, 57, 32)[0]).toBeGreaterThan(225); // right: red
		expect(at(picture, 32, 6)[1]).toBeGreaterThan(225); // up: green
	});

	it("draws edges of triangles in wireframe", () => {
		const coarse = icosphere(1, 0.5);
		const textured = {
			...ball,
			mesh: { ...coarse, normals: vertexNormals(coarse) },
		};
		const camera = frameOrbit(coarse, 0, 0, { width: 256, height: 256 });
		const clay = renderLit(textured, camera, { mode: "clay" });
		const wire = renderLit(textured, camera, { mode: "wireframe" });
		let darker = 0;
		let equal = 0;
		for (let i = 0; i < wire.data.length; i += 4) {
			if (wire.data[i + 3] < 255) continue;
			if (wire.data[i] < clay.data[i] - 20) darker++;
			else if (Math.abs(wire.data[i] - clay.data[i]) <= 2) equal++;
		}
		expect(darker).toBeGreaterThan(500);
		expect(equal).toBeGreaterThan(darker * 3);
	});

	it("tells invented from seen without hue: stripes, and darker for more views", () => {
		const count = mesh.indices.length / 3;
		const of = (views: number) =>
			renderLit(
				{ ...ball, seenBy: new Uint16Array(count).fill(views) },
				frameOrbit(mesh, 0, 0, { width: 128, height: 128 }),
				{ mode: "seen" },
			);
		const rows = [0, 1, 2, 3, 4].map((views) => {
			const picture = of(views);
			return Array.from({ length: 24 }, (_, k) => at(picture, 52 + k, 64));
		});
		const luma = ([r, g, b]: number[]) => 0.3 * r + 0.59 * g + 0.11 * b;
		const spread = (row: number[][]) =>
			Math.max(...row.map(luma)) - Math.min(...row.map(luma));
		expect(spread(rows[0])).toBeGreaterThan(30);
		for (let views = 1; views < 4; views++) {
			expect(spread(rows[views])).toBeLessThan(12);
			expect(luma(rows[views + 1][12])).toBeLessThan(
				luma(rows[views][12]) - 15,
			);
		}
		expect(() => renderLit(ball, front, { mode: "seen" })).toThrow(TypeError);
	});

	it("casts a soft shadow on the ground below, none above", () => {
		const camera = frameHero(mesh, { width: 96, height: 96, margin: 0.2 });
		const shadow = buildGroundShadow(mesh);
		const picture = renderLit(ball, camera, { shadow });
		const plain = renderLit(ball, camera);
		let below = 0;
		for (let i = 3; i < picture.data.length; i += 4) {
			const added = picture.data[i] - plain.data[i];
			expect(added).toBeGreaterThanOrEqual(0);
			if (i < 96 * 40 * 4) expect(added).toBe(0);
			else below += added;
		}
		expect(below).toBeGreaterThan(5000);
	});

	it("is opaque before the studio backdrop", () => {
		const { data } = renderLit(ball, front, { background: "studio" });
		for (let i = 3; i < data.length; i += 4) expect(data[i]).toBe(255);
		expect(data[0]).toBeGreaterThan(200);
	});
});

describe("buildGroundShadow", () => {
	it("lies where the object stands", () => {
		// A slab over the +X, +Z corner only, and a speck that stretches the box to −X, −Z.
		const shadow = buildGroundShadow({
			positions: new Float32Array([
				0.2, 0, 0.3, 0.2, 0, 1, 1, 0, 1, 1, 0, 0.3, -1, 0, -1, -1, 0, -0.999,
				-0.999, 0, -1,
			]),
			indices: new Uint32Array([0, 1, 2, 0, 2, 3, 4, 5, 6]),
		});
		const cell = (x: number, z: number) =>
			shadow.darkness[
				Math.floor((z - shadow.minZ) / shadow.cellSize) * shadow.size +
					Math.floor((x - shadow.minX) / shadow.cellSize)
			];
		expect(cell(0.6, 0.65)).toBeGreaterThan(0.4);
		expect(cell(-0.6, 0.65)).toBeLessThan(0.02);
		expect(cell(0.6, -0.65)).toBeLessThan(0.02);
	});

	it("of nothing is nothing", () => {
		const shadow = buildGroundShadow({
			positions: new Float32Array(0),
			indices: new Uint32Array(0),
		});
		expect(shadow.darkness.every((d) => d === 0)).toBe(true);
	});
});

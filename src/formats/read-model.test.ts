import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { writeGlb } from "./glb/write-glb.ts";
import { readModel } from "./read-model.ts";

const text = (s: string): Uint8Array => new TextEncoder().encode(s);

describe("readModel: formats", () => {
	it("reads the binary PLY of the evaluation set with its face property", async () => {
		const bytes = readFileSync(
			new URL("../../fixtures/eval/spot/gt.ply", import.meta.url),
		);
		const model = await readModel(bytes);
		expect(model.format).toBe("ply");
		const [part] = model.parts;
		expect(part.mesh.positions.length).toBe(2930 * 3);
		expect(part.mesh.indices.length).toBe(5856 * 3);
		expect(part.faceProperties?.visible.length).toBe(5856);
		expect(new Set(part.faceProperties?.visible)).toEqual(new Set([1]));
	});

	it("reads text PLY with odd order, colours, uvs and polygons", async () => {
		const model = await readModel(
			text(`ply
format ascii 1.0
comment made by hand
element vertex 4
property uchar red
property float z
property double y
property uchar green
property short x
property uchar blue
property float s
property float t
element face 1
property list uchar int vertex_indices
property float quality
element edge 1
property int vertex1
property int vertex2
end_header
255 0 0 0 0 0 0 0
0 0 0 255 1 0 1 0
0 0 1e0 0 1 255 1 1
128 0 .1E1 128 0 128 0 1
4 0 1 2 3 0.5
0 1
`),
		);
		const [{ mesh, faceProperties }] = model.parts;
		expect([...mesh.positions]).toEqual([0, 0, 0, 1, 0, 0, 1, 1, 0, 0, 1, 0]);
		expect([...mesh.indices]).toEqual([0, 1, 2, 0, 2, 3]);
		expect([...(mesh.uvs ?? [])]).toEqual([0, 1, 1, 1, 1, 0, 0, 0]);
		expect(mesh.colors?.slice(0, 4)).toEqual(new Float32Array([1, 0, 0, 1]));
		expect(mesh.colors?.[12]).toBeCloseTo(0.2158605, 6);
		expect([...(faceProperties?.quality ?? [])]).toEqual([0.5, 0.5]);
		expect(model.skippedPrimitiveCount).toBe(1);
	});

	it("reads OBJ with MTL, negative indices and a polygon", async () => {
		const asked: string[] = [];
		const picture = readFileSync(
			new URL("../../fixtures/eval/spot/photo.png", import.meta.url),
		);
		const model = await readModel(
			text(`# hand made
mtllib some dir/my.mtl
o thing
v 0 0 0
v 1 0 0 \\
 1
v 1 1 0
v 0 1 0
vt 0 0
vt 1 0.25
vt 1 1
vt 0 1
vn 0 0 2
usemtl red
f -4/-4/-1 -3/-3/-1 -2/-2/-1 -1/-1/-1
usemtl plain
f 1//1 2//1 3//1
l 1 2
`),
			{
				resolve: async (path) => {
					asked.push(path);
					if (path.endsWith(".mtl"))
						return text(
							"newmtl red\nKd 1 0 0\nmap_Kd -s 1 1 1 -clamp on tex\\a b.png\nnewmtl plain\nKd 0.5 0 0\nd 0.5\nPr 0.25\n",
						);
					return picture;
				},
			},
		);
		expect(asked).toEqual(["some dir/my.mtl", "tex/a b.png"]);
		expect(model.materialCount).toBe(2);
		expect(model.fileTextures).toEqual([
			{ mimeType: "image/png", width: 512, height: 512 },
		]);
		const [red, plain] = model.parts;
		expect([...red.mesh.indices]).toEqual([0, 1, 2, 0, 2, 3]);
		expect([...(red.mesh.uvs ?? [])]).toEqual([0, 1, 1, 0.75, 1, 0, 0, 0]);
		expect(red.mesh.normals?.slice(0, 3)).toEqual(new Float32Array([0, 0, 1]));
		expect(red.baseColor?.mimeType).toBe("image/png");
		expect(plain.mesh.uvs).toBeUndefined();
		expect(plain.baseColorFactor[0]).toBeCloseTo(0.2140411, 6);
		expect(plain.baseColorFactor[3]).toBe(0.5);
		expect(plain.roughness).toBe(0.25);
		expect(model.skippedPrimitiveCount).toBe(1);
	});

	it("reads its own GLB", async () => {
		const glb = await writeGlb(
			{
				mesh: {
					positions: new Float32Array([0, 0, 0, 1, 0, 0, 0, 1, 0]),
					indices: new Uint32Array([0, 1, 2]),
					normals: new Float32Array([0, 0, 1, 0, 0, 1, 0, 0, 1]),
					colors: new Float32Array([1, 0, 0, 1, 0, 1, 0, 1, 0, 0, 0.25, 1]),
				},
				roughness: 0.5,
				metallic: 0,
			},
			undefined,
			{ seed: 3 },
		);
		const model = await readModel(glb);
		expect(model).toMatchObject({
			format: "glb",
			extras: { seed: 3 },
			materialCount: 1,
			drawCallCount: 1,
		});
		expect([...model.parts[0].mesh.indices]).toEqual([0, 1, 2]);
		expect(model.parts[0].mesh.colors?.[10]).toBeCloseTo(0.25, 4);
		expect(model.parts[0].roughness).toBe(0.5);
	});
});

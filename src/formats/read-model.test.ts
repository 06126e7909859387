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

describe("readModel: STL", () => {
	/** Two triangles that share an edge; the header may pretend to be text. */
	function binaryStl(header: string): Uint8Array {
		const bytes = new Uint8Array(84 + 100);
		bytes.set(text(header));
		const view = new DataView(bytes.buffer);
		view.setUint32(80, 2, true);
		const corners = [
			[0, 0, 0, 1, 0, 0, 0, 1, -0],
			[0, 1, 0, 1, 0, 0, 1, 1, 0],
		];
		for (const [f, values] of corners.entries())
			for (const [k, value] of values.entries())
				view.setFloat32(84 + f * 50 + 12 + k * 4, value, true);
		return bytes;
	}

	it.each(["made by hand", "solid made by hand"])(
		"reads binary with the header %j and joins equal corners",
		async (header) => {
			const { format, parts } = await readModel(binaryStl(header));
			expect(format).toBe("stl");
			expect(parts[0].mesh.positions.length).toBe(4 * 3);
			expect([...parts[0].mesh.indices]).toEqual([0, 1, 2, 2, 1, 3]);
		},
	);

	it("reads text in any case, with several solids", async () => {
		const facet =
			"FACET normal 0 0 1\n outer loop\n vertex 0 0 0\n VERTEX 1e0 0 0\n\tvertex 0 .1e1 0\nendloop endfacet\n";
		const { parts } = await readModel(
			text(`solid a vertex\n${facet}endsolid a\nsolid b\n${facet}endsolid b\n`),
		);
		expect([...parts[0].mesh.indices]).toEqual([0, 1, 2, 0, 1, 2]);
	});

	it.each([
		["cut binary", () => binaryStl("solid x").slice(0, 150)],
		["cut text", () => text("solid a\nfacet normal 0 0 1\nvertex 0 0 0\n")],
		[
			"text with two corners",
			() => text("solid a\nfacet\nvertex 0 0 0\nvertex 0 0 0\nendsolid"),
		],
		[
			"text with words for numbers",
			() => text(`solid a\nfacet\n${"vertex a b c\n".repeat(3)}endsolid`),
		],
	])("refuses %s", async (_, bytes) => {
		await expect(readModel(bytes())).rejects.toMatchObject({
			code: "MODEL_CORRUPT",
		});
	});
});

describe("readModel: hostile files", () => {
	const ply = (elements: string, body: string): Uint8Array =>
		text(`ply\nformat ascii 1.0\n${elements}end_header\n${body}`);
	const xyz = "property float x\nproperty float y\nproperty float z\n";
	const list = "property list uchar int vertex_indices\n";

	it.each<[string, Uint8Array, string]>([
		["nothing", new Uint8Array(0), "FILE_EMPTY"],
		["a picture", text("\x89PNG"), "MODEL_UNSUPPORTED"],
		["prose", text("Dear reader,\nno model here."), "MODEL_UNSUPPORTED"],
		["a ZIP", text("PK\x03\x04rest"), "MODEL_UNSUPPORTED"],
		["a GLB header alone", text("glTF"), "MODEL_CORRUPT"],
		["JSON of something else", text('{"a":1}'), "MODEL_CORRUPT"],
		["100,000 brackets", text(`{"a":${"[".repeat(1e5)}`), "MODEL_CORRUPT"],
		["a PLY without end", text("ply\nformat ascii 1.0\n"), "MODEL_CORRUPT"],
		[
			"an unknown PLY format",
			text("ply\nformat zip 1.0\nend_header\n"),
			"MODEL_UNSUPPORTED",
		],
		[
			"a PLY of 50 million vertices in no bytes",
			ply(`element vertex 50000000\n${xyz}`, "0 0 0\n"),
			"MODEL_CORRUPT",
		],
		[
			"a PLY of 1e15 faces",
			ply(`element face 1000000000000000\n`, "0 0 0\n"),
			"MODEL_TOO_LARGE",
		],
		[
			"a PLY list that does not end",
			ply(
				`element vertex 1\n${xyz}element face 1\n${list}`,
				"0 0 0\n99999 0\n",
			),
			"MODEL_CORRUPT",
		],
		[
			"a PLY face of 1e5 corners",
			ply(
				`element vertex 1\n${xyz}element face 1\n${list}`,
				`0 0 0\n100000 ${"0 ".repeat(1e5)}\n`,
			),
			"MODEL_CORRUPT",
		],
		[
			"a PLY corner out of range",
			ply(
				`element vertex 1\n${xyz}element face 1\n${list}`,
				"0 0 0\n3 0 0 1\n",
			),
			"MODEL_CORRUPT",
		],
		[
			"a negative PLY corner",
			ply(
				`element vertex 1\n${xyz}element face 1\n${list}`,
				"0 0 0\n3 0 0 -1\n",
			),
			"MODEL_CORRUPT",
		],
		[
			"NaN in a PLY",
			ply(
				`element vertex 1\n${xyz}element face 1\n${list}`,
				"0 nan 0\n3 0 0 0\n",
			),
			"MODEL_CORRUPT",
		],
		[
			"a cloud of points",
			ply(`element vertex 1\n${xyz}`, "0 0 0\n"),
			"MODEL_EMPTY",
		],
		["an OBJ without faces", text("v 0 0 0\nv 1 0 0\n"), "MODEL_EMPTY"],
		["an OBJ of comments", text("# nothing\n"), "MODEL_UNSUPPORTED"],
		["corner 0 in an OBJ", text("v 0 0 0\nf 0 1 1\n"), "MODEL_CORRUPT"],
		["corner 9 in an OBJ", text("v 0 0 0\nf 1 1 9\n"), "MODEL_CORRUPT"],
		["UV 2 of none in an OBJ", text("v 0 0 0\nf 1/2 1 1\n"), "MODEL_CORRUPT"],
		["corner −2 in an OBJ", text("v 0 0 0\nf 1 1 -2\n"), "MODEL_CORRUPT"],
		["a word in an OBJ face", text("v 0 0 0\nf 1 1 x\n"), "MODEL_CORRUPT"],
		["a short OBJ vertex", text("v 0 0\nf 1 1 1\n"), "MODEL_CORRUPT"],
		["overflow in an OBJ", text("v 0 0 1e99\nf 1 1 1\n"), "MODEL_CORRUPT"],
	])("%s", async (_, bytes, code) => {
		await expect(readModel(bytes)).rejects.toMatchObject({ code });
	});

	it("never asks for files elsewhere", async () => {
		const asked: string[] = [];
		await readModel(
			text(
				"mtllib ../secret.mtl\nmtllib /etc/passwd\nmtllib C:\\a.mtl\nmtllib ok.mtl\nv 0 0 0\nv 1 0 0\nv 0 1 0\nf 1 2 3\n",
			),
			{
				resolve: async (path) => {
					asked.push(path);
					return path === "ok.mtl"
						? text("newmtl a\nmap_Kd ..\\..\\x.png\n")
						: undefined;
				},
			},
		);
		expect(asked).toEqual(["ok.mtl"]);
	});

	it("turns a resolver's own trouble into a typed error", async () => {
		const bytes = text("mtllib a.mtl\nv 0 0 0\nf 1 1 1\n");
		const resolve = (): Promise<undefined> => Promise.reject(new Error("EIO"));
		await expect(readModel(bytes, { resolve })).rejects.toMatchObject({
			code: "MODEL_CORRUPT",
		});
	});
});

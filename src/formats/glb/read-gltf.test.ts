import { Document, WebIO } from "@gltf-transform/core";
import {
	EXTMeshoptCompression,
	KHRDracoMeshCompression,
} from "@gltf-transform/extensions";
import draco3d from "draco3dgltf";
import { MeshoptDecoder } from "meshoptimizer/decoder";
import { MeshoptEncoder } from "meshoptimizer/encoder";
import type {
	BufferGeometry,
	MeshStandardMaterial,
	Mesh as ThreeMesh,
} from "three";
import { GLTFLoader } from "three/addons/loaders/GLTFLoader.js";
import { describe, expect, it } from "vitest";
import { LunarError } from "../../core/errors.ts";
import type { Mesh } from "../../core/mesh.ts";
import type { LoadedModel } from "../model.ts";
import { readModel } from "../read-model.ts";
import { writeGlb } from "./write-glb.ts";

const text = (s: string): Uint8Array<ArrayBuffer> =>
	new TextEncoder().encode(s);

/** A GLB of this JSON and this binary chunk. */
function glb(json: object, binary: ArrayBufferView): Uint8Array {
	const padded = (bytes: Uint8Array, fill: number): Uint8Array => {
		const out = new Uint8Array(Math.ceil(bytes.length / 4) * 4).fill(fill);
		out.set(bytes);
		return out;
	};
	const head = padded(text(JSON.stringify(json)), 32);
	const body = padded(
		new Uint8Array(binary.buffer, binary.byteOffset, binary.byteLength),
		0,
	);
	const out = new Uint8Array(28 + head.length + body.length);
	const view = new DataView(out.buffer);
	out.set(text("glTF"));
	view.setUint32(4, 2, true);
	view.setUint32(8, out.length, true);
	view.setUint32(12, head.length, true);
	out.set(text("JSON"), 16);
	out.set(head, 20);
	view.setUint32(20 + head.length, body.length, true);
	out.set(text("BIN\0"), 24 + head.length);
	out.set(body, 28 + head.length);
	return out;
}

// A quad of four corners: (0,0) (1,0) (1,1) (0,1), and its normals.
const QUAD = new Float32Array([
	...[0, 0, 0, 1, 0, 0, 1, 1, 0, 0, 1, 0],
	...[0, 0, 1, 0, 0, 1, 0, 0, 1, 0, 0, 1],
]);
const BASE = {
	asset: { version: "2.0" },
	scenes: [{ nodes: [0] }],
	nodes: [{ mesh: 0 }],
	meshes: [{ primitives: [{ attributes: { POSITION: 0, NORMAL: 1 } }] }],
	buffers: [{ byteLength: 96 }],
	bufferViews: [
		{ buffer: 0, byteLength: 48 },
		{ buffer: 0, byteOffset: 48, byteLength: 48 },
	],
	accessors: [
		{ bufferView: 0, componentType: 5126, count: 4, type: "VEC3" },
		{ bufferView: 1, componentType: 5126, count: 4, type: "VEC3" },
	],
};
const FAN = {
	primitives: [{ attributes: { POSITION: 0, NORMAL: 1 }, mode: 6 }],
};

function read(json: object): Promise<LoadedModel> {
	return readModel(glb({ ...BASE, ...json }, QUAD));
}

/** Twice the signed area vector of the first triangle. */
function faceNormal(mesh: Mesh): number[] {
	const p = (corner: number, c: number): number =>
		mesh.positions[mesh.indices[corner] * 3 + c];
	const e = (to: number, c: number): number => p(to, c) - p(0, c);
	return [
		e(1, 1) * e(2, 2) - e(1, 2) * e(2, 1),
		e(1, 2) * e(2, 0) - e(1, 0) * e(2, 2),
		e(1, 0) * e(2, 1) - e(1, 1) * e(2, 0),
	];
}

describe("readModel: glTF geometry", () => {
	it("turns fans and strips into triangles, all wound the same way", async () => {
		const fan = await read({ meshes: [FAN] });
		expect([...fan.parts[0].mesh.indices]).toEqual([0, 1, 2, 0, 2, 3]);
		const strip = await read({
			meshes: [{ primitives: [{ attributes: { POSITION: 0 }, mode: 5 }] }],
		});
		expect([...strip.parts[0].mesh.indices]).toEqual([0, 1, 2, 1, 3, 2]);
	});

	it("counts points and lines instead of drawing them", async () => {
		const model = await read({
			meshes: [
				{
					primitives: [
						FAN.primitives[0],
						{ attributes: { POSITION: 0 }, mode: 0 },
						{ attributes: { POSITION: 0 }, mode: 3 },
					],
				},
			],
		});
		expect(model.parts.length).toBe(1);
		expect(model.skippedPrimitiveCount).toBe(2);
		expect(model.drawCallCount).toBe(3);
	});

	it("applies the node tree, and keeps a mirrored mesh outside out", async () => {
		const half = Math.SQRT1_2;
		const { parts } = await read({
			meshes: [FAN],
			nodes: [
				{ children: [1], translation: [10, 0, 0] },
				// Quarter turn about Y: +Z to +X.
				{ children: [2], rotation: [0, half, 0, half] },
				{ mesh: 0, scale: [-2, 1, 1] },
			],
		});
		const { mesh } = parts[0];
		// (1,0,0) → (−2,0,0) → (0,0,2) → (10,0,2)
		expect([...mesh.positions.slice(3, 6)].map((v) => Math.round(v))).toEqual([
			10, 0, 2,
		]);
		const normal = faceNormal(mesh);
		expect(mesh.normals?.[0]).toBeCloseTo(1, 6);
		expect(Math.sign(normal[0])).toBe(1);
	});

	it("reads a mesh drawn twice as two parts", async () => {
		const model = await read({
			meshes: [FAN],
			scenes: [{ nodes: [0, 1] }],
			nodes: [
				{ mesh: 0, name: "left" },
				// Column-major matrix: translation by (0, 5, 0).
				{ mesh: 0, matrix: [1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0, 5, 0, 1] },
			],
		});
		expect(model.drawCallCount).toBe(2);
		expect(model.parts.map((part) => part.name)).toEqual(["left", "part 2"]);
		expect(model.parts[0].mesh.positions[1]).toBe(0);
		expect(model.parts[1].mesh.positions[1]).toBe(5);
	});

	it("reads quantised, interleaved and sparse accessors", async () => {
		const data = new DataView(new ArrayBuffer(48));
		// Three vertices, stride 12: position int16 × 3 normalised, pad, colour uint8 × 4.
		const points = [
			[0, 0, 0],
			[32767, 0, 0],
			[0, -32767, 0],
		];
		for (const [v, point] of points.entries()) {
			for (const [c, value] of point.entries())
				data.setInt16(v * 12 + c * 2, value, true);
			data.setUint8(v * 12 + 8, 255);
			data.setUint8(v * 12 + 9, 51 * v);
			data.setUint8(v * 12 + 11, 255);
		}
		data.setUint16(36, 2, true); // sparse: vertex 2 …
		data.setInt16(40, 16384, true); // … is (0.5, 1, 0)
		data.setInt16(42, 32767, true);
		const model = await readModel(
			glb(
				{
					asset: { version: "2.0" },
					extensionsRequired: ["KHR_mesh_quantization"],
					meshes: [
						{ primitives: [{ attributes: { POSITION: 0, COLOR_0: 1 } }] },
					],
					buffers: [{ byteLength: 48 }],
					bufferViews: [
						{ buffer: 0, byteLength: 36, byteStride: 12 },
						{ buffer: 0, byteOffset: 36, byteLength: 4 },
						{ buffer: 0, byteOffset: 40, byteLength: 6 },
					],
					accessors: [
						{
							bufferView: 0,
							componentType: 5122,
							normalized: true,
							count: 3,
							type: "VEC3",
							sparse: {
								count: 1,
								indices: { bufferView: 1, componentType: 5123 },
								values: { bufferView: 2 },
							},
						},
						{
							bufferView: 0,
							byteOffset: 8,
							componentType: 5121,
							normalized: true,
							count: 3,
							type: "VEC4",
						},
					],
				},
				data,
			),
		);
		const { mesh } = model.parts[0];
		expect([...mesh.positions].map((v) => Math.round(v * 1000) / 1000)).toEqual(
			[0, 0, 0, 1, 0, 0, 0.5, 1, 0],
		);
		expect(mesh.colors?.[5]).toBeCloseTo(0.2, 6);
	});

	it.each([
		["meshopt", EXTMeshoptCompression, "EXT_meshopt_compression"],
		["Draco", KHRDracoMeshCompression, "KHR_draco_mesh_compression"],
	] as const)("decodes %s", async (_, extension, name) => {
		const size = 40;
		const positions = new Float32Array(size * size * 3);
		for (let v = 0; v < size * size; v++)
			positions.set([v % size, Math.floor(v / size), Math.sin(v)], v * 3);
		const indices: number[] = [];
		for (let v = 0; v < size * size - size; v++)
			if (v % size < size - 1)
				indices.push(v, v + 1, v + size, v + 1, v + size + 1, v + size);
		const document = new Document();
		const buffer = document.createBuffer();
		document
			.createExtension(extension as typeof EXTMeshoptCompression)
			.setRequired(true);
		const primitive = document
			.createPrimitive()
			.setIndices(
				document
					.createAccessor()
					.setType("SCALAR")
					.setArray(new Uint16Array(indices))
					.setBuffer(buffer),
			)
			.setAttribute(
				"POSITION",
				document
					.createAccessor()
					.setType("VEC3")
					.setArray(positions.slice())
					.setBuffer(buffer),
			);
		document
			.createScene()
			.addChild(
				document
					.createNode()
					.setMesh(document.createMesh().addPrimitive(primitive)),
			);
		await MeshoptEncoder.ready;
		const packed = await new WebIO()
			.registerExtensions([extension])
			.registerDependencies({
				"meshopt.encoder": MeshoptEncoder,
				"meshopt.decoder": MeshoptDecoder,
				"draco3d.encoder": await draco3d.createEncoderModule(),
			})
			.writeBinary(document);
		expect(new TextDecoder("latin1").decode(packed)).toContain(name);
		const { mesh } = (await readModel(packed)).parts[0];
		expect(mesh.indices.length).toBe(indices.length);
		// Draco numbers vertices anew and rounds: compare the triangles' centres as a set.
		const centres = (p: Float32Array, i: ArrayLike<number>): string[] => {
			const out: string[] = [];
			for (let t = 0; t < i.length; t += 3) {
				const sum = (c: number): number =>
					p[i[t] * 3 + c] + p[i[t + 1] * 3 + c] + p[i[t + 2] * 3 + c];
				out.push(`${Math.round(sum(0))} ${Math.round(sum(1))}`);
			}
			return out.sort();
		};
		expect(centres(mesh.positions, mesh.indices)).toEqual(
			centres(positions, indices),
		);
		const highest = (p: Float32Array): number =>
			p.reduce((max, v, i) => (i % 3 === 2 ? Math.max(max, v) : max), -9);
		expect(highest(mesh.positions)).toBeCloseTo(highest(positions), 2);
	});
});

describe("readModel: glTF materials and files", () => {
	const PNG = Uint8Array.from(
		atob(
			"iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==",
		),
		(c) => c.charCodeAt(0),
	);
	const LOOK = {
		meshes: [
			{
				primitives: [
					{ attributes: { POSITION: 0, TEXCOORD_1: 2 }, mode: 6, material: 0 },
				],
			},
		],
		accessors: [
			...BASE.accessors,
			{ bufferView: 0, componentType: 5126, count: 4, type: "VEC2" },
		],
		materials: [
			{
				pbrMetallicRoughness: {
					baseColorFactor: [0.5, 2, 0, 1],
					metallicFactor: 0.25,
					baseColorTexture: {
						index: 0,
						texCoord: 0,
						extensions: {
							KHR_texture_transform: {
								offset: [0.5, 0],
								scale: [2, 3],
								texCoord: 1,
							},
						},
					},
				},
			},
		],
		textures: [{ source: 0 }],
	};

	it("reads factors, the picture, and moves its UVs", async () => {
		const uri = `data:image/png;base64,${btoa(String.fromCharCode(...PNG))}`;
		const model = await read({ ...LOOK, images: [{ uri }] });
		const [part] = model.parts;
		expect(part.baseColorFactor).toEqual([0.5, 1, 0, 1]);
		expect([part.metallic, part.roughness]).toEqual([0.25, 1]);
		expect(part.baseColor).toEqual({ bytes: PNG, mimeType: "image/png" });
		// The stand-in UVs are the first floats of the positions: (0,0) (0,1) (0,0) (1,1).
		expect([...(part.mesh.uvs ?? [])]).toEqual([
			0.5, 0, 0.5, 3, 0.5, 0, 2.5, 3,
		]);
		expect(model.fileTextures).toEqual([
			{ mimeType: "image/png", width: 1, height: 1 },
		]);
	});

	it("reads glTF JSON with files beside it, each once", async () => {
		const asked: string[] = [];
		const json = {
			...BASE,
			...LOOK,
			asset: { version: "2.0", extras: { a: 1 } },
			buffers: [{ byteLength: 96, uri: "my%20data.bin" }],
			images: [
				{ uri: "t/a.png" },
				{ uri: "t/a.png" },
				{ uri: "gone.jpg", mimeType: "image/jpeg" },
			],
		};
		const model = await readModel(text(JSON.stringify(json)), {
			resolve: async (path) => {
				asked.push(path);
				if (path === "gone.jpg") return undefined;
				return path.endsWith(".bin") ? new Uint8Array(QUAD.buffer) : PNG;
			},
		});
		expect(asked).toEqual(["my data.bin", "t/a.png", "gone.jpg"]);
		expect(model.format).toBe("gltf");
		expect(model.extras).toEqual({ a: 1 });
		expect(model.fileTextures[2]).toEqual({ mimeType: "image/jpeg" });
	});
});

describe("readModel: hostile glTF", () => {
	const huge = { componentType: 5126, count: 4e9, type: "VEC3" };
	const withAccessor = (accessor: object): object => ({
		meshes: [FAN],
		accessors: [{ ...BASE.accessors[0], ...accessor }, BASE.accessors[1]],
	});
	it.each<[string, object, string]>([
		["an old version", { asset: { version: "1.0" } }, "MODEL_UNSUPPORTED"],
		["no asset", { asset: undefined }, "MODEL_CORRUPT"],
		[
			"an unknown required extension",
			{ extensionsRequired: ["EVIL_thing"] },
			"MODEL_UNSUPPORTED",
		],
		["a missing mesh", { nodes: [{ mesh: 3 }] }, "MODEL_CORRUPT"],
		["a missing node", { scenes: [{ nodes: [8] }] }, "MODEL_CORRUPT"],
		[
			"a cycle of nodes",
			{ nodes: [{ children: [1] }, { children: [0] }] },
			"MODEL_CORRUPT",
		],
		[
			"a node in two places",
			{ nodes: [{ children: [1, 1] }, { mesh: 0 }] },
			"MODEL_CORRUPT",
		],
		[
			"a tree 300 deep",
			{
				nodes: Array.from({ length: 300 }, (_, i) => ({
					children: i < 299 ? [i + 1] : [],
				})),
			},
			"MODEL_CORRUPT",
		],
		["four thousand million zeros", withAccessor(huge), "MODEL_TOO_LARGE"],
		["more elements than bytes", withAccessor({ count: 5 }), "MODEL_CORRUPT"],
		[
			"an offset behind the end",
			withAccessor({ byteOffset: 1e15 }),
			"MODEL_CORRUPT",
		],
		["a negative offset", withAccessor({ byteOffset: -4 }), "MODEL_CORRUPT"],
		["half a count", withAccessor({ count: 3.5 }), "MODEL_CORRUPT"],
		["matrices as positions", withAccessor({ type: "MAT4" }), "MODEL_CORRUPT"],
		[
			"two-dimensional positions",
			withAccessor({ type: "VEC2" }),
			"MODEL_CORRUPT",
		],
		[
			"attributes that do not match",
			withAccessor({ count: 3 }),
			"MODEL_CORRUPT",
		],
		[
			"sparse values behind the end",
			withAccessor({
				sparse: {
					count: 1,
					indices: { bufferView: 1, byteOffset: 11, componentType: 5121 },
					values: { bufferView: 0 },
				},
			}),
			"MODEL_CORRUPT",
		],
		[
			"a view behind the buffer",
			{ bufferViews: [{ buffer: 0, byteLength: 4800 }, BASE.bufferViews[1]] },
			"MODEL_CORRUPT",
		],
		["a missing buffer", { buffers: [] }, "MODEL_CORRUPT"],
		[
			"indices that are floats",
			{
				meshes: [{ primitives: [{ attributes: { POSITION: 0 }, indices: 1 }] }],
			},
			"MODEL_CORRUPT",
		],
		[
			"an index out of range",
			{
				meshes: [{ primitives: [{ attributes: { POSITION: 0 }, indices: 2 }] }],
				accessors: [
					...BASE.accessors,
					{ bufferView: 1, componentType: 5121, count: 12, type: "SCALAR" },
				],
			},
			"MODEL_CORRUPT",
		],
		[
			"an infinite scale",
			{ meshes: [FAN], nodes: [{ mesh: 0, scale: [1e300, 1e300, 1] }] },
			"MODEL_CORRUPT",
		],
		...[
			"../a.bin",
			"/etc/passwd",
			"https://example.com/a.bin",
			"file:///a",
			"..%2fa.bin",
			"a%00.bin",
			"%",
			"C:%5Ca",
		].map((uri): [string, object, string] => [
			`the URI ${uri}`,
			{ buffers: [{ byteLength: 96, uri }] },
			"MODEL_UNSUPPORTED",
		]),
		[
			"a file nobody has",
			{ buffers: [{ byteLength: 96, uri: "a.bin" }] },
			"MODEL_CORRUPT",
		],
		[
			"a data URI that is not base64",
			{ buffers: [{ byteLength: 96, uri: "data:;base64,***" }] },
			"MODEL_CORRUPT",
		],
		["nothing to draw", { nodes: [{}] }, "MODEL_EMPTY"],
		[
			"a meshopt bomb",
			{
				meshes: [FAN],
				bufferViews: [
					{
						buffer: 0,
						byteLength: 48,
						extensions: {
							EXT_meshopt_compression: {
								buffer: 0,
								byteLength: 48,
								byteStride: 256,
								count: 1e9,
								mode: "ATTRIBUTES",
							},
						},
					},
					BASE.bufferViews[1],
				],
			},
			"MODEL_TOO_LARGE",
		],
		[
			"Draco data that is none",
			{
				meshes: [
					{
						primitives: [
							{
								attributes: { POSITION: 0 },
								extensions: {
									KHR_draco_mesh_compression: {
										bufferView: 0,
										attributes: { POSITION: 0 },
									},
								},
							},
						],
					},
				],
			},
			"MODEL_CORRUPT",
		],
	])("%s", async (_, json, code) => {
		const error = await read(json).catch((e: unknown) => e);
		expect(error).toBeInstanceOf(LunarError);
		expect((error as LunarError).code).toBe(code);
	});

	it("NaN positions", async () => {
		const broken = QUAD.slice();
		broken[4] = Number.NaN;
		await expect(
			readModel(glb({ ...BASE, meshes: [FAN] }, broken)),
		).rejects.toMatchObject({ code: "MODEL_CORRUPT" });
	});
});

describe("writeGlb", () => {
	it("is read by three", async () => {
		const mesh: Mesh = {
			positions: QUAD.slice(0, 12),
			normals: QUAD.slice(12),
			indices: new Uint32Array([0, 1, 2, 0, 2, 3]),
			colors: new Float32Array(16).fill(0.5),
		};
		const bytes = await writeGlb(
			{ mesh, roughness: 0.5, metallic: 0 },
			undefined,
			{},
		);
		const gltf = await new GLTFLoader().parseAsync(
			Uint8Array.from(bytes).buffer,
			"",
		);
		const object = gltf.scene.children[0] as ThreeMesh<
			BufferGeometry,
			MeshStandardMaterial
		>;
		expect(object.isMesh).toBe(true);
		const { attributes, index } = object.geometry;
		expect([...attributes.position.array]).toEqual([...mesh.positions]);
		expect([...(index?.array ?? [])]).toEqual([...mesh.indices]);
		expect(attributes.color.getX(0)).toBeCloseTo(0.5, 4);
		expect(object.material.vertexColors).toBe(true);
		expect(object.material.side).toBe(0); // front only
	});
});

import { WebIO } from "@gltf-transform/core";
import {
	EXTMeshoptCompression,
	KHRDracoMeshCompression,
} from "@gltf-transform/extensions";
import draco3d from "draco3dgltf";
import { MeshoptDecoder } from "meshoptimizer/decoder";
import { MeshoptEncoder } from "meshoptimizer/encoder";
import { describe, expect, it } from "vitest";
import { LunarError } from "../core/errors.ts";
import type { Mesh } from "../core/mesh.ts";
import { createRandom } from "../core/run-context.ts";
import { writeGlb } from "./glb/write-glb.ts";
import { readModel } from "./read-model.ts";
import { writeObj } from "./write-obj.ts";
import { writePly } from "./write-ply.ts";
import { writeStl } from "./write-stl.ts";

// Whatever happens to a file, reading it gives a sound model or a typed error, and soon.

const MUTATIONS = 250;
const MESH: Mesh = {
	positions: new Float32Array([0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 1, 1, 1]),
	normals: new Float32Array([0, 0, 1, 0, 0, 1, 0, 0, 1, 0, 0, 1, 0, 0, 1]),
	uvs: new Float32Array([0, 0, 1, 0, 0, 1, 0.5, 0.5, 1, 1]),
	colors: new Float32Array(20).fill(0.5),
	indices: new Uint32Array([0, 2, 1, 0, 1, 3, 0, 3, 2, 1, 2, 3, 1, 4, 2]),
};
const TEXTURED = { mesh: MESH, roughness: 1, metallic: 0 };
const PICTURE = { bytes: new Uint8Array(64), mimeType: "image/png" } as const;
const text = (s: string): Uint8Array => new TextEncoder().encode(s);

async function compressed(
	extension: typeof EXTMeshoptCompression | typeof KHRDracoMeshCompression,
): Promise<Uint8Array> {
	await MeshoptEncoder.ready;
	const io = new WebIO().registerExtensions([extension]).registerDependencies({
		"meshopt.encoder": MeshoptEncoder,
		"meshopt.decoder": MeshoptDecoder,
		"draco3d.encoder": await draco3d.createEncoderModule(),
	});
	const document = await io.readBinary(await writeGlb(TEXTURED, undefined, {}));
	document
		.createExtension(extension as typeof EXTMeshoptCompression)
		.setRequired(true);
	return io.writeBinary(document);
}

async function selfContainedGltf(): Promise<Uint8Array> {
	const io = new WebIO();
	const document = await io.readBinary(await writeGlb(TEXTURED, PICTURE, {}));
	const { json, resources } = await io.writeJSON(document);
	for (const item of [...(json.buffers ?? []), ...(json.images ?? [])]) {
		const bytes = resources[item.uri ?? ""];
		if (bytes)
			item.uri = `data:;base64,${Buffer.from(bytes).toString("base64")}`;
	}
	return text(JSON.stringify(json));
}

const BIG_ENDIAN_PLY = (): Uint8Array => {
	const head = text(
		"ply\nformat binary_big_endian 1.0\nelement vertex 3\nproperty double x\nproperty short y\nproperty float z\nelement face 1\nproperty list ushort uint vertex_index\nproperty uchar visible\nend_header\n",
	);
	const out = new Uint8Array(head.length + 3 * 14 + 15);
	out.set(head);
	const view = new DataView(out.buffer, head.length);
	for (let v = 0; v < 3; v++) {
		view.setFloat64(v * 14, v === 1 ? 1 : 0);
		view.setInt16(v * 14 + 8, v === 2 ? 1 : 0);
	}
	view.setUint16(42, 3);
	view.setUint32(48, 1);
	view.setUint32(52, 2);
	view.setUint8(56, 7);
	return out;
};

const TEXT_PLY = text(
	"ply\nformat ascii 1.0\nelement vertex 3\nproperty float x\nproperty float y\nproperty float z\nelement face 1\nproperty list uchar int vertex_indices\nend_header\n0 0 0\n1 0 0\n0 1 0\n3 0 1 2\n",
);
const TEXT_STL = text(
	"solid a\nfacet normal 0 0 1\nouter loop\nvertex 0 0 0\nvertex 1 0 0\nvertex 0 1 0\nendloop\nendfacet\nendsolid a\n",
);

const FILES: Record<string, () => Uint8Array | Promise<Uint8Array>> = {
	glb: () => writeGlb(TEXTURED, PICTURE, { a: 1 }),
	"glb meshopt": () => compressed(EXTMeshoptCompression),
	"glb draco": () => compressed(KHRDracoMeshCompression),
	gltf: selfContainedGltf,
	obj: () => writeObj(TEXTURED, PICTURE, "a")[0].bytes,
	ply: () => writePly(TEXTURED, undefined, "a")[0].bytes,
	"ply big endian": BIG_ENDIAN_PLY,
	"ply text": () => TEXT_PLY,
	stl: () => writeStl(TEXTURED, undefined, "a")[0].bytes,
	"stl text": () => TEXT_STL,
};

function mutate(src: Uint8Array, random: () => number): Uint8Array {
	const kind = random();
	if (kind < 0.25) return src.slice(0, Math.floor(random() * src.length));
	const out = src.slice();
	const count = 1 + Math.floor(random() ** 3 * 20);
	for (let k = 0; k < count; k++) {
		const at = Math.floor(random() * out.length);
		if (kind < 0.5) out[at] ^= 1 << Math.floor(random() * 8);
		else if (kind < 0.7) out[at] = 48 + Math.floor(random() * 10);
		else if (kind < 0.85) out[at] = 255;
		else out[at] = Math.floor(random() * 256);
	}
	return out;
}

describe("readModel: damaged files", () => {
	it.each(Object.keys(FILES))("%s (seed 11)", async (kind) => {
		const src = Uint8Array.from(await FILES[kind]());
		expect((await readModel(src)).parts.length).toBe(1);
		const random = createRandom(11);
		const codes = new Set<string>();
		const startedMs = performance.now();
		for (let k = 0; k < MUTATIONS; k++) {
			const bytes = mutate(src, random);
			try {
				const { parts } = await readModel(bytes);
				codes.add("read");
				for (const { mesh } of parts) {
					const vertexCount = mesh.positions.length / 3;
					expect(mesh.positions.every(Number.isFinite)).toBe(true);
					expect(mesh.indices.every((i) => i < vertexCount)).toBe(true);
					expect(mesh.indices.length % 3).toBe(0);
				}
			} catch (error) {
				if (!(error instanceof LunarError)) throw error;
				expect(error.code).toMatch(/^(MODEL_|FILE_EMPTY)/);
				codes.add(error.code);
			}
		}
		expect(codes.has("MODEL_CORRUPT")).toBe(true);
		expect(performance.now() - startedMs).toBeLessThan(20_000);
	});

	it("bytes that are no model (seed 12)", async () => {
		const random = createRandom(12);
		for (let k = 0; k < 300; k++) {
			const bytes = Uint8Array.from(
				{ length: Math.floor(random() * 300) },
				() => random() * 256,
			);
			await expect(readModel(bytes)).rejects.toMatchObject({
				code: expect.stringMatching(/^(MODEL_|FILE_EMPTY)/),
			});
		}
	});
});

import { readFileSync } from "node:fs";
import type { Mesh as ThreeMesh } from "three";
import { unzipSync } from "three/addons/libs/fflate.module.js";
import { OBJLoader } from "three/addons/loaders/OBJLoader.js";
import { PLYLoader } from "three/addons/loaders/PLYLoader.js";
import { STLLoader } from "three/addons/loaders/STLLoader.js";
import { USDLoader } from "three/addons/loaders/USDLoader.js";
import { beforeAll, describe, expect, it, vi } from "vitest";
import type { TexturedMesh } from "../core/asset.ts";
import type { Mesh } from "../core/mesh.ts";
import type { EncodedPicture } from "./encoded-picture.ts";
import { writeGlb } from "./glb/write-glb.ts";
import { mergeParts } from "./merge-parts.ts";
import type { OutputFile } from "./output-file.ts";
import { readModel } from "./read-model.ts";
import { writeObj } from "./write-obj.ts";
import { writePly } from "./write-ply.ts";
import { writeStl } from "./write-stl.ts";
import { writeUsdz } from "./write-usdz.ts";

// three's own loaders are the independent readers. All of them give UVs with the origin at the
// bottom and colours in linear light.

const PICTURE: EncodedPicture = {
	bytes: readFileSync(
		new URL("../../fixtures/eval/spot/photo.png", import.meta.url),
	),
	mimeType: "image/png",
};

/** A bumpy patch of quads: nothing about it is symmetric, so any flip or swap shows. */
function patch(size: number): Mesh {
	const count = (size + 1) ** 2;
	const positions = new Float32Array(count * 3);
	const normals = new Float32Array(count * 3);
	const uvs = new Float32Array(count * 2);
	const colors = new Float32Array(count * 4);
	for (let v = 0; v < count; v++) {
		const x = v % (size + 1);
		const y = Math.floor(v / (size + 1));
		positions.set([x / size - 0.25, y / size / 3, Math.sin(x + y) / 9], v * 3);
		normals.set([0.6, 0, 0.8], v * 3);
		uvs.set([x / size, (y / size) ** 2], v * 2);
		colors.set([x / size, y / size, 0.5, 1], v * 4);
	}
	const indices = new Uint32Array(size * size * 6);
	for (let q = 0; q < size * size; q++) {
		const a = Math.floor(q / size) * (size + 1) + (q % size);
		indices.set([a, a + 1, a + size + 2, a, a + size + 2, a + size + 1], q * 6);
	}
	return { positions, normals, uvs, colors, indices };
}

const PATCH: TexturedMesh = { mesh: patch(5), roughness: 0.5, metallic: 0 };
const { colors: _, ...UNCOLOURED } = PATCH.mesh;

/** Triangle corners in drawing order, so that readers may number vertices as they like. */
function corners(
	values: ArrayLike<number>,
	indices: ArrayLike<number> | undefined,
	components: number,
): number[] {
	const out: number[] = [];
	const count = indices?.length ?? values.length / components;
	for (let i = 0; i < count; i++) {
		const v = indices ? indices[i] : i;
		for (let c = 0; c < components; c++) out.push(values[v * components + c]);
	}
	return out;
}

function expectClose(
	actual: readonly number[],
	expected: readonly number[],
	tolerance: number,
): void {
	expect(actual.length).toBe(expected.length);
	let worst = 0;
	for (let i = 0; i < actual.length; i++)
		worst = Math.max(worst, Math.abs(actual[i] - expected[i]));
	expect(worst).toBeLessThanOrEqual(tolerance);
}

// biome-ignore lint/suspicious/noExplicitAny: three ships no types
type ThreeGeometry = any;

/** Compares a geometry of three with the mesh it was written from. */
function expectSame(
	geometry: ThreeGeometry,
	mesh: Mesh,
	what: readonly ("normal" | "uv" | "color")[],
): void {
	const indices = geometry.index?.array;
	const of = (name: string, n: number): number[] =>
		corners(geometry.attributes[name].array, indices, n);
	const ours = (values: Float32Array | undefined, n: number): number[] =>
		corners(values ?? [], mesh.indices, n);
	expectClose(of("position", 3), ours(mesh.positions, 3), 1e-6);
	if (what.includes("normal"))
		expectClose(of("normal", 3), ours(mesh.normals, 3), 1e-6);
	if (what.includes("uv")) {
		const flipped = ours(mesh.uvs, 2).map((t, i) => (i % 2 ? 1 - t : t));
		expectClose(of("uv", 2), flipped, 1e-6);
	}
	if (what.includes("color")) {
		const size = geometry.attributes.color.itemSize;
		const scale = geometry.attributes.color.normalized ? 1 / 255 : 1;
		const rgb = of("color", size)
			.filter((_, i) => i % size < 3)
			.map((value) => value * scale);
		const expected = ours(mesh.colors, 4).filter((_, i) => i % 4 < 3);
		expectClose(rgb, expected, 0.005); // half a step of 8-bit sRGB, at the bright end
	}
}

function bufferOf(file: OutputFile): ArrayBuffer {
	return Uint8Array.from(file.bytes).buffer;
}

describe("writePly", () => {
	it("is read by three with normals, UVs and colours", () => {
		const [file] = writePly(PATCH, undefined, "patch");
		expect(file.name).toBe("patch.ply");
		const geometry = new PLYLoader().parse(bufferOf(file));
		expectSame(geometry, PATCH.mesh, ["normal", "uv", "color"]);
	});

	it("takes vertex colours from the picture, its first row at v = 0", () => {
		// Red above green.
		const data = new Uint8ClampedArray([255, 0, 0, 255, 0, 255, 0, 255]);
		const [file, picture] = writePly(
			{
				mesh: UNCOLOURED,
				baseColor: { width: 1, height: 2, data },
				roughness: 1,
				metallic: 0,
			},
			PICTURE,
			"patch",
		);
		expect(picture.name).toBe("patch.png");
		const color = new PLYLoader().parse(bufferOf(file)).attributes.color.array;
		expect([...color.slice(0, 3)]).toEqual([255, 0, 0]);
		expect([...color.slice(-3)]).toEqual([0, 255, 0]);
	});
});

describe("writeStl", () => {
	it("is read by three", () => {
		const [file] = writeStl(PATCH, undefined, "patch");
		const geometry = new STLLoader().parse(bufferOf(file));
		expectSame(geometry, PATCH.mesh, []);
		const first = geometry.attributes.normal.array.slice(0, 3);
		const p = PATCH.mesh.positions;
		const [a, b, c] = PATCH.mesh.indices;
		const ab = [0, 1, 2].map((k) => p[b * 3 + k] - p[a * 3 + k]);
		const ac = [0, 1, 2].map((k) => p[c * 3 + k] - p[a * 3 + k]);
		const z = ab[0] * ac[1] - ab[1] * ac[0];
		expect(Math.sign(first[2])).toBe(Math.sign(z));
		expect(Math.hypot(...first)).toBeCloseTo(1, 5);
	});
});

describe("writeObj", () => {
	it("is read by three with normals and UVs, and names its material and picture", () => {
		const files = writeObj(PATCH, PICTURE, "my patch");
		expect(files.map((file) => file.name)).toEqual([
			"my patch.obj",
			"my_patch.mtl",
			"my_patch.png",
		]);
		const text = new TextDecoder().decode(files[0].bytes);
		const group = new OBJLoader().parse(text);
		expect(Reflect.get(group, "materialLibraries")).toEqual(["my_patch.mtl"]);
		expect(group.children.length).toBe(1);
		expectSame((group.children[0] as ThreeMesh).geometry, PATCH.mesh, [
			"normal",
			"uv",
		]);
		const mtl = new TextDecoder().decode(files[1].bytes);
		expect(mtl).toContain("\nmap_Kd my_patch.png\n");
	});

	it("writes vertex colours where there is no picture", () => {
		const [file] = writeObj(PATCH, undefined, "patch");
		const text = new TextDecoder().decode(file.bytes);
		const [child] = new OBJLoader().parse(text).children;
		const { geometry } = child as ThreeMesh;
		expectSame(geometry, PATCH.mesh, ["normal", "color"]);
	});
});

describe("writeUsdz", () => {
	// three's loader makes a URL for the picture and an <img>; Node has only the first.
	const images: { src?: string }[] = [];
	beforeAll(() => {
		vi.stubGlobal("document", {
			createElementNS: () => {
				images.push({});
				return Object.assign(images[images.length - 1], {
					addEventListener() {},
					removeEventListener() {},
				});
			},
		});
		return () => vi.unstubAllGlobals();
	});

	it("is read by three with normals, UVs and the picture", async () => {
		const [file] = writeUsdz(PATCH, PICTURE, "patch");
		expect(file.name).toBe("patch.usdz");
		expect(Object.keys(unzipSync(file.bytes))).toEqual([
			"model.usda", // the layer has to be the first
			"textures/baseColor.png",
		]);
		const found: ThreeGeometry[] = [];
		new USDLoader().parse(bufferOf(file)).traverse((object: ThreeGeometry) => {
			if (object.isMesh) found.push(object);
		});
		expect(found.length).toBe(1);
		expectSame(found[0].geometry, PATCH.mesh, ["normal", "uv"]);
		expect(found[0].material.roughness).toBe(0.5);
		expect(found[0].material.metalness).toBe(0);
		await vi.waitFor(() =>
			expect(images.map((image) => image.src)).toEqual([
				expect.stringMatching(/^blob:/),
			]),
		);
	});

	it("refuses WebP, which USDZ does not know", () => {
		expect(() =>
			writeUsdz(PATCH, { bytes: PICTURE.bytes, mimeType: "image/webp" }, "a"),
		).toThrow(RangeError);
	});
});

describe("what we write, we read", () => {
	it.each(["obj", "ply", "stl", "glb"] as const)("%s", async (format) => {
		const files: readonly OutputFile[] =
			format === "glb"
				? [{ name: "a.glb", bytes: await writeGlb(PATCH, PICTURE, {}) }]
				: { obj: writeObj, ply: writePly, stl: writeStl }[format](
						PATCH,
						PICTURE,
						"a",
					);
		const model = await readModel(files[0].bytes, {
			resolve: async (path) => files.find((f) => f.name === path)?.bytes,
		});
		expect(model.format).toBe(format);
		const mesh = mergeParts(model.parts);
		const both = (m: Mesh, values: Float32Array | undefined, n: number) =>
			corners(values ?? [], m.indices, n);
		const { mesh: src } = PATCH;
		expectClose(
			both(mesh, mesh.positions, 3),
			both(src, src.positions, 3),
			1e-6,
		);
		if (format === "stl") return;
		expectClose(both(mesh, mesh.normals, 3), both(src, src.normals, 3), 1e-6);
		expectClose(both(mesh, mesh.uvs, 2), both(src, src.uvs, 2), 1e-6);
		const picture = model.parts[0].baseColor?.bytes ?? new Uint8Array();
		expect(Buffer.compare(picture, PICTURE.bytes)).toBe(0);
		expect(model.fileTextures).toEqual([
			{ mimeType: "image/png", width: 512, height: 512 },
		]);
	});
});

import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import type { TexturedMesh } from "../../core/asset.ts";
import type { Mesh } from "../../core/mesh.ts";
import type { EncodedPicture } from "../encoded-picture.ts";
import { validateGlb } from "./validate-glb.ts";
import { writeGlb } from "./write-glb.ts";

const TETRAHEDRON: Mesh = {
	positions: new Float32Array([0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1]),
	indices: new Uint32Array([0, 2, 1, 0, 1, 3, 0, 3, 2, 1, 2, 3]),
	normals: new Float32Array([-1, -1, -1, 3, 0, 0, 0, 0, 0, 0, 0, Number.NaN]),
	uvs: new Float32Array([0, 0, 1, 0, 0, 1, 1, 1]),
	colors: new Float32Array([1, 0, 0, 1, 0, 1, 0, 1, 0, 0, 1, 1, 2, -1, 0.5, 1]),
};
const PICTURE: EncodedPicture = {
	bytes: readFileSync(
		new URL("../../../fixtures/eval/spot/photo.png", import.meta.url),
	),
	mimeType: "image/png",
};

function textured(mesh: Mesh): TexturedMesh {
	return { mesh, roughness: 0.8, metallic: 0 };
}

function jsonOf(glb: Uint8Array): Record<string, never> {
	const view = new DataView(glb.buffer, glb.byteOffset);
	return JSON.parse(
		new TextDecoder().decode(glb.subarray(20, 20 + view.getUint32(12, true))),
	);
}

const CLEAN = { errors: 0, warnings: 0, infos: 0, messages: [] };

describe("writeGlb", () => {
	it("writes a textured mesh the Khronos validator has nothing to say about", async () => {
		const glb = await writeGlb(
			textured(TETRAHEDRON),
			PICTURE,
			{ engine: "test" },
			{ generator: "Lunar Nova 0.1.0" },
		);
		expect(await validateGlb(glb)).toEqual(CLEAN);
		const json = jsonOf(glb);
		expect(json.asset).toMatchObject({
			generator: "Lunar Nova 0.1.0",
			extras: { engine: "test" },
		});
		expect(json.nodes).toEqual([{ name: "model", mesh: 0 }]);
		expect(json.samplers).toEqual([
			{ magFilter: 9729, minFilter: 9987, wrapS: 33071, wrapT: 33071 },
		]);
	});

	it("writes linear vertex colours where there is no picture", async () => {
		const glb = await writeGlb(textured(TETRAHEDRON), undefined, {});
		expect(await validateGlb(glb)).toEqual(CLEAN);
		const json = jsonOf(glb) as unknown as {
			meshes: { primitives: { attributes: object }[] }[];
		};
		expect(Object.keys(json.meshes[0].primitives[0].attributes).sort()).toEqual(
			["COLOR_0", "NORMAL", "POSITION"],
		);
	});

	it("uses 32-bit indices above 65535 vertices, and repeats UVs outside the unit square", async () => {
		const count = 65538;
		const positions = Float32Array.from({ length: count * 3 }, (_, i) =>
			Math.sin(i),
		);
		const indices = Uint32Array.from({ length: count }, (_, i) => i);
		const uvs = Float32Array.from({ length: count * 2 }, (_, i) => i / count);
		const glb = await writeGlb(
			textured({ positions, indices, uvs }),
			PICTURE,
			{},
		);
		const json = jsonOf(glb) as unknown as {
			accessors: { componentType: number }[];
			samplers: { wrapS: number }[];
		};
		expect((await validateGlb(glb)).errors).toBe(0);
		expect(json.accessors.map((a) => a.componentType)).toContain(5125);
		expect(json.samplers[0].wrapS).toBe(10497);
	});

	it("gives the same bytes for the same input, and leaves the input alone", async () => {
		const before = TETRAHEDRON.positions.slice();
		const a = await writeGlb(textured(TETRAHEDRON), PICTURE, { seed: 1 });
		const b = await writeGlb(textured(TETRAHEDRON), PICTURE, { seed: 1 });
		expect(a).toEqual(b);
		expect(TETRAHEDRON.positions).toEqual(before);
	});

	it("refuses meshes that cannot make a valid file", async () => {
		const broken = { ...TETRAHEDRON, indices: new Uint32Array([0, 1, 9]) };
		await expect(writeGlb(textured(broken), undefined, {})).rejects.toThrow(
			RangeError,
		);
		const { uvs: _, ...bare } = TETRAHEDRON;
		await expect(writeGlb(textured(bare), PICTURE, {})).rejects.toThrow(
			RangeError,
		);
	});
});

describe("validateGlb", () => {
	it("counts an index out of range as an error", async () => {
		const glb = await writeGlb(textured(TETRAHEDRON), undefined, {});
		const length = new DataView(glb.buffer, glb.byteOffset).getUint32(12, true);
		const text = new TextDecoder().decode(glb.subarray(20, 20 + length));
		const broken = glb.slice();
		broken.set(
			new TextEncoder().encode(text.replace('"mesh":0', '"mesh":7')),
			20,
		);
		const result = await validateGlb(broken);
		expect(result.errors).toBeGreaterThan(0);
		expect(result.messages[0]).toMatch(/^ERROR /);
	});

	it("reports bytes that are no glTF as an error, without throwing", async () => {
		for (const bytes of [new Uint8Array(0), new Uint8Array(100)])
			expect((await validateGlb(bytes)).errors).toBe(1);
	});
});

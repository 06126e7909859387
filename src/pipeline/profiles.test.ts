import { describe, expect, it } from "vitest";
import type { MeshReport } from "../core/report.ts";
import { checkProfiles, type ProfileFacts } from "./profiles.ts";

const SOLID: MeshReport = {
	vertexCount: 4,
	triangleCount: 4,
	watertight: true,
	manifold: true,
	consistentlyOriented: true,
	outwardOriented: true,
	componentCount: 1,
	genus: 0,
	eulerCharacteristic: 2,
	boundaryEdgeCount: 0,
	nonManifoldEdgeCount: 0,
	nonManifoldVertexCount: 0,
	degenerateTriangleCount: 0,
	selfIntersectingTriangleCount: 0,
	area: 1,
	volume: 1,
	bounds: { min: [0, 0, 0], max: [1, 1, 1] },
};
const GOOD: ProfileFacts = {
	mesh: SOLID,
	fileBytes: 1_000_000,
	materialCount: 1,
	drawCallCount: 1,
	textureSides: [1024],
	gltfErrors: 0,
};

/** Ids of the profiles that fail. */
function failing(facts: Partial<ProfileFacts>): string[] {
	return checkProfiles({ ...GOOD, ...facts })
		.filter(({ passed }) => !passed)
		.map(({ id }) => id);
}

describe("checkProfiles", () => {
	it("passes a good asset everywhere", () => expect(failing({})).toEqual([]));

	it.each<[string, Partial<ProfileFacts>, string[]]>([
		["4 MB", { fileBytes: 4_000_000 }, ["web-ar"]],
		["16 MB", { fileBytes: 16_000_000 }, ["web-ar", "shopify", "game"]],
		["two materials", { materialCount: 2 }, ["shopify"]],
		["a 4K texture", { textureSides: [4096] }, ["web-ar", "game"]],
		["a texture of 1000 px", { textureSides: [1000] }, ["game"]],
		["a validator error", { gltfErrors: 1 }, ["web-ar", "shopify", "game"]],
		[
			"120k triangles",
			{ mesh: { ...SOLID, triangleCount: 120_000 } },
			["shopify", "game"],
		],
		["an open edge", { mesh: { ...SOLID, watertight: false } }, ["print"]],
		[
			"inverted faces",
			{ mesh: { ...SOLID, outwardOriented: false } },
			["shopify", "print"],
		],
		[
			"a self-intersection",
			{ mesh: { ...SOLID, selfIntersectingTriangleCount: 2 } },
			["print"],
		],
		["two parts", { mesh: { ...SOLID, componentCount: 2 } }, ["print"]],
	])("%s fails where it matters", (_, facts, expected) => {
		expect(failing(facts)).toEqual(expected);
	});

	it("leaves out what a file format does not have", () => {
		const { fileBytes, gltfErrors, ...rest } = GOOD;
		const ids = checkProfiles(rest).flatMap(({ checks }) =>
			checks.map(({ id }) => id),
		);
		expect(ids).not.toContain("file.size");
		expect(ids).not.toContain("gltf.errors");
		expect(fileBytes).toBeDefined();
		expect(gltfErrors).toBeDefined();
	});
});

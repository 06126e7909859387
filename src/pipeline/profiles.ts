import type {
	Check,
	MeshReport,
	ProfileResult,
	TextureReport,
} from "../core/report.ts";

/** What the profiles look at. Fields that do not apply to a file are left out. */
export interface ProfileFacts {
	readonly mesh: MeshReport;
	readonly texture?: TextureReport;
	/** Size of the GLB; absent for formats the profile does not ship. */
	readonly fileBytes?: number;
	readonly materialCount: number;
	readonly drawCallCount: number;
	/** Longest side of each texture, pixels. */
	readonly textureSides: readonly number[];
	readonly gltfErrors?: number;
}

const MEGABYTE = 1_000_000;

/**
 * Measures a result against the places it may be used.
 *
 * web-ar: Khronos 3D Commerce publishing targets 1.0 (mobile AR and web catalogue).
 * shopify: Shopify's 3D model checklist: above 15 MB Shopify re-compresses the file.
 * game: defaults of Khronos' glTF Asset Auditor.
 * print: a closed, outward, manifold solid without self-intersections.
 */
export function checkProfiles(facts: ProfileFacts): ProfileResult[] {
	return [
		profile("web-ar", "Web and mobile AR", [
			...gltfCheck(facts),
			...sizeCheck(facts, 3, "Khronos' target for a web catalogue"),
			check(
				"mesh.triangles",
				facts.mesh.triangleCount,
				"<=",
				150_000,
				"triangles",
				"Phones draw this many smoothly.",
			),
			check(
				"draw-calls",
				facts.drawCallCount,
				"<=",
				20,
				"draw calls",
				"Each part with its own material costs a draw call.",
			),
			textureSideCheck(facts, 2048),
		]),
		profile("shopify", "Shopify product media", [
			...gltfCheck(facts),
			...sizeCheck(facts, 15, "above it Shopify re-compresses the file"),
			check(
				"mesh.triangles",
				facts.mesh.triangleCount,
				"<=",
				100_000,
				"triangles",
				"Advised for product models.",
			),
			check(
				"materials",
				facts.materialCount,
				"==",
				1,
				"materials",
				"Shopify asks for exactly one material.",
			),
			textureSideCheck(facts, 4096),
			...uvChecks(facts),
			flag(
				"mesh.outward",
				facts.mesh.consistentlyOriented && facts.mesh.outwardOriented,
				"No inverted faces.",
			),
		]),
		profile("game", "Game engines", [
			...gltfCheck(facts),
			...sizeCheck(facts, 5.12, "default of Khronos' asset auditor"),
			check(
				"mesh.triangles",
				facts.mesh.triangleCount,
				"<=",
				100_000,
				"triangles",
				"Default of Khronos' asset auditor.",
			),
			check(
				"materials",
				facts.materialCount,
				"<=",
				5,
				"materials",
				"Default of Khronos' asset auditor.",
			),
			textureSideCheck(facts, 2048),
			flag(
				"texture.power-of-two",
				facts.textureSides.every((side) => (side & (side - 1)) === 0),
				"Textures with power-of-two sides make whole mipmaps.",
			),
			...uvChecks(facts),
		]),
		profile("print", "3D printing", [
			flag("mesh.watertight", facts.mesh.watertight, "No open edges."),
			flag(
				"mesh.manifold",
				facts.mesh.manifold,
				"Every edge joins exactly two faces.",
			),
			flag(
				"mesh.outward",
				facts.mesh.consistentlyOriented && facts.mesh.outwardOriented,
				"All faces point outward.",
			),
			check(
				"mesh.self-intersections",
				facts.mesh.selfIntersectingTriangleCount,
				"<=",
				0,
				"triangles",
				"Slicers fill crossing walls wrongly.",
			),
			check(
				"mesh.degenerate",
				facts.mesh.degenerateTriangleCount,
				"<=",
				0,
				"triangles",
				"Triangles without area have no direction.",
			),
			check(
				"mesh.components",
				facts.mesh.componentCount,
				"==",
				1,
				"parts",
				"Loose parts fall over on the print bed.",
			),
		]),
	];
}

/** What keeps a profile from passing, in a few words: "mesh.triangles 120000 triangles, mesh.watertight". */
export function describeFailures({ checks }: ProfileResult): string {
	return checks
		.filter(({ passed }) => !passed)
		.map(({ id, measured, limit, compare, unit }) =>
			compare === "==" && limit === 1 && unit === "" && measured === 0
				? `not ${id}`
				: `${id} ${measured} ${unit}`.trim(),
		)
		.join(", ");
}

function profile(
	id: string,
	title: string,
	checks: readonly Check[],
): ProfileResult {
	return { id, title, passed: checks.every(({ passed }) => passed), checks };
}

function check(
	id: string,
	measured: number,
	compare: Check["compare"],
	limit: number,
	unit: string,
	explain: string,
): Check {
	const passed =
		compare === "<="
			? measured <= limit
			: compare === ">="
				? measured >= limit
				: measured === limit;
	return { id, passed, measured, limit, compare, unit, explain };
}

function flag(id: string, passed: boolean, explain: string): Check {
	return check(id, passed ? 1 : 0, "==", 1, "", explain);
}

function gltfCheck({ gltfErrors }: ProfileFacts): Check[] {
	return gltfErrors === undefined
		? []
		: [
				check(
					"gltf.errors",
					gltfErrors,
					"==",
					0,
					"errors",
					"Khronos' glTF validator.",
				),
			];
}

function sizeCheck(
	{ fileBytes }: ProfileFacts,
	limitMB: number,
	why: string,
): Check[] {
	return fileBytes === undefined
		? []
		: [
				check(
					"file.size",
					Math.round((fileBytes / MEGABYTE) * 100) / 100,
					"<=",
					limitMB,
					"MB",
					`Limit ${limitMB} MB: ${why}.`,
				),
			];
}

function textureSideCheck(facts: ProfileFacts, limit: number): Check {
	return check(
		"texture.size",
		Math.max(0, ...facts.textureSides),
		"<=",
		limit,
		"pixels",
		"Longest side of a texture.",
	);
}

function uvChecks({ texture }: ProfileFacts): Check[] {
	return texture === undefined
		? []
		: [
				check(
					"uv.overlap",
					texture.overlapTexelCount,
					"<=",
					0,
					"texels",
					"Overlapping UVs share paint between places.",
				),
			];
}

import type { ProfileResult, QualityReport } from "../core/report.ts";
import type { Checkpoint, Notice } from "../core/run-context.ts";
import { validateGlb } from "../formats/glb/validate-glb.ts";
import type { LoadedModel } from "../formats/model.ts";
import { reportMesh } from "../kernel/mesh/report-mesh.ts";
import { measureUvs } from "../kernel/texture/measure-uvs.ts";
import type { MergedModel } from "./merge-model.ts";
import { checkProfiles } from "./profiles.ts";

/** What can be said of a model without the pictures it came from. */
export interface ModelReport {
	readonly format: LoadedModel["format"];
	readonly sizeBytes: number;
	readonly materialCount: number;
	readonly drawCallCount: number;
	readonly textures: LoadedModel["fileTextures"];
	readonly mesh: QualityReport["mesh"];
	readonly texture?: QualityReport["texture"];
	readonly gltf?: QualityReport["gltf"];
	readonly profiles: readonly ProfileResult[];
	/** What the file says of its making, where Lunar Nova made it. */
	readonly provenance?: unknown;
	readonly notices: readonly Notice[];
}

/** Measures any model file: ours or not. */
export async function inspectModel(
	model: LoadedModel,
	{ textured, notices }: MergedModel,
	bytes: Uint8Array,
	checkpoint?: Checkpoint,
): Promise<ModelReport> {
	const mesh = reportMesh(textured.mesh, checkpoint);
	const { baseColor } = textured;
	const texture =
		baseColor && textured.mesh.uvs
			? measureUvs(textured.mesh, baseColor.width, baseColor.height)
			: undefined;
	const gltf = model.format === "glb" ? await validateGlb(bytes) : undefined;
	return {
		format: model.format,
		sizeBytes: bytes.length,
		materialCount: model.materialCount,
		drawCallCount: model.drawCallCount,
		textures: model.fileTextures,
		mesh,
		...(texture ? { texture } : {}),
		...(gltf ? { gltf } : {}),
		profiles: checkProfiles({
			mesh,
			...(texture ? { texture } : {}),
			...(model.format === "glb" ? { fileBytes: bytes.length } : {}),
			materialCount: model.materialCount,
			drawCallCount: model.drawCallCount,
			textureSides: model.fileTextures.map(({ width = 0, height = 0 }) =>
				Math.max(width, height),
			),
			...(gltf ? { gltfErrors: gltf.errors } : {}),
		}),
		...provenanceIn(model.extras),
		notices,
	};
}

function provenanceIn(extras: unknown): { provenance?: unknown } {
	const ours = (extras as { lunarNova?: unknown } | undefined)?.lunarNova;
	return ours === undefined ? {} : { provenance: ours };
}

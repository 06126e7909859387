import type { Asset, TexturedMesh } from "../core/asset.ts";
import type { Image, Mask } from "../core/image.ts";
import { type Batch, mapLarge } from "../core/parallel.ts";
import type { Cutout } from "../core/photo.ts";
import type {
	MeshReport,
	QualityReport,
	SeenReport,
	Verdict,
	ViewFidelity,
} from "../core/report.ts";
import type { RunContext } from "../core/run-context.ts";
import type { View } from "../core/view.ts";
import { reportSeen } from "../kernel/metric/report-seen.ts";
import { buildMipChain } from "../kernel/raster/mip-chain.ts";
import type { Look } from "../kernel/raster/prepare-look.ts";
import { applyGains } from "../kernel/texture/apply-gains.ts";
import { measureUvs } from "../kernel/texture/measure-uvs.ts";
import { atComparedSize, compareTask } from "./compare-views.ts";
import { checkProfiles } from "./profiles.ts";

/** The pictures behind one view's numbers, cropped to the object and a little air. */
export interface Fidelity {
	readonly label: string;
	readonly input: Image;
	readonly mask: Mask;
	readonly rendered: Image;
	readonly difference: Image;
}

/**
 * Measures the finished asset against the pictures it was made from, and for itself. Its mesh is a closed solid;
 * `look` is what `prepareLook` says about it, `measuring` what `reportMesh` does about its mesh.
 */
export async function reportQuality(
	asset: Asset,
	views: readonly View[],
	cutouts: readonly Cutout[],
	look: Look | undefined,
	measuring: Batch<MeshReport>,
	ctx: RunContext,
): Promise<{ report: Omit<QualityReport, "notices">; fidelity: Fidelity[] }> {
	const { textured } = asset;
	const gains = textured.look?.gains;
	const shown = inItsLight(textured);
	const mips =
		shown.baseColor === textured.baseColor
			? look?.mips
			: shown.baseColor && buildMipChain(shown.baseColor);
	const compared = await ctx.step("fidelity", 0.6, (c) =>
		mapLarge(
			compareTask,
			{ textured: shown, mips, closed: true },
			views.length,
			(k) => atComparedSize(evenedOut(views[k], gains?.[k]), views.length),
			c,
		),
	);
	const perView = compared.map(
		({ fidelity }, k): ViewFidelity => ({
			label: views[k].label,
			...(views[k].name ? { name: views[k].name } : {}),
			...fidelity,
		}),
	);
	const fidelity = compared.map(
		({ input, mask, rendered, difference }, k): Fidelity => ({
			label: views[k].label,
			input,
			mask,
			rendered,
			difference,
		}),
	);
	const [mesh] = await ctx.step("mesh", 0.3, (c) =>
		measuring.finish(c.checkpoint),
	);
	const { baseColor } = textured;
	const texture =
		baseColor && textured.mesh.uvs
			? measureUvs(textured.mesh, baseColor.width, baseColor.height)
			: undefined;
	const seen = textured.seenBy
		? reportSeen(textured.mesh, textured.seenBy)
		: undefined;
	const gltf = asset.validation;
	const profiles = checkProfiles({
		mesh,
		...(texture ? { texture } : {}),
		fileBytes: asset.glb.length,
		materialCount: 1,
		drawCallCount: 1,
		textureSides: baseColor ? [baseColor.width] : [],
		...(gltf ? { gltfErrors: gltf.errors } : {}),
	});
	const solid = mesh.watertight && mesh.manifold && mesh.outwardOriented;
	const verdict = worst([
		...perView.map((view) => view.verdict),
		...(solid ? [] : (["fail"] as const)),
	]);
	return {
		report: {
			verdict,
			summary: summarise(perView, seen, solid),
			foreground: cutouts.map(({ photo, method, network, confidence }) => ({
				label: photo.label,
				method,
				...(network === undefined ? {} : { network }),
				confidence,
			})),
			perView,
			mesh,
			...(texture ? { texture } : {}),
			...(seen ? { seen } : {}),
			...(textured.look ? { look: textured.look } : {}),
			...(gltf ? { gltf } : {}),
			profiles,
		},
		fidelity,
	};
}

/** The result as the pictures show it, with the light that a delighter took away. */
function inItsLight(textured: TexturedMesh): TexturedMesh {
	const { mesh, lit } = textured;
	if (!lit) return textured;
	return {
		...textured,
		...(lit.baseColor ? { baseColor: lit.baseColor } : {}),
		...(lit.colors ? { mesh: { ...mesh, colors: lit.colors } } : {}),
	};
}

/** A view as it went into the texture: the shared exposure and white balance. */
function evenedOut(
	view: View,
	gains: readonly [number, number, number] | undefined,
): View {
	return gains ? { ...view, image: applyGains(view.image, gains) } : view;
}

/** One or two sentences a person can act on. */
function summarise(
	perView: readonly ViewFidelity[],
	seen: SeenReport | undefined,
	solid: boolean,
): string {
	const mean = (of: (view: ViewFidelity) => number): number =>
		perView.reduce((sum, view) => sum + of(view), 0) / perView.length;
	const poor = perView.filter(({ verdict }) => verdict !== "pass");
	const names = poor.map(({ name, label }) => name ?? label);
	const match =
		poor.length === 0
			? perView.length === 1
				? "The result matches your picture"
				: `The result matches all ${perView.length} pictures`
			: `${poor.length} of ${perView.length} pictures are matched less well (${names.slice(0, 4).join(", ")}${names.length > 4 ? ", …" : ""})`;
	const figures = `PSNR ${mean((view) => view.psnrDb).toFixed(1)} dB, SSIM ${mean((view) => view.ssim).toFixed(3)}, silhouette IoU ${mean((view) => view.silhouetteIou).toFixed(3)}`;
	const invented =
		seen === undefined
			? ""
			: ` ${Math.round(seen.inventedShare * 100)} % of the surface was seen by no picture and is invented.`;
	return `${match} (${figures}).${invented}${solid ? " The mesh is a closed, manifold solid." : " The mesh is not a closed solid."}`;
}

function worst(verdicts: readonly Verdict[]): Verdict {
	return verdicts.includes("fail")
		? "fail"
		: verdicts.includes("warn")
			? "warn"
			: "pass";
}

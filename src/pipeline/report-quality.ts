import type { Asset } from "../core/asset.ts";
import { createMask, type Image, type Mask } from "../core/image.ts";
import type { Cutout } from "../core/photo.ts";
import type {
	QualityReport,
	SeenReport,
	Verdict,
	ViewFidelity,
} from "../core/report.ts";
import type { RunContext } from "../core/run-context.ts";
import type { View } from "../core/view.ts";
import { cropImage, cropMask, type PixelBox } from "../kernel/image/crop.ts";
import { resizeImage, resizeMask } from "../kernel/image/resize.ts";
import { resizeCamera } from "../kernel/math/camera.ts";
import { reportMesh } from "../kernel/mesh/report-mesh.ts";
import { comparePictures } from "../kernel/metric/compare-pictures.ts";
import { reportSeen } from "../kernel/metric/report-seen.ts";
import { buildMipChain } from "../kernel/raster/mip-chain.ts";
import { createRasterMemory } from "../kernel/raster/rasterize.ts";
import { renderUnlit } from "../kernel/raster/render-unlit.ts";
import { measureUvs } from "../kernel/texture/measure-uvs.ts";
import { maskBox } from "./mask-box.ts";
import { checkProfiles } from "./profiles.ts";

/** Pictures are compared at this size at most, pixels; with many views at the smaller one. */
const COMPARED_SIDE = 1024;
const COMPARED_SIDE_MANY = 512;
const MANY_VIEWS = 12;

/** The pictures behind one view's numbers, cropped to the object and a little air. */
export interface Fidelity {
	readonly label: string;
	readonly input: Image;
	readonly mask: Mask;
	readonly rendered: Image;
	readonly difference: Image;
}

/** Measures the finished asset against the pictures it was made from, and for itself. */
export async function reportQuality(
	asset: Asset,
	views: readonly View[],
	cutouts: readonly Cutout[],
	ctx: RunContext,
): Promise<{ report: Omit<QualityReport, "notices">; fidelity: Fidelity[] }> {
	const { textured } = asset;
	const perView: ViewFidelity[] = [];
	const fidelity: Fidelity[] = [];
	await ctx.step("fidelity", 0.6, (c) => {
		const memory = createRasterMemory();
		const mips = textured.baseColor && buildMipChain(textured.baseColor);
		for (const [k, view] of views.entries()) {
			c.checkpoint(k / views.length);
			const { image, mask, camera } = atComparedSize(view, views.length);
			const rendered = renderUnlit(textured, camera, {
				samples: 2,
				mips,
				memory,
			});
			const compared = comparePictures(image, mask, rendered);
			perView.push({
				label: view.label,
				...(view.name ? { name: view.name } : {}),
				...compared.fidelity,
			});
			const box = aroundObject(mask, rendered);
			fidelity.push({
				label: view.label,
				input: cropImage(image, box),
				mask: cropMask(mask, box),
				rendered: cropImage(rendered, box),
				difference: cropImage(compared.difference, box),
			});
		}
	});
	const mesh = await ctx.step("mesh", 0.3, (c) =>
		reportMesh(textured.mesh, c.checkpoint),
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
			...(gltf ? { gltf } : {}),
			profiles,
		},
		fidelity,
	};
}

function atComparedSize(
	view: View,
	viewCount: number,
): Pick<View, "image" | "mask" | "camera"> {
	const limit = viewCount > MANY_VIEWS ? COMPARED_SIDE_MANY : COMPARED_SIDE;
	const longer = Math.max(view.image.width, view.image.height);
	if (longer <= limit) return view;
	const width = Math.round((view.image.width * limit) / longer);
	const height = Math.round((view.image.height * limit) / longer);
	return {
		image: resizeImage(view.image, width, height),
		mask: resizeMask(view.mask, width, height),
		camera: resizeCamera(view.camera, width, height),
	};
}

/** The box of everything that either picture shows, with a margin of a twentieth. */
function aroundObject(mask: Mask, rendered: Image): PixelBox {
	const either = createMask(mask.width, mask.height);
	for (let i = 0; i < either.data.length; i++)
		either.data[i] = Math.max(mask.data[i], rendered.data[i * 4 + 3]);
	const { width, height } = mask;
	const { left, top, right, bottom } = maskBox(either) ?? {
		left: 0,
		top: 0,
		right: width,
		bottom: height,
	};
	const air = Math.round(0.05 * Math.max(right - left, bottom - top));
	return {
		left: Math.max(0, left - air),
		top: Math.max(0, top - air),
		right: Math.min(width, right + air),
		bottom: Math.min(height, bottom + air),
	};
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

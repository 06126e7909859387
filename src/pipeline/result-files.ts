import type { EncodedPicture } from "../core/asset.ts";
import type { Image, Mask } from "../core/image.ts";
import type { Cutout, MaskMethod } from "../core/photo.ts";
import type { RunRecord } from "../core/run-context.ts";
import type { OutputFile } from "../formats/output-file.ts";
import {
	encodeJpeg,
	encodePng,
	encodeTurntable,
	encodeWebp,
} from "../formats/picture/encode.ts";
import { resizeImage, resizeMask } from "../kernel/image/resize.ts";
import { cameraRecord, inspectionFiles } from "./inspection-files.ts";
import { manifestOf } from "./manifest.ts";
import { requireBox } from "./mask-box.ts";
import { modelFiles } from "./model-files.ts";
import type { ModelFormat } from "./model-formats.ts";
import type { PipelineResult } from "./pipeline.ts";
import { reportPage } from "./report-page.ts";

/** Characters of a mask's name; file systems allow 255 bytes. */
const LONGEST_STEM = 60;

/** Nothing was looked for in these. */
const SURE_METHODS: readonly MaskMethod[] = ["alpha", "keep", "given"];
/** Pictures of what was found that the page shows, and their longer side in pixels. */
const MOST_FOUND = 12;
const FOUND_SIDE = 512;

/** How the files of a result are called. */
export interface ResultNaming {
	/** Name of the model files without extension. */
	readonly stem: string;
	/** Put before the name of every other file and folder: '' or 'shoe.'. */
	readonly prefix: string;
	readonly formats: readonly ModelFormat[];
	/** Heading of the report. */
	readonly title: string;
	/** Also the files behind an interactive report: each view's pictures, and what every triangle was seen by. */
	readonly inspection?: boolean;
}

/** Every file of a finished run: models, report.json, report.html, previews and masks. */
export async function resultFiles(
	result: PipelineResult,
	record: RunRecord,
	naming: ResultNaming,
): Promise<OutputFile[]> {
	const { asset, previews, cutouts } = result;
	const report = { ...result.report, notices: record.notices };
	const { prefix } = naming;
	const models = modelFiles(
		asset.textured,
		asset.texture,
		asset.glb,
		naming.formats,
		naming.stem,
	);
	const maskNames = fileNamesOf(cutouts.map(({ photo }) => photo.label));
	const [stills, turntable, masks, viewPictures, found] = await Promise.all([
		Promise.all(
			Object.entries(previews.stills).map(async ([name, image]) => ({
				name: `${prefix}previews/${name}.png`,
				bytes: await encodePng(image),
			})),
		),
		encodeTurntable(previews.turntable),
		Promise.all(
			cutouts.map(async ({ mask }, k) => ({
				name: `${prefix}masks/${maskNames[k]}.png`,
				bytes: await encodePng(pictureOfMask(mask)),
			})),
		),
		Promise.all(
			result.fidelity.map(async (view) => ({
				input: await encodeSmall(view.input),
				mask: await encodeSmall(pictureOfMask(view.mask)),
				rendered: await encodeSmall(view.rendered),
				difference: await encodeSmall(view.difference),
			})),
		),
		Promise.all(
			cutouts
				.filter(({ method }) => !SURE_METHODS.includes(method))
				.slice(0, MOST_FOUND)
				.map(async (cutout) => ({
					label: cutout.photo.label,
					picture: uriOf(await encodeSmall(dimmedAround(cutout))),
					box: boxOf(cutout),
				})),
		),
	]);
	const inspection = naming.inspection
		? inspectionFiles(result, viewPictures, prefix)
		: undefined;
	const manifest = manifestOf(asset.provenance, models, record);
	const page = reportPage(naming.title, report, manifest, {
		hero: pngUri(stills, `${prefix}previews/hero.png`),
		turntable: uri("image/webp", turntable),
		seen: pngUri(stills, `${prefix}previews/seen.png`),
		clay: pngUri(stills, `${prefix}previews/clay.png`),
		views: viewPictures.map(({ input, mask, rendered, difference }) => ({
			input: uriOf(input),
			mask: uriOf(mask),
			rendered: uriOf(rendered),
			difference: uriOf(difference),
		})),
		found,
	});
	return [
		...models,
		...stills,
		{ name: `${prefix}previews/turntable.webp`, bytes: turntable },
		...masks,
		textFile(`${prefix}report.html`, page),
		textFile(
			`${prefix}report.json`,
			`${JSON.stringify(
				{
					...report,
					cameras: result.views.map(cameraRecord),
					...(inspection ? { inspection: inspection.index } : {}),
					manifest,
				},
				null,
				2,
			)}\n`,
		),
		...(inspection?.files ?? []),
	];
}

/** The input picture, small, with all but the object dark and grey. */
function dimmedAround({ photo, mask }: Cutout): Image {
	const { image } = photo;
	const scale = Math.min(1, FOUND_SIDE / Math.max(image.width, image.height));
	const width = Math.max(1, Math.round(image.width * scale));
	const height = Math.max(1, Math.round(image.height * scale));
	const { data } = resizeImage(image, width, height);
	const coverage = resizeMask(mask, width, height).data;
	for (let p = 0; p < coverage.length; p++) {
		const i = p * 4;
		const grey = (data[i] + 2 * data[i + 1] + data[i + 2]) / 4;
		const share = coverage[p] / 255;
		for (let c = 0; c < 3; c++)
			data[i + c] = data[i + c] * share + 0.4 * grey * (1 - share);
		data[i + 3] = 255;
	}
	return { width, height, data };
}

/** The object's box as --box takes it. */
function boxOf(cutout: Cutout): string {
	const { image, source } = cutout.photo;
	const { left, top, right, bottom } = requireBox(cutout);
	const sx = source.width / image.width;
	const sy = source.height / image.height;
	return [left * sx, top * sy, (right - left) * sx, (bottom - top) * sy]
		.map(Math.round)
		.join(",");
}

/** WebP for pictures with alpha, JPEG for the rest: pages stay small. */
async function encodeSmall(image: Image): Promise<EncodedPicture> {
	return isOpaque(image)
		? { mimeType: "image/jpeg", bytes: await encodeJpeg(image, 85) }
		: { mimeType: "image/webp", bytes: await encodeWebp(image, 88) };
}

function uriOf({ mimeType, bytes }: EncodedPicture): string {
	return uri(mimeType, bytes);
}

function isOpaque({ data }: Image): boolean {
	for (let i = 3; i < data.length; i += 4) if (data[i] < 255) return false;
	return true;
}

function pngUri(files: readonly OutputFile[], name: string): string {
	const file = files.find((candidate) => candidate.name === name);
	return file ? uri("image/png", file.bytes) : "";
}

function uri(mimeType: string, bytes: Uint8Array): string {
	return `data:${mimeType};base64,${Buffer.from(bytes).toString("base64")}`;
}

function textFile(name: string, text: string): OutputFile {
	return { name, bytes: new TextEncoder().encode(text) };
}

/** White on black. */
function pictureOfMask({ width, height, data }: Mask): Image {
	const out = new Uint8ClampedArray(width * height * 4);
	for (let i = 0; i < data.length; i++) {
		out[i * 4] = out[i * 4 + 1] = out[i * 4 + 2] = data[i];
		out[i * 4 + 3] = 255;
	}
	return { width, height, data: out };
}

/** "views/front.png" → "views-front". Never two alike, on any file system. */
function fileNamesOf(labels: readonly string[]): string[] {
	const taken = new Set<string>();
	return labels.map((label) => {
		const stem = label
			.replace(/\.[^.]*$/, "")
			.replace(/[^\p{L}\p{N}._-]+/gu, "-")
			.slice(0, LONGEST_STEM);
		let name = stem;
		for (let n = 2; taken.has(name.toLowerCase()); n++) name = `${stem}-${n}`;
		taken.add(name.toLowerCase());
		return name;
	});
}

import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Mesh } from "../src/core/mesh.ts";
import type { Photo } from "../src/core/photo.ts";
import { VIEW_NAMES, type ViewName } from "../src/core/view.ts";
import { decodePicture } from "../src/formats/picture/decode.ts";
import { readCamerasJson } from "../src/formats/read-cameras-json.ts";
import { readModel } from "../src/formats/read-model.ts";

/** One object of the evaluation set, on disk. */
export interface EvaluationObject {
	readonly name: string;
	readonly folder: string;
}

/** Ground truth in the frame of its cameras. */
export interface GroundTruth {
	/** Triangles of which some part can be seen from outside. */
	readonly visible: Mesh;
	/** Points spread uniformly over that surface. */
	readonly points: Float32Array; // [count × 3]
}

/** The folder of the evaluation objects: the one that is given, else the whole set where it is, else the free part of it. */
export function evaluationFolder(given?: string): string {
	const here = (path: string): string =>
		fileURLToPath(new URL(path, import.meta.url));
	const whole = here("../../shared/eval");
	return given ?? (existsSync(whole) ? whole : here("../fixtures/eval"));
}

/** The objects of a folder laid out like `fixtures/eval`. */
export function listObjects(root: string): EvaluationObject[] {
	return readdirSync(root)
		.sort()
		.map((name) => ({ name, folder: join(root, name) }))
		.filter(({ folder }) => existsSync(join(folder, "gt.ply")));
}

export async function loadGroundTruth({
	folder,
}: EvaluationObject): Promise<GroundTruth> {
	const model = await readModel(readFileSync(join(folder, "gt.ply")));
	const [part] = model.parts;
	const seen = part.faceProperties?.visible;
	const kept: number[] = [];
	for (let t = 0; t < part.mesh.indices.length / 3; t++)
		if (seen === undefined || seen[t] > 0)
			kept.push(...part.mesh.indices.subarray(t * 3, t * 3 + 3));
	return {
		visible: {
			positions: part.mesh.positions,
			indices: Uint32Array.from(kept),
		},
		points: readPoints(readFileSync(join(folder, "gt_points.ply"))),
	};
}

/** The six canonical views, by name. */
export function loadNamedViews({ folder }: EvaluationObject): Promise<Photo[]> {
	return Promise.all(
		VIEW_NAMES.map((name) => loadPhoto(folder, `views/${name}.png`, name)),
	);
}

/** Pictures with the cameras that cameras.json gives them: 'posed' (24), 'views' (6) or 'photo'. */
export async function loadPosed(
	{ folder }: EvaluationObject,
	which: "posed" | "views" | "photo",
): Promise<Photo[]> {
	const frames = readCamerasJson(
		readFileSync(join(folder, "cameras.json"), "utf8"),
	).filter(({ filePath }) =>
		which === "photo"
			? filePath === "photo.png"
			: filePath.startsWith(`${which}/`),
	);
	return Promise.all(
		frames.map(async (frame) => {
			const photo = await loadPhoto(folder, frame.filePath);
			const { width, height } = photo.image;
			return {
				...photo,
				camera: {
					worldFromCamera: frame.worldFromCamera,
					...frame.intrinsics(width, height),
					width,
					height,
				},
			};
		}),
	);
}

async function loadPhoto(
	folder: string,
	file: string,
	name?: ViewName,
): Promise<Photo> {
	const { photo } = await decodePicture(
		readFileSync(join(folder, file)),
		file,
		name ? { name } : {},
	);
	return photo;
}

/** Vertices of a binary little-endian PLY whose vertices are three floats and nothing else. */
function readPoints(bytes: Uint8Array): Float32Array {
	const header = new TextDecoder("latin1").decode(bytes.subarray(0, 2000));
	const end = header.indexOf("end_header\n") + "end_header\n".length;
	const count = Number(/element vertex (\d+)/.exec(header)?.[1]);
	const properties = header.match(/^property .*$/gm) ?? [];
	if (
		!header.includes("format binary_little_endian") ||
		properties.join() !== "property float x,property float y,property float z"
	)
		throw new Error(`unexpected point file: ${properties.join()}`);
	return new Float32Array(
		new Uint8Array(bytes.subarray(end, end + count * 12)).buffer,
	);
}

import type { EncodedPicture } from "../core/asset.ts";
import type { View } from "../core/view.ts";
import type { OutputFile } from "../formats/output-file.ts";
import type { PipelineResult } from "./pipeline.ts";

/** The camera that a view was taken to come from, as report.json tells it. */
export interface CameraRecord {
	readonly label: string;
	readonly name?: string;
	readonly worldFromCamera: readonly number[]; // [16] row-major, OpenGL axes
	readonly fx: number; // pixels, as the rest
	readonly fy: number;
	readonly cx: number;
	readonly cy: number;
	readonly width: number;
	readonly height: number;
}

/** Where the files behind the report's numbers lie; one entry of `views` per view. */
export interface InspectionIndex {
	readonly views: readonly {
		readonly label: string;
		readonly input: string;
		readonly rendered: string;
		readonly difference: string;
	}[];
	/** Bytes in order of the GLB's triangles: how many views see each, 255 for that many or more. */
	readonly seen?: string;
}

export function cameraRecord({ label, name, camera }: View): CameraRecord {
	const { worldFromCamera, fx, fy, cx, cy, width, height } = camera;
	return {
		label,
		...(name === undefined ? {} : { name }),
		worldFromCamera: [...worldFromCamera],
		fx,
		fy,
		cx,
		cy,
		width,
		height,
	};
}

/** Each view's pictures, and what every triangle was seen by, as files of their own. */
export function inspectionFiles(
	result: Pick<PipelineResult, "fidelity" | "asset">,
	pictures: readonly Readonly<
		Record<"input" | "rendered" | "difference", EncodedPicture>
	>[],
	prefix: string,
): { files: OutputFile[]; index: InspectionIndex } {
	const files: OutputFile[] = [];
	const add = (name: string, bytes: Uint8Array): string => {
		files.push({ name: `${prefix}inspection/${name}`, bytes });
		return `inspection/${name}`;
	};
	const addPicture = (stem: string, picture: EncodedPicture): string =>
		add(`${stem}.${picture.mimeType.slice("image/".length)}`, picture.bytes);
	const views = result.fidelity.map(({ label }, k) => ({
		label,
		input: addPicture(`${k}-input`, pictures[k].input),
		rendered: addPicture(`${k}-rendered`, pictures[k].rendered),
		difference: addPicture(`${k}-difference`, pictures[k].difference),
	}));
	const { seenBy } = result.asset.textured;
	const seen =
		seenBy &&
		add(
			"seen.bin",
			Uint8Array.from(seenBy, (count) => Math.min(count, 255)),
		);
	return { files, index: { views, ...(seen ? { seen } : {}) } };
}

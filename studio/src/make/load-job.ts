import { getJob } from "../api/jobs.ts";
import { fetchBlob } from "../api/uploads.ts";
import { addFiles } from "./add-pictures.ts";
import { changeDraft, EMPTY_DRAFT } from "./draft.ts";

/** Puts the pictures and settings of an earlier job into the draft. */
export async function loadJob(id: string): Promise<void> {
	const job = await getJob(id);
	const { request } = job;
	const [engine = "auto", alsoEngine] = request.engines;
	const files = await Promise.all(
		request.inputs.map(async ({ url, label }) => ({
			name: label,
			file: await fetchBlob(url),
		})),
	);
	changeDraft(() => ({
		...EMPTY_DRAFT,
		engine,
		...(alsoEngine ? { alsoEngine } : {}),
		options: { ...request.options },
		engineOptions: { [engine]: request.engineOptions },
		formats: request.formats,
		title: request.title ?? "",
		tags: request.tags.join(", "),
		loadedFrom: request.title ?? id,
	}));
	await addFiles(files);
	// Sides as they were given, whatever the names say; corrections and cameras are blobs of the server already.
	const views = new Map(request.inputs.map(({ label, view }) => [label, view]));
	const masks = new Map(
		request.masks?.map(({ label, sha256 }) => [label, `upl_${sha256}`]),
	);
	const { cameraFile } = request;
	changeDraft((old) => ({
		...old,
		pictures: old.pictures.map((picture) => ({
			...picture,
			view: views.get(picture.label),
			correction: masks.get(picture.label),
		})),
		...(cameraFile
			? {
					camera: {
						name: cameraFile.label,
						upload: `upl_${cameraFile.sha256}`,
						wanted: request.inputs.map(({ label }) => label),
					},
				}
			: {}),
	}));
}

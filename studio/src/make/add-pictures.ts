import type { ViewName } from "../../../src/core/view.ts";
import { requestJson } from "../api/http.ts";
import { asProblem } from "../api/problem.ts";
import type { Upload } from "../api/types.ts";
import {
	fetchBlob,
	findForeground,
	uploadAddress,
	uploadFile,
} from "../api/uploads.ts";
import { cameraNames, isCameraFile, isWanted } from "./camera-names.ts";
import {
	type CameraFile,
	changeDraft,
	changePicture,
	getDraft,
	type Picture,
} from "./draft.ts";
import { guessView } from "./guess-view.ts";
import { loadMask } from "./load-mask.ts";

/** Pictures at work at the same time: the server cuts out one after the other anyway. */
const AT_ONCE = 2;
/** In a large capture only the first few are cut out ahead: the job does the rest. */
const MOST_FOREGROUNDS = 8;

let active = 0;
const waiting: string[] = [];

/** Takes files as they come: pictures, and perhaps the camera file of a capture. */
export async function addFiles(
	files: readonly { readonly file: Blob; readonly name: string }[],
): Promise<void> {
	const cameraFile = files.find(({ name }) => isCameraFile(name));
	const camera = cameraFile && (await readCamera(cameraFile));
	const pictures = files.filter(
		({ file, name }) =>
			(file.type.startsWith("image/") ||
				/\.(png|jpe?g|webp|avif|gif|tiff?|heic)$/i.test(name)) &&
			(camera === undefined || isWanted(name, camera.wanted)),
	);
	changeDraft((old) => {
		const taken = new Set<ViewName>(
			old.pictures.flatMap(({ view }) => view ?? []),
		);
		const labels = new Set(old.pictures.map(({ label }) => label));
		const added = pictures.map(({ file, name }): Picture => {
			const guess = guessView(name);
			const view = guess && !taken.has(guess) ? guess : undefined;
			if (view) taken.add(view);
			const label = distinct(name, labels);
			labels.add(label);
			return {
				key: crypto.randomUUID(),
				label,
				file,
				previewUrl: URL.createObjectURL(file),
				status: "waiting",
				...(view ? { view } : {}),
			};
		});
		waiting.push(...added.map(({ key }) => key));
		return {
			...old,
			pictures: [...old.pictures, ...added],
			...(camera ? { camera } : {}),
		};
	});
	pump();
}

/** A picture that the server fetches. */
export function addAddress(url: string): void {
	const key = crypto.randomUUID();
	const name = decodeURIComponent(new URL(url).pathname).split("/").at(-1);
	changeDraft((old) => {
		const labels = new Set(old.pictures.map(({ label }) => label));
		const label = distinct(name || new URL(url).host, labels);
		const guess = guessView(label);
		const isFree =
			guess && !old.pictures.some((picture) => picture.view === guess);
		return {
			...old,
			pictures: [
				...old.pictures,
				{
					key,
					label,
					url,
					status: "waiting",
					...(isFree ? { view: guess } : {}),
				},
			],
		};
	});
	waiting.push(key);
	pump();
}

export function removePicture(key: string): void {
	changeDraft((old) => {
		const gone = old.pictures.find((picture) => picture.key === key);
		if (gone?.previewUrl) URL.revokeObjectURL(gone.previewUrl);
		const pictures = old.pictures.filter((picture) => picture.key !== key);
		return {
			...old,
			pictures,
			...(pictures.length === 0
				? { camera: undefined, loadedFrom: undefined }
				: {}),
		};
	});
}

/** Gives a picture a side; whoever had it before gets the side that is left. */
export function setView(key: string, view: ViewName | undefined): void {
	changeDraft((old) => {
		const before = old.pictures.find((picture) => picture.key === key)?.view;
		return {
			...old,
			pictures: old.pictures.map((picture) => {
				if (picture.key === key) return { ...picture, view };
				return view !== undefined && picture.view === view
					? { ...picture, view: before }
					: picture;
			}),
		};
	});
}

async function readCamera({
	file,
	name,
}: {
	readonly file: Blob;
	readonly name: string;
}): Promise<CameraFile | undefined> {
	const wanted = cameraNames(await file.text());
	if (!wanted) return undefined;
	const form = new FormData();
	form.append("camera", file, name);
	const { uploads } = await requestJson<{ uploads: Upload[] }>("/v1/uploads", {
		method: "POST",
		form,
	});
	return { name, wanted, upload: uploads[0].id };
}

/** Keeps a few pictures at work until none waits. */
function pump(): void {
	while (active < AT_ONCE && waiting.length > 0) {
		const key = waiting.shift();
		if (key === undefined) return;
		active++;
		void prepare(key).finally(() => {
			active--;
			pump();
		});
	}
}

async function prepare(key: string): Promise<void> {
	const picture = getDraft().pictures.find((one) => one.key === key);
	if (!picture) return;
	try {
		changePicture(key, { status: "uploading" });
		const upload = picture.file
			? await uploadFile(picture.file, picture.label)
			: await uploadAddress(picture.url ?? "");
		changePicture(key, { upload, status: "finding" });
		if (!picture.file)
			changePicture(key, {
				previewUrl: URL.createObjectURL(await fetchBlob(upload.url)),
			});
		const { pictures } = getDraft();
		const place = pictures.findIndex((one) => one.key === key);
		if (place === -1) return;
		if (place >= MOST_FOREGROUNDS) {
			changePicture(key, { status: "ready" });
			return;
		}
		const foreground = await findForeground(
			upload.id,
			picture.correction ? { mask: picture.correction } : {},
		);
		const maskPicture = await loadMask(foreground.maskUrl);
		changePicture(key, { foreground, maskPicture, status: "ready" });
	} catch (error) {
		changePicture(key, { problem: asProblem(error), status: "failed" });
	}
}

/** Tries again what failed. */
export function retryPicture(key: string): void {
	changePicture(key, { problem: undefined, status: "waiting" });
	waiting.push(key);
	pump();
}

function distinct(label: string, taken: ReadonlySet<string>): string {
	if (!taken.has(label)) return label;
	const dot = label.lastIndexOf(".");
	const [stem, extension] =
		dot > 0 ? [label.slice(0, dot), label.slice(dot)] : [label, ""];
	let n = 2;
	while (taken.has(`${stem} (${n})${extension}`)) n++;
	return `${stem} (${n})${extension}`;
}

import { LunarError } from "../../core/errors.ts";
import type { StoredFile, StoredInputs } from "./build-request.ts";
import {
	checkUpload,
	type UploadKind,
	type UploadLooks,
} from "./check-upload.ts";
import { cleanLabel } from "./clean-label.ts";
import type { ServerContext } from "./context.ts";
import { FieldError } from "./problem.ts";
import type { Source, Sources } from "./schemas/create-job.ts";

/** Addresses fetched at once for one request. */
const FETCHES_AT_ONCE = 4;

/** The pictures of a JSON request as blobs: earlier uploads are looked up, addresses are fetched. */
export async function storeSources(
	body: Sources,
	context: ServerContext,
	prefix = "",
): Promise<StoredInputs> {
	const at = (field: string): string =>
		prefix === "" ? field : `${prefix}.${field}`;
	const stop = new AbortController();
	try {
		const images = await mapSome(body.images ?? [], async (image, k) => {
			const file = await storeSource(
				image,
				{
					kind: "picture",
					field: at(`images.${k}`),
					label: image.label,
					fallback: `image-${k + 1}`,
				},
				context,
				stop.signal,
			);
			return { ...file, ...(image.view ? { view: image.view } : {}) };
		});
		const camera =
			body.camera &&
			(await storeSource(
				body.camera,
				{
					kind: "camera",
					field: at("camera"),
					label: undefined,
					fallback: "transforms.json",
				},
				context,
				stop.signal,
			));
		const masks = await mapSome(body.masks ?? [], (mask, k) =>
			storeSource(
				mask,
				{
					kind: "picture",
					field: at(`masks.${k}`),
					label: mask.label,
					fallback: mask.label,
				},
				context,
				stop.signal,
			),
		);
		return { images, ...(camera ? { camera } : {}), masks };
	} finally {
		stop.abort();
	}
}

interface Wanted {
	readonly kind: UploadKind;
	readonly field: string;
	readonly label: string | undefined;
	readonly fallback: string;
}

async function storeSource(
	source: Source,
	{ kind, field, label, fallback }: Wanted,
	context: ServerContext,
	signal: AbortSignal,
): Promise<StoredFile> {
	if (source.upload !== undefined) {
		const sha256 = source.upload.slice("upl_".length);
		const sizeBytes = await context.service.blobs.size(sha256);
		if (sizeBytes === undefined)
			throw new FieldError("INPUT_NOT_FOUND", [
				{
					field: `${field}.upload`,
					message: "is no upload that is kept here; uploads are kept 24 hours",
					seen: source.upload,
				},
			]);
		return { sha256, sizeBytes, label: cleanLabel(label, fallback) };
	}
	const { sha256, sizeBytes, ...named } = await storeAddress(
		source.url ?? "",
		{ kind, field, label, fallback },
		context,
		signal,
	);
	return { sha256, sizeBytes, label: named.label };
}

/** What lies at an address as a blob, checked as an upload is. */
export async function storeAddress(
	url: string,
	{ kind, field, label, fallback }: Wanted,
	{ service, config, fetchPicture }: ServerContext,
	signal: AbortSignal,
): Promise<StoredFile & UploadLooks> {
	const addressField = field === "url" ? field : `${field}.url`;
	let looks: UploadLooks = { mimeType: "application/octet-stream" };
	try {
		const fetched = await fetchPicture(url, { config: config.fetch, signal });
		const name = cleanLabel(label ?? nameOf(fetched.finalUrl), fallback);
		const checked = checkUpload(
			fetched.bytes,
			{
				kind,
				field: addressField,
				label: name,
				maxBytes: Math.min(config.fetch.maxBytes, config.uploads.maxFileBytes),
			},
			(seen) => {
				looks = seen;
			},
		);
		return { ...(await service.blobs.put(checked)), label: name, ...looks };
	} catch (error) {
		if (error instanceof FieldError || !(error instanceof LunarError))
			throw error;
		throw new FieldError(
			error.code,
			[
				{
					field: addressField,
					message: error.message,
					seen: url.slice(0, 200),
				},
			],
			{ cause: error },
		);
	}
}

function nameOf(url: string): string | undefined {
	const last = new URL(url).pathname.split("/").at(-1) ?? "";
	try {
		return decodeURIComponent(last);
	} catch {
		return last;
	}
}

/** In order, a few at once; the first error ends it. */
async function mapSome<T, R>(
	items: readonly T[],
	work: (item: T, k: number) => Promise<R>,
): Promise<R[]> {
	const results: R[] = [];
	for (let start = 0; start < items.length; start += FETCHES_AT_ONCE)
		results.push(
			...(await Promise.all(
				items
					.slice(start, start + FETCHES_AT_ONCE)
					.map((item, k) => work(item, start + k)),
			)),
		);
	return results;
}

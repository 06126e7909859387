import { request, requestJson } from "./http.ts";
import type { Foreground, Upload } from "./types.ts";

export async function uploadFile(
	file: Blob,
	name: string,
	signal?: AbortSignal,
): Promise<Upload> {
	const form = new FormData();
	form.append("file", file, name);
	const { uploads } = await requestJson<{ uploads: Upload[] }>("/v1/uploads", {
		method: "POST",
		form,
		...(signal ? { signal } : {}),
	});
	return uploads[0];
}

/** The server takes a picture from an address. */
export async function uploadAddress(url: string): Promise<Upload> {
	const { uploads } = await requestJson<{ uploads: Upload[] }>(
		"/v1/uploads/fetch",
		{ method: "POST", json: { url } },
	);
	return uploads[0];
}

export interface ForegroundAsk {
	/** x, y, width, height in pixels of the picture. */
	readonly box?: readonly [number, number, number, number];
	/** Upload of a correction. */
	readonly mask?: string;
	readonly background?: string;
}

export function findForeground(
	upload: string,
	ask: ForegroundAsk,
	signal?: AbortSignal,
): Promise<Foreground> {
	return requestJson(`/v1/uploads/${upload}/foreground`, {
		method: "POST",
		json: ask,
		...(signal ? { signal } : {}),
	});
}

export async function fetchBlob(
	url: string,
	signal?: AbortSignal,
): Promise<Blob> {
	return await (await request(url, signal ? { signal } : {})).blob();
}

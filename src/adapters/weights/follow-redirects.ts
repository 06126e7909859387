import { LunarError } from "../../core/errors.ts";
import { hostOf } from "./explain-status.ts";

/** What is known of the file before it is asked for. */
export interface Expected {
	readonly expectedBytes: number;
	readonly sha256?: string;
	readonly token?: string;
}

const REDIRECTS = 10;

/** Follows redirects by hand: the token never leaves the origin it belongs to, and https never becomes http. */
export async function follow(
	first: string,
	resume:
		| { readonly at: number; readonly etag: string | undefined }
		| undefined,
	options: Expected,
	signal: AbortSignal,
): Promise<{ response: Response; linkedSha256: string | undefined }> {
	const home = new URL(first).origin;
	let url = new URL(first);
	let linkedSha256: string | undefined;
	for (let hop = 0; hop <= REDIRECTS; hop++) {
		const headers: Record<string, string> = {
			"accept-encoding": "identity",
			"user-agent": "lunar-nova",
		};
		if (options.token !== undefined && url.origin === home)
			headers.authorization = `Bearer ${options.token}`;
		if (resume) {
			headers.range = `bytes=${resume.at}-`;
			if (resume.etag !== undefined) headers["if-range"] = resume.etag;
		}
		const response = await fetch(url, {
			headers,
			redirect: "manual",
			signal,
		});
		linkedSha256 ??= checkStated(response.headers, options, url);
		const location = response.headers.get("location");
		if (response.status < 300 || response.status > 399 || !location)
			return { response, linkedSha256 };
		await response.body?.cancel();
		const next = new URL(location, url);
		if (
			!/^https?:$/.test(next.protocol) ||
			(url.protocol === "https:" && next.protocol !== "https:")
		)
			throw new LunarError(
				"DOWNLOAD_FAILED",
				`${url.host} redirects to ${next.protocol}//${next.host}, which is not secure`,
			);
		url = next;
	}
	throw new LunarError(
		"DOWNLOAD_FAILED",
		`${hostOf(first)} redirects more than ${REDIRECTS} times`,
	);
}

/** The hub states size and sha256 of large files before it redirects to them: wrong ones are not worth fetching. */
function checkStated(
	headers: Headers,
	options: Expected,
	url: URL,
): string | undefined {
	const size = headers.get("x-linked-size");
	if (size !== null && Number(size) !== options.expectedBytes)
		throw new LunarError(
			"WEIGHTS_CORRUPT",
			`${url.host} states a file of ${size} bytes, ${options.expectedBytes} are expected: another file is published there now`,
		);
	const etag = headers.get("x-linked-etag")?.replace(/^W\/|"/g, "");
	if (!etag || !/^[0-9a-f]{64}$/.test(etag)) return undefined;
	if (options.sha256 !== undefined && etag !== options.sha256)
		throw new LunarError(
			"WEIGHTS_CORRUPT",
			`${url.host} states the sha256 ${etag}, ${options.sha256} is expected: another file is published there now`,
		);
	return etag;
}

import { createReadStream, existsSync } from "node:fs";
import { readdir, stat } from "node:fs/promises";
import { extname, join, sep } from "node:path";
import { Readable } from "node:stream";
import type { FastifyReply, FastifyRequest } from "fastify";
import type { App } from "../context.ts";

const TYPES: Readonly<Record<string, string>> = {
	".html": "text/html; charset=utf-8",
	".js": "text/javascript; charset=utf-8",
	".css": "text/css; charset=utf-8",
	".json": "application/json",
	".map": "application/json",
	".webmanifest": "application/manifest+json",
	".svg": "image/svg+xml",
	".png": "image/png",
	".jpg": "image/jpeg",
	".webp": "image/webp",
	".avif": "image/avif",
	".ico": "image/x-icon",
	".wasm": "application/wasm",
	".glb": "model/gltf-binary",
	".hdr": "application/octet-stream",
	".woff2": "font/woff2",
	".txt": "text/plain; charset=utf-8",
};
/** Names that change with their content, as the build makes them: app-B3x9kQ2a.js. */
const HASHED = /-[A-Za-z0-9_-]{8,}\.[a-z0-9]+$/;
/** Parts of the address space that are never a page of the studio. */
const NO_PAGE =
	/^\/(v1|docs|generate|generate_async|status|jobs|cancel|health|ready|metrics|openapi\.json)(\/|$)/;

/** What the build has compressed ahead, in the order of preference. */
const ENCODINGS = [
	["br", ".br"],
	["gzip", ".gz"],
] as const;
type Encoding = (typeof ENCODINGS)[number][0];

/** One form of an asset: as it is, or compressed. */
interface AssetForm {
	readonly path: string;
	readonly sizeBytes: number;
	readonly etag: string;
	readonly encoding?: Encoding;
}

interface Asset {
	readonly type: string;
	readonly hashed: boolean;
	readonly plain: AssetForm;
	readonly compressed: readonly AssetForm[];
}

/**
 * The studio's built files, by a list made at the start: nothing outside it can be named. Answers whether a page for
 * unknown addresses exists, to be sent by the handler that is returned.
 */
export async function registerStudio(
	app: App,
	folder: string | undefined,
): Promise<
	((request: FastifyRequest, reply: FastifyReply) => boolean) | undefined
> {
	if (folder === undefined || !existsSync(join(folder, "index.html")))
		return undefined;
	const assets = await listAssets(folder);
	const index = assets.get("/index.html");
	if (index === undefined) return undefined;
	for (const [url, asset] of assets)
		app.get(
			encodeURI(url),
			{ schema: { hide: true }, config: { ofPage: true } },
			(request, reply) => sendAsset(request, reply, asset),
		);
	app.get("/", { schema: { hide: true } }, (request, reply) =>
		sendAsset(request, reply, index),
	);
	return (request, reply) => {
		const wantsPage =
			(request.method === "GET" || request.method === "HEAD") &&
			(request.headers.accept ?? "").includes("text/html") &&
			!NO_PAGE.test(request.url);
		if (wantsPage) sendAsset(request, reply, index);
		return wantsPage;
	};
}

async function listAssets(folder: string): Promise<Map<string, Asset>> {
	const assets = new Map<string, Asset>();
	const entries = await readdir(folder, {
		recursive: true,
		withFileTypes: true,
	});
	for (const entry of entries) {
		const type = TYPES[extname(entry.name).toLowerCase()];
		if (!entry.isFile() || type === undefined) continue;
		const path = join(entry.parentPath, entry.name);
		const url = path.slice(folder.length).split(sep).join("/");
		const compressed: AssetForm[] = [];
		for (const [encoding, extension] of ENCODINGS)
			if (existsSync(path + extension))
				compressed.push(await formOf(path + extension, encoding));
		assets.set(url.startsWith("/") ? url : `/${url}`, {
			type,
			hashed: HASHED.test(entry.name),
			plain: await formOf(path),
			compressed,
		});
	}
	return assets;
}

async function formOf(path: string, encoding?: Encoding): Promise<AssetForm> {
	const { size, mtimeMs } = await stat(path);
	const version = `${size.toString(36)}-${Math.round(mtimeMs).toString(36)}`;
	return {
		path,
		sizeBytes: size,
		etag: `"${version}${encoding ? `-${encoding}` : ""}"`,
		...(encoding ? { encoding } : {}),
	};
}

/** Whether `Accept-Encoding` names it, and not with a weight of 0. */
function accepts(header: string, encoding: Encoding): boolean {
	return header.split(",").some((part) => {
		const [name, weight = "q=1"] = part.trim().split(/\s*;\s*/);
		return (
			name.toLowerCase() === encoding && Number(weight.replace(/^q=/i, "")) > 0
		);
	});
}

function sendAsset(
	request: FastifyRequest,
	reply: FastifyReply,
	asset: Asset,
): FastifyReply {
	const wanted = request.headers["accept-encoding"] ?? "";
	const form =
		asset.compressed.find(
			({ encoding }) => encoding && accepts(String(wanted), encoding),
		) ?? asset.plain;
	reply
		.header("etag", form.etag)
		.header(
			"vary",
			[reply.getHeader("vary") ?? [], "accept-encoding"].flat().join(", "),
		)
		.header(
			"cache-control",
			asset.hashed ? "public, max-age=31536000, immutable" : "no-cache",
		);
	if (request.headers["if-none-match"] === form.etag)
		return reply.code(304).send();
	if (form.encoding) reply.header("content-encoding", form.encoding);
	reply.type(asset.type).header("content-length", form.sizeBytes);
	return reply.send(
		request.method === "HEAD" ? Readable.from([]) : createReadStream(form.path),
	);
}

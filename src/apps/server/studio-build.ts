import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { readdir, rename, rm, stat } from "node:fs/promises";
import { createRequire } from "node:module";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Logger } from "../../core/run-context.ts";

/** The same relative place from src/apps/server and from dist/apps/server. */
const STUDIO = fileURLToPath(new URL("../../../studio", import.meta.url));

/**
 * The studio's built files. A published package brings them; in a checkout they are built when they are missing or older
 * than their sources, which takes a few seconds. Undefined where there is neither: the server then serves its API only.
 */
export async function findStudio(log: Logger): Promise<string | undefined> {
	const built = join(STUDIO, "dist");
	const vite = findVite();
	if (vite && existsSync(join(STUDIO, "vite.config.ts"))) {
		const builtAt = await timeOf(join(built, "index.html"));
		if (builtAt < (await newestSource())) await build(vite, built, log);
	}
	return existsSync(join(built, "index.html")) ? built : undefined;
}

function findVite(): string | undefined {
	try {
		const manifest = createRequire(import.meta.url).resolve(
			"vite/package.json",
		);
		return join(manifest, "../bin/vite.js");
	} catch {
		return undefined;
	}
}

/** Into a folder of its own, so that servers which start together do not disturb each other. */
async function build(vite: string, built: string, log: Logger): Promise<void> {
	log.info("the studio is built, which is done once and takes a few seconds");
	const staging = `${built}.partial-${process.pid}`;
	const startedMs = performance.now();
	const told = await runVite(vite, staging);
	try {
		if (told !== undefined) {
			log.warn("the studio could not be built", { reason: told });
			return;
		}
		await rm(built, { recursive: true, force: true });
		await rename(staging, built);
		log.info("the studio is built", {
			durationMs: Math.round(performance.now() - startedMs),
		});
	} catch (error) {
		// Another server has just put its own there.
		log.debug("the studio was built elsewhere", { reason: String(error) });
	} finally {
		await rm(staging, { recursive: true, force: true });
	}
}

/** Undefined: it went well; else the end of what was said. */
function runVite(vite: string, outDir: string): Promise<string | undefined> {
	return new Promise((resolve) => {
		const child = spawn(
			process.execPath,
			[vite, "build", STUDIO, "--outDir", outDir, "--logLevel", "warn"],
			{
				stdio: ["ignore", "ignore", "pipe"],
				env: { ...process.env, NODE_ENV: "production" },
			},
		);
		let said = "";
		child.stderr.on("data", (chunk: Buffer) => {
			said = `${said}${chunk}`.slice(-2000);
		});
		child.on("error", (error) => resolve(error.message));
		child.on("close", (code) =>
			resolve(code === 0 ? undefined : said || `vite ended with ${code}`),
		);
	});
}

/** Milliseconds since 1970 of the newest of the studio's own files. */
async function newestSource(): Promise<number> {
	const entries = await readdir(join(STUDIO, "src"), {
		recursive: true,
		withFileTypes: true,
	});
	const paths = entries
		.filter((entry) => entry.isFile())
		.map((entry) => join(entry.parentPath, entry.name));
	const times = await Promise.all(
		[...paths, join(STUDIO, "index.html"), join(STUDIO, "vite.config.ts")].map(
			timeOf,
		),
	);
	return Math.max(...times);
}

async function timeOf(path: string): Promise<number> {
	return await stat(path).then(
		({ mtimeMs }) => mtimeMs,
		() => 0,
	);
}

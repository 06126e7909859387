import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { brotliCompress, gzip } from "node:zlib";
import react from "@vitejs/plugin-react";
import { defineConfig, type Plugin, type UserConfig } from "vite";

// Built into studio/dist, which the server hands out at `/`. While working on it: `npx vite studio`, beside `lunar serve`.

const SERVER = process.env.LUNAR_SERVER ?? "http://127.0.0.1:8000";

/** Smaller ones fit in one packet as they are. */
const LEAST_BYTES = 1000;

/** Puts file.br and file.gz beside what is text: the server sends whichever the browser takes. */
function compressed(): Plugin {
	return {
		name: "lunar-compressed",
		apply: "build",
		async writeBundle({ dir = "" }, bundle) {
			const names = Object.keys(bundle).filter((name) =>
				/\.(js|css|html|svg)$/.test(name),
			);
			await Promise.all(
				names.map(async (name) => {
					const path = join(dir, name);
					const bytes = await readFile(path);
					if (bytes.length < LEAST_BYTES) return;
					await Promise.all([
						writeFile(`${path}.br`, await promisify(brotliCompress)(bytes)),
						writeFile(`${path}.gz`, await promisify(gzip)(bytes, { level: 9 })),
					]);
				}),
			);
		},
	};
}

const config: UserConfig = defineConfig({
	root: fileURLToPath(new URL(".", import.meta.url)),
	plugins: [react(), compressed()],
	build: {
		target: "es2023",
		outDir: "dist",
		emptyOutDir: true,
		// three.js is one chunk of its own, loaded with the viewer.
		chunkSizeWarningLimit: 800,
	},
	worker: { format: "es" },
	server: { proxy: { "/v1": SERVER } },
});

export default config;

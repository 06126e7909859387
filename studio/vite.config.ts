import { fileURLToPath } from "node:url";
import react from "@vitejs/plugin-react";
import { defineConfig, type UserConfig } from "vite";

// Built into studio/dist, which the server hands out at `/`. While working on it: `npx vite studio`, beside `lunar serve`.

const SERVER = process.env.LUNAR_SERVER ?? "http://127.0.0.1:8000";

const config: UserConfig = defineConfig({
	root: fileURLToPath(new URL(".", import.meta.url)),
	plugins: [react()],
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

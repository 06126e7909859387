import { join } from "node:path";
import { defineConfig, type ViteUserConfig } from "vitest/config";

const CACHE = join(import.meta.dirname, "node_modules/.cache/lunar");
process.env.NODE_COMPILE_CACHE ??= CACHE; // for the global set-up

const config: ViteUserConfig = defineConfig({
	test: {
		include: ["{src,test,evaluation,bench}/**/*.test.ts"],
		testTimeout: 240_000,
		hookTimeout: 240_000,
		pool: "forks",
		// Threads and children load our sources with their types stripped already: V8's WebAssembly, which strips them,
		// has crashed where several threads of a process did so at once (nodejs/node#64500).
		env: { NODE_COMPILE_CACHE: process.env.NODE_COMPILE_CACHE },
		globalSetup: "test/strip-types.ts",
		maxWorkers: 3, // on two cores: much of what the tests do is waiting
	},
});

export default config;

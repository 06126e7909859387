import { join } from "node:path";
import { defineConfig, type ViteUserConfig } from "vitest/config";

const config: ViteUserConfig = defineConfig({
	test: {
		include: ["{src,test,evaluation,bench}/**/*.test.ts"],
		testTimeout: 240_000,
		hookTimeout: 240_000,
		pool: "forks",
		// Threads and children load our sources with their types stripped already: V8's WebAssembly, which strips them,
		// has crashed where several threads of a process did so at once (nodejs/node#64500).
		env: {
			NODE_COMPILE_CACHE: join(
				import.meta.dirname,
				"node_modules/.cache/lunar",
			),
		},
		maxWorkers: 3, // on two cores: much of what the tests do is waiting
	},
});

export default config;

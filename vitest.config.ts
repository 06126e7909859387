import { join } from "node:path";
import { defineConfig, type ViteUserConfig } from "vitest/config";

// For all processes of the tests. Their threads and children load our sources with their types stripped already: V8's
// WebAssembly, which strips them, has crashed where several threads of a process did so at once (nodejs/node#64500).
process.env.NODE_COMPILE_CACHE ??= join(
	import.meta.dirname,
	"node_modules/.cache/lunar",
);

const config: ViteUserConfig = defineConfig({
	test: {
		include: ["{src,test,evaluation,bench,training}/**/*.test.ts"],
		testTimeout: 240_000,
		hookTimeout: 240_000,
		expect: { poll: { timeout: 60_000 } }, // against hanging only, like the two above
		pool: "forks",
		globalSetup: ["test/temporary-folder.ts", "test/strip-types.ts"],
		maxWorkers: 3, // on two cores: much of what the tests do is waiting
	},
});

export default config;

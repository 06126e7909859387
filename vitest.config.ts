import { defineConfig, type ViteUserConfig } from "vitest/config";

const config: ViteUserConfig = defineConfig({
	test: {
		include: ["{src,test,evaluation,bench}/**/*.test.ts"],
		testTimeout: 240_000,
		hookTimeout: 240_000,
		pool: "forks",
		maxWorkers: 3, // on two cores: much of what the tests do is waiting
	},
});

export default config;

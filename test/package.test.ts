import { spawnSync } from "node:child_process";
import { existsSync, globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { ROOT, scratchFolder } from "./run-lunar.ts";

const packageFile = JSON.parse(
	readFileSync(join(ROOT, "package.json"), "utf8"),
);

const WORK_IN_THREAD = `
import { setTimeout as sleep } from "node:timers/promises";
import { icosphere } from "./kernel/mesh/shapes.js";
import { canonicalCamera } from "./kernel/math/camera.js";
import { openThreads } from "./pipeline/open-threads.js";
import { previewTask } from "./pipeline/render-previews.js";
await using threads = openThreads({ threads: 2, onLost: (error) => { throw error; } });
const textured = { mesh: icosphere(1, 0.5), roughness: 1, metallic: 0 };
const camera = canonicalCamera("front", 8, 8);
using batch = threads.begin(previewTask, { textured, look: undefined, samples: 1, closed: true }, [{ camera, mode: "clay" }]);
while (batch.done === 0) await sleep(5);
const [{ width, height }] = await batch.finish();
console.log(width + " × " + height + " from a thread");
`;

describe("the package", () => {
	it("builds everything its exports name, and no tests", () => {
		const dist = join(scratchFolder(), "dist");
		const { status, stdout } = spawnSync(
			process.execPath,
			[
				join(ROOT, "node_modules/typescript/bin/tsc"),
				"-p",
				"tsconfig.build.json",
				"--outDir",
				dist,
			],
			{ cwd: ROOT, encoding: "utf8" },
		);
		expect(stdout).toBe("");
		expect(status).toBe(0);
		for (const entry of Object.values(packageFile.exports)) {
			if (typeof entry === "string") continue;
			for (const path of Object.values(entry as Record<string, string>))
				expect(existsSync(join(dist, path.replace("./dist/", "")))).toBe(true);
		}
		expect(existsSync(join(dist, "apps/cli/generate-worker.js"))).toBe(true);
		expect(
			globSync("**/*.{test,contract,test-support}.js", { cwd: dist }),
		).toEqual([]);
		// No import of TypeScript sources is left.
		for (const file of globSync("**/*.js", { cwd: dist }))
			expect(readFileSync(join(dist, file), "utf8")).not.toMatch(
				/from "\.[^"]*\.ts"/,
			);
		// Threads start from the build, and find their work there.
		const worked = spawnSync(
			process.execPath,
			["--input-type=module", "--eval", WORK_IN_THREAD],
			{ cwd: dist, encoding: "utf8" },
		);
		expect(worked.stderr).toBe("");
		expect(worked.stdout).toBe("8 × 8 from a thread\n");
	});

	it("pins every dependency, all under permissive licences", () => {
		const permissive = /^(MIT|Apache-2\.0|ISC|BSD-[23]-Clause|0BSD|CC0-1\.0)$/;
		for (const [name, version] of Object.entries(packageFile.dependencies)) {
			expect(version).toMatch(/^\d/);
			const { license } = JSON.parse(
				readFileSync(join(ROOT, "node_modules", name, "package.json"), "utf8"),
			);
			expect(license, name).toMatch(permissive);
		}
	});
});

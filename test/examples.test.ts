import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { ballEngine } from "../examples/own-engine.ts";
import { signedVolume } from "../src/kernel/mesh/measure.ts";
import { makeAsset } from "./make-asset.ts";
import { ROOT, scratchFolder } from "./run-lunar.ts";

it("examples/generate.ts makes a GLB", () => {
	const folder = scratchFolder();
	const { status, stdout } = spawnSync(
		process.execPath,
		[join(ROOT, "examples/generate.ts"), folder],
		{ encoding: "utf8" },
	);
	expect(status).toBe(0);
	expect(stdout).toContain("pass The result matches all 6 pictures");
	expect(existsSync(join(folder, "cow.glb"))).toBe(true);
});

it("an engine of one's own gets surface, texture, validation and report", async () => {
	const { asset, report } = await makeAsset({
		engine: ballEngine,
		views: ["front", "right"],
	});
	expect(signedVolume(asset.textured.mesh)).toBeCloseTo(
		(4 / 3) * Math.PI * 0.4 ** 3,
		2,
	);
	expect(report.gltf?.errors).toBe(0);
	expect(report.texture?.coverage).toBeGreaterThan(0.99);
	// A ball does not look like a cow, and the report says so.
	expect(report.perView[0].silhouetteIou).toBeLessThan(0.9);
});

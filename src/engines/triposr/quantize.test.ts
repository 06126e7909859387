import { copyFile, mkdtemp, readdir, rm, stat, utimes } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createOnnxRuntime } from "../../adapters/onnxruntime/create-onnx-runtime.ts";
import { LunarError } from "../../core/errors.ts";
import { openCheckpoint } from "../../neural/checkpoint.ts";
import { tripoSrBackbone } from "./backbone.ts";
import { quantizeTripoSr } from "./quantize.ts";
import { errorsOf, golden, tinyConfig, tinyPath } from "./tiny.test-support.ts";

const runtime = createOnnxRuntime();
let folder: string;
beforeAll(async () => {
	folder = await mkdtemp(join(tmpdir(), "lunar-int8-"));
});
afterAll(async () => {
	await runtime.dispose();
	await rm(folder, { recursive: true });
});
const image = () => ({ data: golden("pre_cond_image"), shape: [64, 64, 3] });

describe("quantizeTripoSr", () => {
	it("gives the scene within 5 %", async () => {
		const full = await openCheckpoint(tinyPath("model.ckpt"));
		const quantized = await quantizeTripoSr(full, folder);
		expect(quantized.fileBytes).toBeLessThan(0.6 * full.fileBytes);
		const session = await runtime.load(
			await tripoSrBackbone(quantized, tinyConfig()),
			{ device: "cpu" },
		);
		const { scene_codes: scene } = await session.run({ image: image() });
		const { relative } = errorsOf(
			scene.data as Float32Array,
			golden("scene_codes"),
		);
		expect(relative).toBeLessThan(0.05);
		expect(relative).toBeGreaterThan(1e-5); // it did run in 8 bits
	});

	it("says so where the file cannot be written", async () => {
		const full = await openCheckpoint(tinyPath("model.ckpt"));
		await expect(
			quantizeTripoSr(full, join(tinyPath("model.ckpt"), "below-a-file")),
		).rejects.toHaveProperty("code", "OUTPUT_UNWRITABLE");
	});

	it("can be stopped, and leaves nothing behind", async () => {
		const full = await openCheckpoint(tinyPath("model.ckpt"));
		const own = join(folder, "stopped");
		await expect(
			quantizeTripoSr(full, own, (fraction) => {
				if (fraction > 0.5) throw new LunarError("CANCELLED", "stop");
			}),
		).rejects.toHaveProperty("code", "CANCELLED");
		expect(await readdir(own)).toEqual([]);
	});

	it("keeps the file, and writes it again when the weights change", async () => {
		const source = join(folder, "model.ckpt");
		await copyFile(tinyPath("model.ckpt"), source);
		const times: number[] = [];
		for (const mtime of [1000, 1000, 2000]) {
			await utimes(source, mtime, mtime);
			const { file } = await quantizeTripoSr(
				await openCheckpoint(source),
				join(folder, "kept"),
			);
			times.push((await stat(file)).mtimeMs);
		}
		expect(times[1]).toBe(times[0]);
		expect(times[2]).toBeGreaterThan(times[1]);
	});
});

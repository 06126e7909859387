import { copyFile, mkdtemp, rm, stat, utimes } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createOnnxRuntime } from "../../adapters/onnxruntime/create-onnx-runtime.ts";
import { openCheckpoint } from "../../neural/checkpoint.ts";
import { tripoSrBackbone } from "./backbone.ts";
import { checkInt8, INT8_ERROR_LIMIT } from "./check-int8.ts";
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
		const check = await checkInt8(
			runtime,
			full,
			quantized,
			tinyConfig(),
			image(),
		);
		expect(check.error).toBeLessThan(INT8_ERROR_LIMIT);
		expect(check.error).toBeCloseTo(relative, 6); // two blocks are all of the tiny model
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

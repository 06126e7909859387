import { readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { createOnnxRuntime } from "../src/adapters/onnxruntime/create-onnx-runtime.ts";
import { createRunContext } from "../src/core/run-context.ts";
import { tripoSr } from "../src/engines/triposr/engine.ts";
import {
	tinyConfig,
	tinyFolder,
} from "../src/engines/triposr/tiny.test-support.ts";
import { decodePicture } from "../src/formats/picture/decode.ts";
import { readModel } from "../src/formats/read-model.ts";
import { resolveRunOptions } from "../src/pipeline/options.ts";
import { imagesToAsset } from "../src/pipeline/pipeline.ts";

// The shrunken official model with random weights, all the way: its shape is noise, its asset is not.
const { folder, files } = tinyFolder();
const runtime = createOnnxRuntime();
const engine = tripoSr(
	{
		runtime,
		findWeights: async () => ({ isReady: true, files }),
		cacheFolder: join(folder, "cache"),
	},
	tinyConfig().encoder,
);
afterAll(async () => {
	await runtime.dispose();
	rmSync(folder, { recursive: true });
});

test.each([true, false])(
	"a photo becomes a valid, closed asset in the network's colours (texture %s)",
	async (texture) => {
		const file = new URL("../fixtures/eval/spot/photo.png", import.meta.url);
		const { photo } = await decodePicture(readFileSync(file), "photo.png", {});
		const { ctx } = createRunContext();
		const { asset, report, views } = await imagesToAsset(
			[photo],
			engine,
			engine.options.parse({}),
			resolveRunOptions({
				quality: "fast",
				resolution: 32,
				faces: 6000,
				texture,
			}),
			ctx,
		);
		expect(asset.validation?.errors).toBe(0);
		expect(views[0].camera.worldFromCamera[11]).toBeCloseTo(1.9, 9);
		const { parts } = await readModel(asset.glb);
		expect(parts.length).toBe(1);
		expect(report.perView.length).toBe(1);
		expect(report.mesh).toMatchObject({ watertight: true, manifold: true });
		if (texture) return;
		// The colours are those that the network gives to these very points.
		const shape = await engine.reconstruct(
			views,
			engine.options.parse({}),
			ctx,
		);
		const { mesh } = parts[0];
		const wanted = await shape.paint?.sample(mesh.positions, ctx);
		for (let v = 0; v < mesh.positions.length / 3; v++)
			for (let k = 0; k < 3; k++)
				expect(
					Math.abs(
						(mesh.colors?.[v * 4 + k] ?? -1) - (wanted?.[v * 3 + k] ?? 9),
					),
				).toBeLessThan(0.01);
	},
);

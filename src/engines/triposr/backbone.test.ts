import { afterAll, describe, expect, it } from "vitest";
import { createOnnxRuntime } from "../../adapters/onnxruntime/create-onnx-runtime.ts";
import { openCheckpoint } from "../../neural/checkpoint.ts";
import type { NeuralModel, NeuralTensor } from "../../neural/runtime.ts";
import { type Stage, tripoSrBackbone } from "./backbone.ts";
import { errorsOf, golden, tinyConfig, tinyPath } from "./tiny.test-support.ts";

const runtime = createOnnxRuntime();
afterAll(() => runtime.dispose());

const STAGES: Stage[] = [
	"vit_embeddings",
	"vit_layer0",
	"dino_tokens",
	"backbone_norm",
	"backbone_proj_in",
	"backbone_block0",
	"backbone_tokens",
	"scene_codes",
];

async function run(model: NeuralModel): Promise<Record<string, NeuralTensor>> {
	const session = await runtime.load(model);
	const image = { data: golden("pre_cond_image"), shape: [64, 64, 3] };
	const outputs = await session.run({ image });
	await session.dispose();
	return outputs;
}

describe("tripoSrBackbone", () => {
	it.each(["model.ckpt", "model.safetensors"])(
		"computes every stage of %s as the official code does",
		async (file) => {
			const checkpoint = await openCheckpoint(tinyPath(file));
			const model = await tripoSrBackbone(checkpoint, tinyConfig(), {
				stages: STAGES,
			});
			const outputs = await run(model);
			for (const stage of STAGES) {
				const { largest, relative } = errorsOf(
					outputs[stage].data as Float32Array,
					golden(stage),
				);
				expect(largest, stage).toBeLessThan(5e-6);
				expect(relative, stage).toBeLessThan(1e-6);
			}
			expect(outputs.scene_codes.shape).toEqual([3, 6, 16, 16]);
		},
	);

	it("computes the same with attention spelt out", async () => {
		const checkpoint = await openCheckpoint(tinyPath("model.ckpt"));
		const model = await tripoSrBackbone(checkpoint, tinyConfig());
		const { scene_codes: scene } = await run({
			...model,
			build: () => model.build("plain"),
		});
		expect(
			errorsOf(scene.data as Float32Array, golden("scene_codes")).relative,
		).toBeLessThan(1e-6);
	});

	it("widens half-precision weights exactly", async () => {
		const checkpoint = await openCheckpoint(tinyPath("model_fp16.safetensors"));
		const { scene_codes: scene } = await run(
			await tripoSrBackbone(checkpoint, tinyConfig()),
		);
		expect(
			errorsOf(scene.data as Float32Array, golden("scene_codes_fp16_weights"))
				.relative,
		).toBeLessThan(1e-6);
	});

	it("names the layer that does not fit", async () => {
		const checkpoint = await openCheckpoint(tinyPath("model.ckpt"));
		const model = await tripoSrBackbone(checkpoint, {
			...tinyConfig(),
			headWidth: 8,
		});
		expect(() => model.build("fused")).toThrow(
			expect.objectContaining({
				code: "CHECKPOINT_MISMATCH",
				message: expect.stringContaining(
					"backbone.transformer_blocks.0.attn1.to_q",
				),
			}),
		);
	});

	it("names the weight that is missing", async () => {
		const checkpoint = await openCheckpoint(tinyPath("model.ckpt"));
		const tensors = new Map(checkpoint.tensors);
		tensors.delete("backbone.transformer_blocks.1.ff.net.2.weight");
		const model = await tripoSrBackbone(
			{ ...checkpoint, tensors },
			tinyConfig(),
		);
		expect(() => model.build("fused")).toThrow(
			expect.objectContaining({
				code: "CHECKPOINT_MISMATCH",
				message: expect.stringContaining(
					"backbone.transformer_blocks.1.ff.net.2.weight is missing",
				),
			}),
		);
	});
});

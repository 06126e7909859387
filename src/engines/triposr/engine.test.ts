import { rmSync } from "node:fs";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { createOnnxRuntime } from "../../adapters/onnxruntime/create-onnx-runtime.ts";
import type { LunarError } from "../../core/errors.ts";
import type { Mesh } from "../../core/mesh.ts";
import { createRunContext, type Notice } from "../../core/run-context.ts";
import type { Shape } from "../../core/shape.ts";
import type { View } from "../../core/view.ts";
import { canonicalCamera } from "../../kernel/math/camera.ts";
import { signedVolume } from "../../kernel/mesh/measure.ts";
import { expectSolid } from "../../kernel/mesh/solid.test-support.ts";
import type { NeuralTools } from "../../neural/tools.ts";
import { SPHERE, testEngine, viewOf } from "../engine.contract.ts";
import { tripoSr } from "./engine.ts";
import type { TripoSrOptions } from "./options.ts";
import { tinyConfig, tinyFolder } from "./tiny.test-support.ts";

// The shrunken official model with random weights: its shapes mean nothing, its numbers are right.
const { folder, files } = tinyFolder();
const runtime = createOnnxRuntime();
const tools: NeuralTools = {
	runtime,
	findWeights: async () => ({ isReady: true, files }),
	cacheFolder: join(folder, "cache"),
};
const engine = tripoSr(tools, tinyConfig().encoder);
afterAll(async () => {
	await engine.unload?.();
	await runtime.dispose();
	rmSync(folder, { recursive: true });
});

testEngine(import.meta.dirname, engine, {
	sphereVolume: [0.01, 10],
	cubeVolume: [0.01, 10],
});

function view(name: "front" | "right" | "back" = "front"): View {
	return {
		...viewOf(SPHERE, canonicalCamera(name, 64, 64), `${name}.png`),
		name,
	};
}

function run(
	options: Partial<TripoSrOptions> = {},
	views: readonly View[] = [view()],
	ctx = createRunContext().ctx,
): Promise<Shape> {
	return engine.reconstruct(
		views,
		{ ...engine.options.parse({}), ...options },
		ctx,
	);
}

async function surface(shape: Shape, resolution = 32): Promise<Mesh> {
	if (shape.kind !== "volume") throw new Error(`a ${shape.kind}`);
	return shape.surface(resolution, createRunContext().ctx);
}

describe("triposr", () => {
	test("closed at any resolution, also where the field touches its box", async () => {
		const shape = await run();
		for (const resolution of [32, 47, 64])
			expectSolid(await surface(shape, resolution));
	});

	test("a higher density threshold is a thinner object", async () => {
		const volume = async (densityThreshold: number): Promise<number> =>
			signedVolume(await surface(await run({ densityThreshold, dense: true })));
		expect(await volume(10)).toBeGreaterThan(await volume(25));
		expect(await volume(25)).toBeGreaterThan(await volume(60));
	});

	test("following the surface finds nearly all of what a dense evaluation finds, even in noise", async () => {
		const sparse = await surface(await run(), 64);
		const dense = await surface(await run({ dense: true }), 64);
		expect(sparse.indices.length / dense.indices.length).toBeGreaterThan(0.985);
	});

	test("several pictures: the front is used, and it says so", async () => {
		const notices: Notice[] = [];
		const { ctx } = createRunContext({
			onEvent: (event) => {
				if (event.type === "notice") notices.push(event.notice);
			},
		});
		const shape = await run(
			{},
			[view("right"), view("front"), view("back")],
			ctx,
		);
		expect(notices.map(({ code }) => code)).toEqual(["views-unused"]);
		expect(notices[0].message).toContain("front.png");
		expect(await surface(shape)).toEqual(await surface(await run()));
	});

	test("in 8 bits: near the exact shape, its error told", async () => {
		const notices: Notice[] = [];
		const { ctx } = createRunContext({
			onEvent: (event) => {
				if (event.type === "notice") notices.push(event.notice);
			},
		});
		const small = await surface(
			await run({ precision: "int8" }, [view()], ctx),
		);
		expect(notices.map(({ code }) => code)).toEqual(["precision-int8"]);
		const exact = await surface(await run());
		expect(signedVolume(small) / signedVolume(exact)).toBeCloseTo(1, 1);
		expect(small).not.toEqual(exact);
	});

	test("without weights it says what to run, and is not ready", async () => {
		const bare = tripoSr({
			...tools,
			findWeights: async () => ({
				isReady: false,
				files: {},
				problem: "model.ckpt is not there",
			}),
		});
		expect(await bare.readiness?.()).toMatchObject({
			ready: false,
			reason: "model.ckpt is not there",
		});
		const error = await bare
			.reconstruct([view()], bare.options.parse({}), createRunContext().ctx)
			.catch((thrown: unknown) => thrown);
		expect((error as LunarError).code).toBe("WEIGHTS_MISSING");
		expect((error as LunarError).message).toContain(
			"lunar weights pull triposr",
		);
	});
});

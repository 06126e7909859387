import { describe, expect, it } from "vitest";
import { z } from "zod";
import type { Provenance } from "../core/asset.ts";
import type { Engine } from "../core/engine.ts";
import { createRunContext, type RunContext } from "../core/run-context.ts";
import type { Shape } from "../core/shape.ts";
import { validateGlb } from "../formats/glb/validate-glb.ts";
import { readModel } from "../formats/read-model.ts";
import { icosphere } from "../kernel/mesh/shapes.ts";
import { measureTopology } from "../kernel/mesh/topology.ts";
import {
	type CoarsePreview,
	type PreviewHandler,
	reconstructWithPreview,
} from "./coarse-preview.ts";

const MADE: Provenance = {
	generator: "test",
	engine: "ball",
	options: {},
	seed: 0,
	inputs: [],
};
const FINAL: Shape = { kind: "mesh", mesh: icosphere(2) };

function engineThat(
	onTheWay: (ctx: RunContext) => Promise<void> | undefined,
): Engine<object> {
	return {
		id: "ball",
		title: "",
		summary: "",
		options: z.object({}),
		needs: { views: [0, 9], weights: [], memoryMB: 1 },
		licence: { name: "MIT", commercial: "yes" },
		async reconstruct(_views, _options, ctx) {
			await ctx.step("coarse", 0.5, (c) => onTheWay(c));
			return FINAL;
		},
	};
}

async function run(
	engine: Engine<object>,
	onPreview: PreviewHandler | undefined,
	ctx: RunContext = createRunContext().ctx,
): Promise<Shape> {
	return reconstructWithPreview(engine, [], {}, ctx, MADE, onPreview);
}

describe("reconstructWithPreview", () => {
	it("hands out a valid, closed, small GLB of the coarse shape, then the result", async () => {
		const seen: CoarsePreview[] = [];
		const coarse = engineThat((c) =>
			c.preview?.({ kind: "mesh", mesh: icosphere(6) }),
		);
		expect(await run(coarse, (preview) => void seen.push(preview))).toBe(FINAL);
		expect(seen).toHaveLength(1);
		const { errors } = await validateGlb(seen[0].glb);
		expect(errors).toBe(0);
		const { mesh } = (await readModel(seen[0].glb)).parts[0];
		expect(mesh.indices.length / 3).toBe(seen[0].triangles);
		expect(seen[0].triangles).toBeLessThanOrEqual(20_000);
		expect(measureTopology(mesh)).toMatchObject({
			watertight: true,
			manifold: true,
			outwardOriented: true,
		});
	});

	it("shows the result of an engine that has nothing coarse, field or mesh", async () => {
		const seen: number[] = [];
		await run(
			engineThat(() => undefined),
			({ triangles }) => void seen.push(triangles),
		);
		expect(seen).toEqual([320]);
	});

	it("leaves engines without a preview alone when nobody looks", async () => {
		let asked: unknown = "not run";
		await run(
			engineThat((c) => {
				asked = c.preview;
				return undefined;
			}),
			undefined,
		);
		expect(asked).toBeUndefined();
	});

	it("makes a failed preview a notice, not the end", async () => {
		const { ctx, record } = createRunContext();
		const full = (): never => {
			throw new Error("the disk is full");
		};
		expect(
			await run(
				engineThat(() => undefined),
				full,
				ctx,
			),
		).toBe(FINAL);
		expect(record.notices).toMatchObject([
			{
				code: "preview-failed",
				message: expect.stringContaining("the disk is full"),
			},
		]);
	});

	it("stops when the run is cancelled", async () => {
		let stop = false;
		const { ctx } = createRunContext({ isCancelled: () => stop });
		const engine = engineThat((c) => {
			stop = true;
			return c.preview?.(FINAL);
		});
		const shown: number[] = [];
		await expect(
			run(engine, ({ triangles }) => void shown.push(triangles), ctx),
		).rejects.toMatchObject({ code: "CANCELLED" });
		expect(shown).toEqual([]);
	});
});

import { describe, expect, it } from "vitest";
import { LunarError } from "../src/core/errors.ts";
import type { RunEvent } from "../src/core/run-context.ts";
import { readModel } from "../src/formats/read-model.ts";
import { makeAsset } from "./make-asset.ts";

describe("imagesToAsset", () => {
	it("keeps the asked number of faces within 2 %, as a closed manifold solid", async () => {
		for (const faces of [500, 2000, 7000]) {
			const { asset, report } = await makeAsset({ run: { faces } });
			const count = asset.textured.mesh.indices.length / 3;
			expect(count).toBeGreaterThan(faces * 0.98);
			expect(count).toBeLessThan(faces * 1.02);
			expect(report.mesh).toMatchObject({
				watertight: true,
				manifold: true,
				outwardOriented: true,
			});
		}
	});

	it("without a texture puts the colours on the vertices", async () => {
		const { asset, report } = await makeAsset({ run: { texture: false } });
		expect(asset.texture).toBeUndefined();
		expect(report.texture).toBeUndefined();
		const { parts } = await readModel(asset.glb);
		const colors = parts[0].mesh.colors as Float32Array;
		expect(colors.length).toBe((parts[0].mesh.positions.length / 3) * 4);
		// Spot is pale with dark patches: both must be there.
		const luminance = (v: number): number => colors[v * 4 + 1];
		const all = Array.from({ length: colors.length / 4 }, (_, v) =>
			luminance(v),
		).sort((a, b) => a - b);
		expect(all[Math.floor(all.length * 0.02)]).toBeLessThan(0.15);
		expect(all[Math.floor(all.length * 0.9)]).toBeGreaterThan(0.5);
		for (const view of report.perView) expect(view.psnrDb).toBeGreaterThan(22);
	});

	it("smooths more with every level", async () => {
		const area = async (
			smoothing: "none" | "medium" | "high",
		): Promise<number> =>
			(await makeAsset({ run: { smoothing, faces: 20_000, texture: false } }))
				.report.mesh.area;
		const [none, medium, high] = [
			await area("none"),
			await area("medium"),
			await area("high"),
		];
		expect(medium).toBeLessThan(none);
		expect(high).toBeLessThan(medium);
	});

	it("writes provenance into the file that is enough to repeat the run", async () => {
		const { asset } = await makeAsset({ run: { seed: 7 } });
		const { extras } = await readModel(asset.glb);
		expect(extras).toMatchObject({
			lunarNova: {
				engine: "visual-hull",
				seed: 7,
				options: { resolution: 64, faces: 3000 },
			},
		});
		const { inputs } = (
			extras as { lunarNova: { inputs: { sha256: string }[] } }
		).lunarNova;
		expect(inputs).toHaveLength(6);
		for (const { sha256 } of inputs) expect(sha256).toMatch(/^[0-9a-f]{64}$/);
		expect(JSON.stringify(extras)).not.toMatch(/\d{4}-\d{2}-\d{2}T/);
	});

	it("only ever moves forward, names every step, and ends at 1", async () => {
		const events: RunEvent[] = [];
		await makeAsset({ context: { onEvent: (event) => events.push(event) } });
		let last = 0;
		for (const event of events) {
			if (event.type === "notice") continue;
			expect(event.fraction).toBeGreaterThanOrEqual(last);
			last = event.fraction;
		}
		expect(last).toBeCloseTo(1, 6);
		const done = events
			.filter((event) => event.type === "step-done")
			.map((event) => event.step)
			.filter((step) => !step.includes("/"));
		expect(done.sort()).toEqual(
			[
				"foreground",
				"views",
				"shape",
				"surface",
				"clean",
				"texture",
				"pack",
				"validate",
				"report",
				"previews",
			].sort(),
		);
	});

	it("stops with CANCELLED wherever it is told to", async () => {
		for (const stopAt of [0.02, 0.1, 0.2, 0.35, 0.6, 0.75, 0.85]) {
			let reached = 0;
			const stopped = makeAsset({
				context: {
					isCancelled: () => reached >= stopAt,
					onEvent: (event) => {
						if (event.type !== "notice") reached = event.fraction;
					},
				},
			});
			await expect(stopped).rejects.toSatisfy(
				(error) => error instanceof LunarError && error.code === "CANCELLED",
			);
		}
	});

	it("says where an error happened", async () => {
		const broken = {
			...(await import("../examples/own-engine.ts")).ballEngine,
			reconstruct: () => Promise.reject(new TypeError("no such thing")),
		};
		await expect(makeAsset({ engine: broken })).rejects.toMatchObject({
			code: "BUG",
			step: "shape",
			message: "no such thing",
		});
	});
});

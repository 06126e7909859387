import { createHash } from "node:crypto";
import { describe, expect, test } from "vitest";
import type { Camera } from "../core/camera.ts";
import type { Engine } from "../core/engine.ts";
import { LunarError } from "../core/errors.ts";
import type { Mesh } from "../core/mesh.ts";
import { createRunContext } from "../core/run-context.ts";
import type { Shape } from "../core/shape.ts";
import { VIEW_NAMES, type View } from "../core/view.ts";
import { extractSurface } from "../kernel/field/extract-surface.ts";
import {
	cameraCentre,
	canonicalCamera,
	pixelRay,
} from "../kernel/math/camera.ts";
import { measureBounds, signedVolume } from "../kernel/mesh/measure.ts";
import { measureTopology } from "../kernel/mesh/topology.ts";

const SIZE = 96; // pixels
/** Half the longest side of both bodies, world units. */
export const BODY_RADIUS = 0.4;

/** A body as a test of one ray: does it pass through? */
export type Body = (
	eye: readonly [number, number, number],
	ray: readonly [number, number, number],
) => boolean;

export const SPHERE: Body = (eye, ray) => {
	const along = -(eye[0] * ray[0] + eye[1] * ray[1] + eye[2] * ray[2]);
	const distance2 = eye[0] ** 2 + eye[1] ** 2 + eye[2] ** 2 - along ** 2;
	return along > 0 && distance2 < BODY_RADIUS ** 2;
};

export const CUBE: Body = (eye, ray) => {
	let near = 0;
	let far = Number.POSITIVE_INFINITY;
	for (let axis = 0; axis < 3; axis++) {
		const a = (-BODY_RADIUS - eye[axis]) / ray[axis];
		const b = (BODY_RADIUS - eye[axis]) / ray[axis];
		near = Math.max(near, Math.min(a, b));
		far = Math.min(far, Math.max(a, b));
	}
	return near < far;
};

/** A view of a body; pixels whose corners disagree are sampled 4 × 4 times. */
export function viewOf(body: Body, camera: Camera, label: string): View {
	const { width, height } = camera;
	const mask = { width, height, data: new Uint8Array(width * height) };
	const image = {
		width,
		height,
		data: new Uint8ClampedArray(width * height * 4),
	};
	const eye = cameraCentre(camera);
	const corners = new Uint8Array((width + 1) * (height + 1));
	for (let n = 0; n < corners.length; n++) {
		const v = Math.floor(n / (width + 1));
		corners[n] = body(eye, pixelRay(camera, n % (width + 1), v)) ? 1 : 0;
	}
	for (let n = 0; n < width * height; n++) {
		const x = n % width;
		const y = Math.floor(n / width);
		const at = y * (width + 1) + x;
		const inside =
			corners[at] +
			corners[at + 1] +
			corners[at + width + 1] +
			corners[at + width + 2];
		let hits = inside * 4;
		if (inside % 4 !== 0) {
			hits = 0;
			for (let s = 0; s < 16; s++) {
				const u = x + ((s % 4) + 0.5) / 4;
				const v = y + (Math.floor(s / 4) + 0.5) / 4;
				if (body(eye, pixelRay(camera, u, v))) hits++;
			}
		}
		mask.data[n] = Math.round((hits * 255) / 16);
		image.data.set([200, 120, x * 2, 255], n * 4);
	}
	return { image, mask, camera, label };
}

/** As many views as the engine likes, up to the six canonical ones. */
function viewsFor(engine: Engine, body: Body): View[] {
	const count = Math.min(engine.needs.views[1], VIEW_NAMES.length);
	return VIEW_NAMES.slice(0, count).map((name) => ({
		...viewOf(body, canonicalCamera(name, SIZE, SIZE), name),
		name,
	}));
}

/** What every engine keeps. Call it from the engine's own test. */
export function testEngine<Options>(
	folder: string,
	engine: Engine<Options>,
	limits: {
		/** Allowed volume of the sphere, as a share of the true one. */
		readonly sphereVolume: readonly [number, number];
		readonly cubeVolume: readonly [number, number];
	},
): void {
	const defaults = engine.options.parse({});
	const untyped = engine as Engine;

	describe(`${engine.id} keeps the engine contract`, () => {
		test("its id is its folder's name", () => {
			expect(folder.replaceAll("\\", "/").split("/").at(-1)).toBe(engine.id);
		});

		test("every option has a default, and unknown values are refused", () => {
			expect(engine.options.safeParse({}).success).toBe(true);
			for (const key of Object.keys(defaults as object))
				expect(
					engine.options.safeParse({ [key]: { no: "such value" } }).success,
				).toBe(false);
		});

		test("no option has the name of a side: those flags take pictures", () => {
			for (const key of Object.keys(defaults as object))
				expect(VIEW_NAMES).not.toContain(key);
		});

		test.each([
			["sphere", SPHERE, (4 / 3) * Math.PI * BODY_RADIUS ** 3],
			["cube", CUBE, (2 * BODY_RADIUS) ** 3],
		] as const)(
			"makes a closed %s of the right size",
			async (name, body, volume) => {
				const { ctx } = createRunContext();
				const shape = await engine.reconstruct(
					viewsFor(untyped, body),
					defaults,
					ctx,
				);
				const mesh = await meshOf(shape);
				const topology = measureTopology(mesh);
				expect(topology.watertight).toBe(true);
				expect(topology.manifold).toBe(true);
				expect(topology.outwardOriented).toBe(true);
				const bounds = measureBounds(mesh);
				for (let axis = 0; axis < 3; axis++) {
					expect(bounds.min[axis]).toBeGreaterThan(-2 * BODY_RADIUS);
					expect(bounds.max[axis]).toBeLessThan(2 * BODY_RADIUS);
				}
				const [low, high] =
					name === "sphere" ? limits.sphereVolume : limits.cubeVolume;
				expect(signedVolume(mesh) / volume).toBeGreaterThan(low);
				expect(signedVolume(mesh) / volume).toBeLessThan(high);
			},
		);

		test("the same seed gives the same shape", async () => {
			const run = async (): Promise<Mesh> =>
				await meshOf(
					await engine.reconstruct(
						viewsFor(untyped, SPHERE),
						defaults,
						createRunContext({ seed: 3 }).ctx,
					),
				);
			expect(hashMesh(await run())).toBe(hashMesh(await run()));
		});

		test("colours, where it gives any, are finite and 0 to 1", async () => {
			const shape = await engine.reconstruct(
				viewsFor(untyped, SPHERE),
				defaults,
				createRunContext().ctx,
			);
			const { positions } = await meshOf(shape);
			const count = positions.length / 3;
			const colors = new Float32Array(positions.length);
			shape.color?.sample(positions, colors, count);
			expect(colors.every((c) => c >= 0 && c <= 1)).toBe(true);
			const painted = await shape.paint?.sample(
				positions,
				createRunContext().ctx,
			);
			expect(painted?.length ?? positions.length).toBe(positions.length);
			expect(painted?.every((c) => c >= 0 && c <= 1) ?? true).toBe(true);
		});

		test("progress only rises", async () => {
			const seen: number[] = [];
			const { ctx } = createRunContext({
				onEvent: (event) => {
					if (event.type === "progress") seen.push(event.fraction);
				},
			});
			await engine.reconstruct(viewsFor(untyped, SPHERE), defaults, ctx);
			expect(seen.length).toBeGreaterThan(0);
			expect(seen).toEqual(seen.toSorted((a, b) => a - b));
		});

		test("stops wherever it is cancelled", async () => {
			const views = viewsFor(untyped, SPHERE);
			let checks = 0;
			await engine.reconstruct(
				views,
				defaults,
				createRunContext({ isCancelled: () => ++checks < 0 }).ctx,
			);
			expect(checks).toBeGreaterThan(3);
			for (const stopAt of [1, Math.ceil(checks / 2), checks]) {
				let calls = 0;
				const { ctx } = createRunContext({
					isCancelled: () => ++calls >= stopAt,
				});
				const error = await engine
					.reconstruct(views, defaults, ctx)
					.catch((thrown: unknown) => thrown);
				expect(error).toBeInstanceOf(LunarError);
				expect((error as LunarError).code).toBe("CANCELLED");
				expect(calls).toBe(stopAt);
			}
		});

		test("an empty mask is a typed error", async () => {
			const views = viewsFor(untyped, () => false);
			const error = await engine
				.reconstruct(views, defaults, createRunContext().ctx)
				.catch((thrown: unknown) => thrown);
			expect((error as LunarError).code).toBe("EMPTY_SHAPE");
		});
	});
}

/** Equal for equal bytes. Comparing large arrays with toEqual takes seconds. */
export function hashMesh({ positions, indices }: Mesh): string {
	const hash = createHash("sha256");
	hash.update(
		new Uint8Array(
			positions.buffer,
			positions.byteOffset,
			positions.byteLength,
		),
	);
	hash.update(
		new Uint8Array(indices.buffer, indices.byteOffset, indices.byteLength),
	);
	return hash.digest("hex");
}

async function meshOf(shape: Shape): Promise<Mesh> {
	switch (shape.kind) {
		case "mesh":
			return shape.mesh;
		case "field":
			return extractSurface(shape.field, { resolution: 64 });
		case "volume":
			return shape.surface(64, createRunContext().ctx);
	}
}

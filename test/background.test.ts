import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { createOnnxRuntime } from "../src/adapters/onnxruntime/create-onnx-runtime.ts";
import { chooseRemover } from "../src/apps/choose-remover.ts";
import { LunarError } from "../src/core/errors.ts";
import { createImage, type Image } from "../src/core/image.ts";
import type { Cutout, Photo } from "../src/core/photo.ts";
import {
	createRandom,
	createRunContext,
	type Notice,
} from "../src/core/run-context.ts";
import {
	type BackgroundRemover,
	createBackgroundRemover,
} from "../src/neural/background/background-remover.ts";
import { maskFromMap } from "../src/neural/background/mask-from-map.ts";
import { normalizePicture } from "../src/neural/background/normalize-picture.ts";
import {
	type BackgroundSession,
	backgroundSession,
} from "../src/neural/background/sessions.ts";
import { createGraph } from "../src/neural/graph/graph.ts";
import { binary, unary } from "../src/neural/graph/ops.ts";
import type { BackgroundMode } from "../src/pipeline/background-modes.ts";
import { cutOut } from "../src/pipeline/cut-out.ts";

// No real weights here: networks of the same signature, whose map is how far a pixel, blurred, is from grey.

const folder = mkdtempSync(join(tmpdir(), "lunar-background-"));
const runtime = createOnnxRuntime();
afterAll(async () => {
	await runtime.dispose();
	rmSync(folder, { recursive: true, force: true });
});

const U2NET = sessionOf("u2net");
const BIREFNET: BackgroundSession = {
	...sessionOf("birefnet-general"),
	side: 64,
};

function sessionOf(name: string): BackgroundSession {
	const session = backgroundSession(name);
	if (!session) throw new Error(`no session ${name}`);
	return session;
}

/** Squared distance to grey summed over colours and a 3 × 3 window, times `gain`, plus `bias`; a second output to be ignored. */
function writeNetwork(side: number, gain: number, bias: number): string {
	const g = createGraph("distance", "plain");
	const image = g.input("input.1", [1, 3, side, side]);
	const grey = g.constant(
		"grey",
		Float32Array.of(GREY[0], GREY[1], GREY[2]),
		[1, 3, 1, 1],
	);
	const off = binary(g, "off", "Sub", image, grey);
	const squared = binary(g, "squared", "Mul", off, off);
	const kernel = g.constant(
		"kernel",
		new Float32Array(27).fill(gain / 27),
		[1, 3, 3, 3],
	);
	const blurred = g.node(
		"blur",
		"Conv",
		[squared, kernel],
		[1, 1, side, side],
		{
			attributes: { pads: { ints: [1, 1, 1, 1] } },
		},
	);
	const map = binary(
		g,
		"map",
		"Add",
		blurred,
		g.constant("bias", Float32Array.of(bias), [1]),
	);
	g.output("1959", map);
	g.output("1960", unary(g, "other", "Neg", map));
	const { onnx } = g.finish();
	const path = join(folder, `${side}-${gain}-${bias}.onnx`);
	writeFileSync(path, onnx);
	return path;
}

/** What the brightest-pixel rule and ImageNet's mean make of the background below: 100 of 250. */
const GREY = [0.485, 0.456, 0.406].map(
	(mean, c) => (100 / 250 - mean) / [0.229, 0.224, 0.225][c],
);

/** A bright disc before grey with a little noise. */
function disc(
	width: number,
	height: number,
): { image: Image; inside: (x: number, y: number) => boolean } {
	const random = createRandom(3);
	const image = createImage(width, height);
	const inside = (x: number, y: number): boolean =>
		Math.hypot(x - width * 0.45, y - height * 0.5) < height * 0.3;
	for (let y = 0; y < height; y++)
		for (let x = 0; x < width; x++) {
			const p = (y * width + x) * 4;
			const value = inside(x, y) ? 250 : 100;
			for (let c = 0; c < 3; c++)
				image.data[p + c] = value === 250 ? 250 : value + random() * 4 - 2;
			image.data[p + 3] = 255;
		}
	return { image, inside };
}

function photoOf(image: Image, label = "disc.png"): Photo {
	const { width, height } = image;
	return {
		image,
		label,
		source: { sha256: "", sizeBytes: 1, format: "png", width, height },
	};
}

function iou(
	cutout: { mask: Cutout["mask"] },
	inside: (x: number, y: number) => boolean,
): number {
	const { width, data } = cutout.mask;
	let both = 0;
	let either = 0;
	for (let p = 0; p < data.length; p++) {
		const a = data[p] >= 128;
		const b = inside(p % width, Math.floor(p / width));
		if (a && b) both++;
		if (a || b) either++;
	}
	return both / either;
}

async function cut(
	photo: Photo,
	background: BackgroundMode,
	remover?: BackgroundRemover,
): Promise<{ cutout: Cutout; notices: Notice[] }> {
	const { ctx, record } = createRunContext();
	const [cutout] = await cutOut([photo], { background }, ctx, remover);
	return { cutout, notices: record.notices };
}

async function codeOf(work: Promise<unknown>): Promise<string> {
	try {
		await work;
	} catch (error) {
		if (error instanceof LunarError) return error.code;
		throw error;
	}
	return "none";
}

describe("a network for background removal", () => {
	const { image, inside } = disc(150, 100);

	it("is fed, run and read as rembg does, through onnxruntime", async () => {
		const remover = createBackgroundRemover(
			U2NET,
			writeNetwork(320, 0.1, 0),
			runtime,
		);
		const { ctx } = createRunContext();
		const found = await remover.findMask(image, ctx);
		expect(iou(found, inside)).toBeGreaterThan(0.97);

		// The same by hand.
		const input = normalizePicture(image, U2NET).data as Float32Array;
		const side = 320;
		const map = new Float32Array(side * side);
		for (let y = 0; y < side; y++)
			for (let x = 0; x < side; x++) {
				let sum = 0;
				for (let c = 0; c < 3; c++)
					for (let v = Math.max(0, y - 1); v <= Math.min(side - 1, y + 1); v++)
						for (
							let u = Math.max(0, x - 1);
							u <= Math.min(side - 1, x + 1);
							u++
						)
							sum += (input[(c * side + v) * side + u] - GREY[c]) ** 2;
				map[y * side + x] = (sum * 0.1) / 27;
			}
		const expected = maskFromMap(map, side, side, 150, 100, "clip");
		let largest = 0;
		for (let p = 0; p < expected.mask.data.length; p++)
			largest = Math.max(
				largest,
				Math.abs(expected.mask.data[p] - found.mask.data[p]),
			);
		expect(largest).toBeLessThanOrEqual(1);
		expect(found.confidence).toBeCloseTo(expected.confidence, 2);
		await remover.dispose();
	});

	it("is read through a sigmoid where it gives logits", async () => {
		const remover = createBackgroundRemover(
			BIREFNET,
			writeNetwork(64, 4, -6),
			runtime,
		);
		const { cutout } = await cut(photoOf(image), "auto", remover);
		expect(iou(cutout, inside)).toBeGreaterThan(0.93);
	});

	it("gives a hard mask on request", async () => {
		const remover = createBackgroundRemover(
			U2NET,
			writeNetwork(320, 0.1, 0),
			runtime,
			{
				postProcessMask: true,
			},
		);
		const { mask } = await remover.findMask(image, createRunContext().ctx);
		expect(new Set(mask.data)).toEqual(new Set([0, 255]));
		expect(iou({ mask }, inside)).toBeGreaterThan(0.95);
	});

	it("is used by auto and by its name, and named in the report", async () => {
		const remover = createBackgroundRemover(
			U2NET,
			writeNetwork(320, 0.1, 0),
			runtime,
		);
		for (const mode of ["auto", "u2net"] as const) {
			const { cutout, notices } = await cut(photoOf(image), mode, remover);
			expect(cutout).toMatchObject({ method: "network", network: "u2net" });
			expect(notices.map(({ code }) => code)).toContain("background-network");
		}
		expect((await cut(photoOf(image), "builtin", remover)).cutout.method).toBe(
			"uniform",
		);
	});

	it("gives way to the picture's own alpha", async () => {
		const { image: cutOutImage } = disc(150, 100);
		for (let p = 0; p < 150 * 100; p++)
			if (!inside(p % 150, Math.floor(p / 150)))
				cutOutImage.data[p * 4 + 3] = 0;
		const never: BackgroundRemover = {
			name: "u2net",
			findMask: () => Promise.reject(new Error("it was asked")),
			dispose: async () => {},
		};
		for (const mode of ["auto", "builtin", "u2net"] as const)
			expect((await cut(photoOf(cutOutImage), mode, never)).cutout.method).toBe(
				"alpha",
			);
	});

	it("that sees nothing ends the run if asked for by name, and is passed over by auto", async () => {
		const even = createBackgroundRemover(
			U2NET,
			writeNetwork(320, 0, 0.5),
			runtime,
		);
		expect(await codeOf(cut(photoOf(image), "u2net", even))).toBe(
			"NO_FOREGROUND",
		);
		const { cutout, notices } = await cut(photoOf(image), "auto", even);
		expect(cutout.method).toBe("uniform");
		expect(notices[0].code).toBe("network-unused");
	});

	it("that cannot be loaded is passed over by auto", async () => {
		const path = join(folder, "broken.onnx");
		writeFileSync(path, "not a network");
		const broken = createBackgroundRemover(U2NET, path, runtime);
		expect((await cut(photoOf(image), "auto", broken)).cutout.method).toBe(
			"uniform",
		);
		expect(await codeOf(cut(photoOf(image), "u2net", broken))).toBe(
			"RUNTIME_FAILED",
		);
	});

	it("stops when the run is cancelled", async () => {
		let cancelled = false;
		const { ctx } = createRunContext({ isCancelled: () => cancelled });
		const slow: Parameters<typeof createBackgroundRemover>[2] = {
			load: async () => ({
				device: "cpu",
				inputs: [{ name: "x", shape: [] }],
				outputs: [{ name: "y", shape: [] }],
				run: (_, { signal } = {}) =>
					new Promise((_resolve, reject) =>
						signal?.addEventListener("abort", () => reject(signal.reason)),
					),
				dispose: async () => {},
			}),
			dispose: async () => {},
		};
		const remover = createBackgroundRemover(BIREFNET, "", slow);
		setTimeout(() => {
			cancelled = true;
		}, 20);
		expect(await codeOf(cutOut([photoOf(image)], {}, ctx, remover))).toBe(
			"CANCELLED",
		);
	});

	it("asked for by name needs its file", async () => {
		expect(await codeOf(cut(photoOf(image), "u2net"))).toBe("WEIGHTS_MISSING");
	});
});

describe("chooseRemover", () => {
	it("takes what is in rembg's cache, and says how to get what is not", async () => {
		const home = join(folder, "home");
		const env = { HOME: home, U2NET_HOME: folder };
		expect(await chooseRemover("auto", env, runtime)).toBeUndefined();
		const missing = chooseRemover("isnet-general-use", env, runtime);
		await expect(missing).rejects.toMatchObject({
			code: "WEIGHTS_MISSING",
			message: expect.stringContaining("lunar weights pull isnet-general-use"),
		});
		const path = writeNetwork(320, 0.1, 0);
		const { copyFileSync } = await import("node:fs");
		copyFileSync(path, join(folder, "u2net.onnx"));
		expect(await codeOf(chooseRemover("u2net", env, runtime))).toBe(
			"WEIGHTS_CORRUPT",
		);
		expect(await chooseRemover("auto", env, runtime)).toBeUndefined();
		// The user's own file, at the user's word.
		const own = { ...env, MODEL_CHECKSUM_DISABLED: "1" };
		expect((await chooseRemover("auto", own, runtime))?.name).toBe("u2net");
		expect(await chooseRemover("builtin", own, runtime)).toBeUndefined();
		const { image, inside } = disc(60, 40);
		const remover = await chooseRemover("u2net", own, runtime);
		expect(
			iou((await cut(photoOf(image), "u2net", remover)).cutout, inside),
		).toBeGreaterThan(0.9);
	});
});

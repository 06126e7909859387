import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import type { Camera } from "../core/camera.ts";
import { createImage, type Mask } from "../core/image.ts";
import type { Cutout } from "../core/photo.ts";
import {
	createRandom,
	createRunContext,
	type Notice,
} from "../core/run-context.ts";
import { VIEW_NAMES, type ViewName } from "../core/view.ts";
import { readModel } from "../formats/read-model.ts";
import { resizeMask } from "../kernel/image/resize.ts";
import { canonicalCamera } from "../kernel/math/camera.ts";
import { lookAt, multiply } from "../kernel/math/mat4.ts";
import { turned } from "../kernel/math/rotation.ts";
import { rasterize } from "../kernel/raster/rasterize.ts";
import { settleNamedViews, settlePosedViews } from "./settle-views.ts";

const [{ mesh: cow }, { mesh: box }] = await Promise.all(
	["spot", "boombox"].map(async (name) => {
		const path = new URL(`../../fixtures/eval/${name}/gt.ply`, import.meta.url);
		return (await readModel(readFileSync(path))).parts[0];
	}),
);

/** The object's silhouette, soft at the edge. */
function drawMask(camera: Camera, mesh: typeof cow = cow): Mask {
	const size = { width: camera.width * 2, height: camera.height * 2 };
	const { triangle } = rasterize(mesh, camera, size);
	const data = Uint8Array.from(triangle, (t) => (t >= 0 ? 255 : 0));
	return resizeMask({ ...size, data }, camera.width, camera.height);
}

function flopped({ width, height, data }: Mask): Mask {
	const out = data.slice();
	for (let y = 0; y < height; y++)
		out.subarray(y * width, (y + 1) * width).reverse();
	return { width, height, data: out };
}

function cutout(
	mask: Mask,
	label: string,
	more: { name?: ViewName; camera?: Camera },
): Cutout {
	const { width, height } = mask;
	return {
		photo: {
			image: createImage(width, height),
			label,
			...more,
			source: { sha256: label, sizeBytes: 1, format: "png", width, height },
		},
		mask,
		method: "alpha",
		confidence: 1,
	};
}

const SIDE = 256;
const canonical = (name: ViewName): Camera => canonicalCamera(name, SIDE, SIDE);
const SIX = Object.fromEntries(
	VIEW_NAMES.map((name) => [name, drawMask(canonical(name))]),
) as Record<ViewName, Mask>;

function settle(masks: Partial<Record<ViewName, Mask>>): {
	names: (ViewName | undefined)[];
	labels: string[];
	notices: Notice[];
} {
	const { ctx, record } = createRunContext();
	const settled = settleNamedViews(
		VIEW_NAMES.flatMap((name) => {
			const mask = masks[name];
			return mask ? [cutout(mask, `${name}.png`, { name })] : [];
		}),
		ctx,
	);
	return {
		names: settled.map(({ photo }) => photo.name),
		labels: settled.map(({ photo }) => photo.label),
		notices: record.notices,
	};
}

describe("settleNamedViews", () => {
	it("has nothing to say where all is right", () => {
		const { names, notices } = settle(SIX);
		expect(names).toEqual(VIEW_NAMES);
		expect(notices).toEqual([]);
	});

	it.each([
		["front", "back"],
		["left", "right"],
		["front", "top"],
	] as const)("exchanges %s and %s again", (a, b) => {
		const { names, labels, notices } = settle({
			...SIX,
			[a]: SIX[b],
			[b]: SIX[a],
		});
		expect(notices.map(({ code }) => code)).toEqual(["views-exchanged"]);
		expect(notices[0].message).toContain(`${a}.png`);
		expect(notices[0].message).toContain(`${b}.png`);
		expect(names[labels.indexOf(`${a}.png`)]).toBe(b);
		expect(names[labels.indexOf(`${b}.png`)]).toBe(a);
	});

	it("keeps the front where four around leave open which pair is exchanged", () => {
		const { front, right, back, left } = SIX;
		const { names, notices } = settle({
			front: back,
			right,
			back: front,
			left,
		});
		expect(names[0]).toBe("front");
		expect(notices[0].message).toMatch(/right\.png and left\.png .*front\.png/);
	});

	it("leaves a mirrored view out, and says so", () => {
		const { labels, notices } = settle({ ...SIX, right: flopped(SIX.right) });
		expect(labels).not.toContain("right.png");
		expect(labels).toHaveLength(5);
		expect(notices).toMatchObject([
			{ code: "view-left-out", severity: "warning", label: "right.png" },
		]);
		expect(notices[0].message).toContain("mirrored");
	});

	it("leaves another object's picture out", () => {
		const { labels, notices } = settle({
			...SIX,
			left: drawMask(canonical("left"), box),
		});
		expect(labels).not.toContain("left.png");
		expect(notices[0].message).toContain("fits nowhere");
	});

	it("gives a view the free side that it was taken from", () => {
		const { front, back, left, top, bottom } = SIX;
		const { names, notices } = settle({
			front,
			back,
			right: left,
			top,
			bottom,
		});
		expect(names).toContain("left");
		expect(names).not.toContain("right");
		expect(notices).toMatchObject([{ code: "view-renamed" }]);
	});

	it("does not guess with two views", () => {
		const { front, right } = SIX;
		const { names, notices } = settle({ front, right: flopped(right) });
		expect(names).toEqual(["front", "right"]);
		expect(notices).toEqual([]);
		expect(settle({ front }).names).toEqual(["front"]);
	});
});

const EYES = Array.from({ length: 10 }, (_, k): [number, number, number] => {
	const y = 1 - (2 * k + 1) / 10;
	const r = Math.sqrt(1 - y * y);
	return [2.5 * r * Math.cos(2.4 * k), 2.5 * y, 2.5 * r * Math.sin(2.4 * k)];
});
const POSED = EYES.map((eye, k) => {
	const camera: Camera = {
		...canonical("front"),
		worldFromCamera: lookAt(eye, [0, 0, 0]),
	};
	return cutout(drawMask(camera), `r_${k}.png`, { camera });
});

/** The capture with its camera turned about the origin by 2° and moved by 2 % of its distance. */
function misplaced(capture: Cutout, random: () => number): Cutout {
	const off = (): number => (2 * random() - 1) * 0.03;
	const r = turned(
		Float64Array.of(1, 0, 0, 0, 1, 0, 0, 0, 1),
		off(),
		off(),
		off(),
	);
	const camera = capture.photo.camera as Camera;
	const m = new Float64Array(16);
	for (let row = 0; row < 3; row++) {
		m.set(r.subarray(row * 3, row * 3 + 3), row * 4);
		m[row * 4 + 3] = off();
	}
	m[15] = 1;
	const worldFromCamera = multiply(m, camera.worldFromCamera);
	return {
		...capture,
		photo: { ...capture.photo, camera: { ...camera, worldFromCamera } },
	};
}

describe("settlePosedViews", () => {
	it("keeps exact cameras bit by bit", () => {
		const { ctx, record } = createRunContext();
		const settled = settlePosedViews(POSED, ctx);
		expect(settled.map(({ cutout }) => cutout)).toEqual(POSED);
		for (const [v, { camera }] of settled.entries())
			expect(camera).toBe(POSED[v].photo.camera);
		expect(record.notices).toEqual([]);
	});

	it("corrects cameras that are a little wrong, and tells by how much", () => {
		const { ctx, record } = createRunContext();
		const random = createRandom(3);
		const given = POSED.map((capture) => misplaced(capture, random));
		const settled = settlePosedViews(given, ctx);
		expect(record.notices.map(({ code }) => code)).toEqual([
			"cameras-corrected",
		]);
		expect(record.notices[0].message).toMatch(/r_\d\.png: turned \d\.\d°/);
		// Where cameras look from, one from another: free of the world's own turn.
		const between = (cameras: readonly Camera[]): number[] =>
			cameras.slice(1).map(({ worldFromCamera: m }, v) => {
				const { worldFromCamera: n } = cameras[v];
				return Math.acos(m[2] * n[2] + m[6] * n[6] + m[10] * n[10]);
			});
		const truth = between(POSED.map(({ photo }) => photo.camera as Camera));
		const worst = (cameras: readonly Camera[]): number =>
			Math.max(...between(cameras).map((a, v) => Math.abs(a - truth[v])));
		expect(
			worst(given.map(({ photo }) => photo.camera as Camera)),
		).toBeGreaterThan(0.025);
		expect(worst(settled.map(({ camera }) => camera))).toBeLessThan(0.01);
	});

	it("leaves out a capture of another object, and finds two that are exchanged", () => {
		const { ctx, record } = createRunContext();
		const foreign = POSED.map((capture, v) =>
			v === 4
				? { ...capture, mask: drawMask(capture.photo.camera as Camera, box) }
				: capture,
		);
		expect(settlePosedViews(foreign, ctx)).toHaveLength(9);
		expect(record.notices).toMatchObject([
			{ code: "view-left-out", label: "r_4.png" },
		]);
		const other = createRunContext();
		const swapped = POSED.map((capture, v) =>
			v === 2 || v === 7 ? { ...capture, mask: POSED[9 - v].mask } : capture,
		);
		const settled = settlePosedViews(swapped, other.ctx);
		expect(other.record.notices).toMatchObject([{ code: "views-exchanged" }]);
		expect(settled[2].camera.worldFromCamera).toEqual(
			POSED[7].photo.camera?.worldFromCamera,
		);
	});
});

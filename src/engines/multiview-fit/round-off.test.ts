import { expect, test } from "vitest";
import { extractSurface } from "../../kernel/field/extract-surface.ts";
import { hullField } from "../../kernel/field/hull-field.ts";
import { silhouetteDistance } from "../../kernel/image/silhouette-distance.ts";
import { canonicalCamera } from "../../kernel/math/camera.ts";
import { measureBounds, signedVolume } from "../../kernel/mesh/measure.ts";
import { BODY_RADIUS, SPHERE, viewOf } from "../engine.contract.ts";
import { findOpenLine, roundedBox, roundOff } from "./round-off.ts";

const conesOf = (names: readonly ("front" | "back" | "right")[]) =>
	names.map((name) => {
		const { camera, mask } = viewOf(
			SPHERE,
			canonicalCamera(name, 96, 96),
			name,
		);
		return { camera, silhouette: silhouetteDistance(mask) };
	});
const BOX = { min: [-0.5, -0.5, -1.5], max: [0.5, 0.5, 1.5] } as const;

test("the front and back of a sphere give about a sphere, not a prism", () => {
	const cones = conesOf(["front", "back"]);
	const hull = hullField(cones, BOX);
	const line = findOpenLine(hull, cones);
	if (line === null) throw new Error("no open line found");
	expect(line.middle).toBeCloseTo(0, 6);
	expect(line.radius).toBeCloseTo(BODY_RADIUS, 1);
	const box = roundedBox(BOX, line);
	const mesh = extractSurface(roundOff(hull, line, box), { resolution: 48 });
	const share = signedVolume(mesh) / ((4 / 3) * Math.PI * BODY_RADIUS ** 3);
	expect(share).toBeGreaterThan(0.9);
	expect(share).toBeLessThan(1.4);
	const { min, max } = measureBounds(mesh);
	expect(max[2]).toBeLessThan(1.2 * BODY_RADIUS);
	expect(max[2] + min[2]).toBeCloseTo(0, 1);
});

test("what one view sees larger than the other stands nearer to it", () => {
	// Both cameras moved the same way: the object is no longer in the middle between them.
	const moved = 0.3;
	const cones = (["front", "back"] as const).map((name) => {
		const canonical = canonicalCamera(name, 96, 96);
		const worldFromCamera = [...canonical.worldFromCamera];
		worldFromCamera[11] -= moved;
		const { camera, mask } = viewOf(
			SPHERE,
			{ ...canonical, worldFromCamera: worldFromCamera as never },
			name,
		);
		return { camera, silhouette: silhouetteDistance(mask) };
	});
	const hull = hullField(cones, BOX);
	const line = findOpenLine(hull, cones);
	if (line === null) throw new Error("no open line found");
	expect(Math.abs(line.middle)).toBeCloseTo(moved, 5);
	const box = roundedBox(BOX, line);
	const mesh = extractSurface(roundOff(hull, line, box), { resolution: 48 });
	const { min, max } = measureBounds(mesh);
	expect((max[2] + min[2]) / 2).toBeGreaterThan(-0.5 * moved);
	expect((max[2] + min[2]) / 2).toBeLessThan(0.5 * moved);
	expect(max[0] - min[0]).toBeGreaterThan(1.9 * BODY_RADIUS);
});

test("views from two sides leave nothing open", () => {
	const cones = conesOf(["front", "right"]);
	expect(findOpenLine(hullField(cones, BOX), cones)).toBeNull();
});

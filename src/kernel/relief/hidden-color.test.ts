import { describe, expect, test } from "vitest";
import type { Image, Mask } from "../../core/image.ts";
import type { ColorField } from "../../core/shape.ts";
import { canonicalCamera } from "../math/camera.ts";
import { frameObject } from "./crop-frame.ts";
import { type HiddenColorOptions, hiddenColor } from "./hidden-color.ts";
import { largeMasses } from "./large-masses.ts";
import { placeRelief } from "./place-relief.ts";

const SIDE = 128; // pixels
const camera = canonicalCamera("front", SIDE, SIDE);
const RADIUS = 56; // pixels
/** World units per pixel in the plane through the origin. */
const UNIT = 2.5 / camera.fx;

/** A disc of one colour before blue, with something painted on it. */
function disc(paint: (x: number, y: number) => [number, number, number]): {
	image: Image;
	mask: Mask;
} {
	const image = {
		width: SIDE,
		height: SIDE,
		data: new Uint8ClampedArray(SIDE * SIDE * 4),
	};
	const mask = { width: SIDE, height: SIDE, data: new Uint8Array(SIDE * SIDE) };
	for (let n = 0; n < SIDE * SIDE; n++) {
		const x = (n % SIDE) + 0.5 - SIDE / 2;
		const y = Math.floor(n / SIDE) + 0.5 - SIDE / 2;
		const inside = Math.hypot(x, y) < RADIUS;
		mask.data[n] = inside ? 255 : 0;
		image.data.set([...(inside ? paint(x, y) : [0, 0, 255]), 255], n * 4);
	}
	return { image, mask };
}

function colorsOf(
	{ image, mask }: { image: Image; mask: Mask },
	options: HiddenColorOptions,
): ColorField {
	const frame = frameObject(mask, 96);
	if (frame === null) throw new TypeError("the mask is empty");
	return hiddenColor(image, frame, placeRelief(camera, frame), options);
}

/** Linear RGB at a point given in pixels off the middle of the picture, in the plane through the origin or behind it. */
function at(field: ColorField, x: number, y: number, behind: number): number[] {
	// The same ray, farther away.
	const grow = (2.5 + behind) / 2.5;
	const out = new Float32Array(3);
	field.sample(
		new Float32Array([x * UNIT * grow, -y * UNIT * grow, -behind]),
		out,
		1,
	);
	return [...out];
}

const EYES = (x: number, y: number): boolean =>
	Math.hypot(Math.abs(x) - 16, y + 10) < 5;

describe("the back", () => {
	const face = disc((x, y) => (EYES(x, y) ? [0, 0, 0] : [255, 200, 150]));

	test("soft: has the colour of the front and no eyes, and no background", () => {
		const field = colorsOf(face, { back: "soft" });
		const plain = at(field, 0, 20, 0.2);
		const eye = at(field, 16, -10, 0.2);
		for (let c = 0; c < 3; c++)
			expect(Math.abs(eye[c] - plain[c])).toBeLessThan(0.03);
		expect(plain[0]).toBeGreaterThan(0.95);
		expect(at(field, RADIUS, 0, 0)[2]).toBeLessThan(0.35);
	});

	test("mirror: has the eyes where the front has them", () => {
		const field = colorsOf(face, { back: "mirror" });
		expect(at(field, 16, -10, 0.2)[0]).toBeLessThan(0.05);
		expect(at(field, 0, 20, 0.2)[0]).toBeGreaterThan(0.95);
		expect(at(field, RADIUS, 0, 0)[2]).toBeLessThan(0.35);
	});

	test("soft: keeps what is large", () => {
		const field = colorsOf(
			disc((_, y) => (y > 0 ? [255, 255, 255] : [255, 0, 0])),
			{},
		);
		expect(at(field, 0, 25, 0.2)[1]).toBeGreaterThan(0.8);
		expect(at(field, 0, -25, 0.2)[1]).toBeLessThan(0.2);
	});
});

test("a spot at the rim is there where the side begins, and is no streak farther back", () => {
	const spot = disc((x, y) =>
		Math.hypot(x - RADIUS, y) < 7 ? [0, 0, 0] : [255, 255, 255],
	);
	const field = colorsOf(spot, {});
	const near = at(field, RADIUS - 2, 0, 0)[0];
	const far = at(field, RADIUS - 2, 0, 0.2)[0];
	expect(near).toBeLessThan(0.55);
	expect(far).toBeGreaterThan(near + 0.2);
});

test("sides begin at the middle of the solid, wherever it lies", () => {
	const spot = disc((x, y) =>
		Math.hypot(x - RADIUS, y) < 7 ? [0, 0, 0] : [255, 255, 255],
	);
	const flat = new Float32Array(96 * 96);
	const back = flat.map(() => -1); // work units: the middle is at −0.5
	const field = colorsOf(spot, { depth: { front: flat, back } });
	const plain = colorsOf(spot, {});
	const behind = 0.2 * RADIUS * UNIT * 1.1;
	expect(at(field, RADIUS - 2, 0, behind)[0]).toBeLessThan(
		at(plain, RADIUS - 2, 0, behind)[0] - 0.1,
	);
});

test("large masses: small spots go, edges stay sharp, unweighted pixels do not count", () => {
	const size = 40;
	const linear = new Float32Array(3 * size * size);
	const weight = new Float32Array(size * size).fill(1);
	for (let n = 0; n < size * size; n++) {
		const x = n % size;
		const y = Math.floor(n / size);
		linear[n] = x < 20 ? 1 : 0;
		if (Math.hypot(x - 8, y - 20) < 2.5) linear[n] = 0;
		if (y > 36) {
			weight[n] = 0;
			linear[n] = 1000;
		}
	}
	const masses = largeMasses(linear, weight, size, 6);
	expect(masses[20 * size + 8]).toBe(1);
	expect(masses[10 * size + 18]).toBe(1);
	expect(masses[10 * size + 21]).toBe(0);
	expect(Math.max(...masses)).toBe(1);
});

test("what never reaches the outline stays on the front, however large", () => {
	const fruit = disc((x, y) =>
		Math.hypot(x, y) < 24 ? [140, 70, 20] : [120, 220, 60],
	);
	const [red, green] = at(colorsOf(fruit, {}), 0, 0, 0.2);
	// Linear: the flesh is 0.19, 0.72, the stone 0.26, 0.06.
	expect(green).toBeGreaterThan(0.65);
	expect(red).toBeLessThan(0.22);
});

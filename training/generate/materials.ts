import type { Dice } from "./dice.ts";
import type { Vec } from "./solids.ts";

export type Pattern =
	| "plain"
	| "noise"
	| "stripes"
	| "checks"
	| "spots"
	| "gradient"
	| "rings"
	| "writing"
	| "patches";

/** A picture on a surface, repeated beyond its sides. Linear. */
export interface Texture {
	readonly width: number;
	readonly height: number;
	readonly color: Float32Array; // [height × width × 3]
}

/** How a part looks. Colours are linear. */
export interface Material {
	/** In place of a plain pattern's one colour. */
	readonly texture?: Texture;
	readonly pattern: Pattern;
	readonly base: Vec;
	readonly second: Vec;
	readonly scale: number;
	/** Direction of stripes and gradients, and the offset of noise. */
	readonly along: Vec;
	readonly offset: number;
	/** Share of `second`, 0–1. */
	readonly share: number;
	/** Strength of the highlight, 0–1, and its sharpness. */
	readonly gloss: number;
	readonly sharpness: number;
	readonly metal: boolean;
	/** Fine grain on top of the pattern. */
	readonly grain: number;
}

export type Tone =
	| "any"
	| "dark"
	| "light"
	| "wood"
	| "metal"
	| "leaf"
	| "skin"
	| "fur"
	| "mottled";

export function createMaterial(dice: Dice, tone: Tone): Material {
	const base = toneColor(dice, tone);
	const near = dice.chance(0.6);
	const second: Vec = near
		? (base.map((c) =>
				Math.min(1, Math.max(0, c * dice.range(0.35, 1.6))),
			) as unknown as Vec)
		: toneColor(dice, "any");
	const pattern: Pattern =
		tone === "wood"
			? dice.pick(["rings", "noise", "plain"])
			: tone === "fur"
				? dice.pick(["noise", "plain", "patches", "gradient", "gradient"])
				: tone === "mottled"
					? dice.pick([
							"noise",
							"noise",
							"spots",
							"patches",
							"stripes",
							"rings",
							"writing",
						])
					: dice.pick([
							"plain",
							"plain",
							"plain",
							"plain",
							"noise",
							"noise",
							"stripes",
							"checks",
							"spots",
							"gradient",
							"writing",
							"patches",
						]);
	const metal = tone === "metal" || dice.chance(0.06);
	return {
		pattern,
		base,
		second,
		scale: Math.exp(dice.range(0.3, 2.6)),
		along: [dice.normal(), dice.normal() * 1.5, dice.normal()],
		offset: dice.range(0, 1000),
		share: dice.range(0.2, 0.8),
		gloss: metal
			? dice.range(0.4, 0.9)
			: dice.chance(0.5)
				? 0
				: dice.range(0, 0.5),
		sharpness: Math.exp(dice.range(1.5, 5)),
		metal,
		grain:
			tone === "mottled"
				? dice.range(0, 0.5)
				: dice.chance(0.4)
					? dice.range(0, 0.35)
					: 0,
	};
}

function toneColor(dice: Dice, tone: Tone): Vec {
	switch (tone) {
		case "dark":
			return gray(dice.range(0.005, 0.06), dice, 0.01);
		case "light":
			return gray(dice.range(0.5, 0.9), dice, 0.08);
		case "wood":
			return tint([0.4, 0.2, 0.08], dice);
		case "metal":
			return gray(dice.range(0.2, 0.7), dice, 0.03);
		case "leaf":
			return tint([0.1, 0.25, 0.05], dice);
		case "skin":
			return tint([0.6, 0.35, 0.22], dice);
		case "fur":
			return dice.pick([
				tint([0.35, 0.16, 0.06], dice),
				tint([0.5, 0.42, 0.32], dice),
				gray(dice.range(0.02, 0.8), dice, 0.02),
				tint([0.6, 0.25, 0.05], dice),
			]);
		case "any":
		case "mottled": {
			if (dice.chance(0.3)) return gray(dice.range(0.01, 0.9), dice, 0.03);
			const hue = dice.range(0, 6);
			const channel = (k: number): number =>
				Math.min(1, Math.max(0, Math.abs(((hue + k) % 6) - 3) - 1));
			const saturation = dice.range(0.3, 0.95);
			const value = dice.range(0.04, 0.85);
			return [0, 4, 2].map(
				(k) => value * (1 - saturation + saturation * channel(k)),
			) as unknown as Vec;
		}
	}
}

function gray(value: number, dice: Dice, spread: number): Vec {
	return [0, 1, 2].map(() =>
		Math.min(1, Math.max(0, value + spread * dice.normal())),
	) as unknown as Vec;
}

function tint(color: Vec, dice: Dice): Vec {
	const lightness = Math.exp(dice.range(-0.8, 0.6));
	return color.map((c) =>
		Math.min(1, c * lightness * dice.range(0.8, 1.2)),
	) as unknown as Vec;
}

/** Albedo at a point of the object; writes three numbers to `out`. */
export function albedoAt(
	material: Material,
	x: number,
	y: number,
	z: number,
	u: number,
	v: number,
	out: Float64Array,
): void {
	const { base, second, scale, along, offset, share, texture } = material;
	let t = 0;
	switch (material.pattern) {
		case "plain":
			break;
		case "noise": {
			const n =
				0.6 * valueNoise(x * scale + offset, y * scale, z * scale) +
				0.4 *
					valueNoise(
						x * scale * 2.3,
						y * scale * 2.3 + offset,
						z * scale * 2.3,
					);
			t = smooth((n - (1 - share)) * 3 + 0.5);
			break;
		}
		case "stripes": {
			const s = Math.sin(
				(x * along[0] + y * along[1] + z * along[2]) * scale * 1.5 + offset,
			);
			t = smooth((s + share - 0.5) * 4);
			break;
		}
		case "checks": {
			const k =
				Math.floor(x * scale * 0.6 + offset) +
				Math.floor(y * scale * 0.6 + offset) +
				Math.floor(z * scale * 0.6 + offset);
			t = k & 1;
			break;
		}
		case "spots": {
			const n = valueNoise(x * scale + offset, y * scale + offset, z * scale);
			t = n > 1 - share * 0.6 ? 1 : 0;
			break;
		}
		case "gradient":
			t = smooth(
				(x * along[0] * 0.3 + y * along[1] + z * along[2]) * 0.6 + share,
			);
			break;
		case "rings": {
			const wobble = valueNoise(x * 2 + offset, y * 2, z * 2) * 2;
			const r = Math.hypot(x * along[0] + z, y * along[1] + x * 0.3) * scale;
			t = 0.5 + 0.5 * Math.sin(r * 3 + wobble * 4);
			break;
		}
		case "writing": {
			// Rows of short strokes on two sides, as printing looks from afar.
			const row = Math.floor(y * scale * 1.6 + offset);
			const inRow = y * scale * 1.6 + offset - row;
			const cell = Math.floor((x + z) * scale * 3 + row * 7.3);
			if ((row & 3) !== 0 && inRow > 0.25 && inRow < 0.8)
				t = hash(cell, row, Math.floor(offset)) > 0.45 ? 1 : 0;
			break;
		}
		case "patches": {
			const n = valueNoise(x * 1.6 + offset, y * 1.6, z * 1.6 + offset);
			t = n > 1 - share ? 1 : 0;
			break;
		}
	}
	let shade = 1;
	if (material.grain > 0)
		shade +=
			material.grain * (valueNoise(x * 23, y * 23, z * 23 + offset) - 0.5) * 2;
	if (texture !== undefined) {
		const i = Math.floor((u - Math.floor(u)) * texture.width);
		const j = Math.floor((v - Math.floor(v)) * texture.height);
		const at =
			3 *
			(Math.min(j, texture.height - 1) * texture.width +
				Math.min(i, texture.width - 1));
		for (let c = 0; c < 3; c++)
			out[c] = Math.min(1, texture.color[at + c] * shade);
		return;
	}
	out[0] = Math.min(1, (base[0] + (second[0] - base[0]) * t) * shade);
	out[1] = Math.min(1, (base[1] + (second[1] - base[1]) * t) * shade);
	out[2] = Math.min(1, (base[2] + (second[2] - base[2]) * t) * shade);
}

function smooth(t: number): number {
	const c = t < 0 ? 0 : t > 1 ? 1 : t;
	return c * c * (3 - 2 * c);
}

/** Smoothly blended lattice of hashed values, 0–1 (Perlin, 1985, in its simplest form). */
function valueNoise(x: number, y: number, z: number): number {
	const i = Math.floor(x);
	const j = Math.floor(y);
	const k = Math.floor(z);
	const u = smooth(x - i);
	const v = smooth(y - j);
	const w = smooth(z - k);
	const a = hash(i, j, k) * (1 - u) + hash(i + 1, j, k) * u;
	const b = hash(i, j + 1, k) * (1 - u) + hash(i + 1, j + 1, k) * u;
	const c = hash(i, j, k + 1) * (1 - u) + hash(i + 1, j, k + 1) * u;
	const d = hash(i, j + 1, k + 1) * (1 - u) + hash(i + 1, j + 1, k + 1) * u;
	return (a * (1 - v) + b * v) * (1 - w) + (c * (1 - v) + d * v) * w;
}

function hash(i: number, j: number, k: number): number {
	let h =
		Math.imul(i, 374761393) +
		Math.imul(j, 668265263) +
		Math.imul(k, 1274126177);
	h = Math.imul(h ^ (h >>> 13), 1274126177);
	return ((h ^ (h >>> 16)) >>> 0) / 4294967296;
}

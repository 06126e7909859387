import type { Light } from "../../core/asset.ts";
import {
	HARMONIC_COUNT,
	harmonicsOf,
	shadingOf,
} from "./spherical-harmonics.ts";

/** Albedo: colours over the light that falls on their normals. */
export function divideLight(
	color: Float32Array, // [count × 3] linear RGB
	normals: Float32Array, // [count × 3] unit
	light: Light,
): Float32Array /* [count × 3] */ {
	const out = new Float32Array(color.length);
	const basis = new Float64Array(HARMONIC_COUNT);
	const channels = [0, 1, 2].map((channel) =>
		Float64Array.from(light.harmonics, (term) => term[channel]),
	);
	for (let i = 0; i < color.length / 3; i++) {
		harmonicsOf(normals, i, basis, 0);
		for (let channel = 0; channel < 3; channel++) {
			const albedo =
				color[3 * i + channel] / shadingOf(channels[channel], basis, 0);
			out[3 * i + channel] = albedo < 1 ? albedo : 1;
		}
	}
	return out;
}

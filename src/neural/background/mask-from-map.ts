import type { Mask } from "../../core/image.ts";
import { lanczosResize } from "../../kernel/image/lanczos-resize.ts";
import type { BackgroundSession } from "./sessions.ts";

export interface MapMask {
	readonly mask: Mask;
	/** How far the map is decided, 0–1; 0 where it is the same everywhere. */
	readonly confidence: number;
}

/** A map whose values differ by less than this says nothing; stretching it would show noise. */
const LEAST_RANGE = 1e-4;
/** Of the stretched map: below, nobody would call it object. */
const BARELY = 13; // of 255

/**
 * The mask a map of a network stands for, at the picture's size: stretched from its least to its largest value over
 * 0–255, cut (not rounded) to 8 bits, resized. Single precision throughout, as rembg computes.
 */
export function maskFromMap(
	map: Float32Array, // [mapHeight × mapWidth]
	mapWidth: number,
	mapHeight: number,
	width: number,
	height: number,
	kind: BackgroundSession["map"],
): MapMask {
	if (map.length !== mapWidth * mapHeight)
		throw new RangeError(
			`${map.length} values are not a map of ${mapHeight} × ${mapWidth}`,
		);
	const f = Math.fround;
	const shares = new Float32Array(map.length);
	let least = Number.POSITIVE_INFINITY;
	let largest = Number.NEGATIVE_INFINITY;
	for (let i = 0; i < map.length; i++) {
		const raw = map[i];
		shares[i] =
			kind === "sigmoid"
				? f(1 / f(1 + f(Math.exp(-raw))))
				: kind === "clip"
					? Math.min(1, Math.max(0, raw))
					: raw;
		if (shares[i] < least) least = shares[i];
		if (shares[i] > largest) largest = shares[i];
	}
	const mask = { width, height, data: new Uint8Array(width * height) };
	// Also false where a value is not a number.
	if (!(largest - least >= LEAST_RANGE)) return { mask, confidence: 0 };

	const range = f(largest - least);
	const bytes = new Uint8Array(map.length);
	let decided = 0;
	let count = 0;
	for (let i = 0; i < map.length; i++) {
		const byte = f(f(f(shares[i] - least) / range) * 255);
		bytes[i] = byte;
		if (bytes[i] < BARELY) continue;
		decided += Math.abs(2 * bytes[i] - 255) / 255;
		count++;
	}
	mask.data.set(lanczosResize(bytes, mapWidth, mapHeight, 1, width, height));
	// Shares that never come near 1 were stretched to look sure.
	const sure = kind === "plain" ? 1 : Math.min(1, largest / 0.5);
	return { mask, confidence: count === 0 ? 0 : sure * (decided / count) };
}

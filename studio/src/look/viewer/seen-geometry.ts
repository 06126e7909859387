import { BufferAttribute, type BufferGeometry, Color } from "three";
import { SEEN_COLORS } from "./seen-colors.ts";

const OFTEN = 4;

/** The geometry with every triangle in the colour of how many pictures see it. */
export function seenGeometry(
	geometry: BufferGeometry,
	seen: Uint8Array, // [triangleCount]
): BufferGeometry {
	const flat = geometry.index ? geometry.toNonIndexed() : geometry.clone();
	const palette = paletteOf();
	const colors = new Float32Array(seen.length * 9);
	for (let t = 0; t < seen.length; t++) {
		const color = palette[Math.min(seen[t], OFTEN)];
		for (let k = 0; k < 3; k++) color.toArray(colors, t * 9 + k * 3);
	}
	flat.setAttribute("color", new BufferAttribute(colors, 3));
	return flat;
}

function paletteOf(): readonly Color[] {
	const once = new Color(SEEN_COLORS.once);
	const often = new Color(SEEN_COLORS.often);
	return [
		new Color(SEEN_COLORS.invented),
		...Array.from({ length: OFTEN }, (_, k) =>
			once.clone().lerp(often, k / (OFTEN - 1)),
		),
	];
}

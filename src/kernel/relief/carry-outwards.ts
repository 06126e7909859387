/** Fills unknown pixels with the mean of known neighbours, ring by ring, in place; returns what is known then. */
export function carryOutwards(
	values: Float32Array, // [size × size]
	isKnown: Uint8Array, // [size × size] 0 or 1
	size: number,
	rings: number,
): Uint8Array /* [size × size] */ {
	let known = isKnown;
	for (let ring = 0; ring < rings; ring++) {
		const next = known.slice();
		for (let y = 1; y < size - 1; y++)
			for (let x = 1; x < size - 1; x++) {
				const at = y * size + x;
				if (known[at] === 1) continue;
				let sum = 0;
				let near = 0;
				for (let dy = -size; dy <= size; dy += size)
					for (let dx = -1; dx <= 1; dx++)
						if (known[at + dy + dx] === 1) {
							sum += values[at + dy + dx];
							near++;
						}
				if (near === 0) continue;
				values[at] = sum / near;
				next[at] = 1;
			}
		known = next;
	}
	return known;
}

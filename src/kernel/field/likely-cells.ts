/** Field inside a box by trilinear interpolation of its corners: what it is taken for before it is evaluated. */
export function interpolateBox(
	corners: Float32Array, // [8] x before y before z
	side: number, // cells along the side of the box
	out: Float32Array, // [(side + 1)³]
): void {
	for (let k = 0, n = 0; k <= side; k++) {
		const w = k / side;
		const c0 = corners[0] + (corners[4] - corners[0]) * w;
		const c1 = corners[1] + (corners[5] - corners[1]) * w;
		const c2 = corners[2] + (corners[6] - corners[2]) * w;
		const c3 = corners[3] + (corners[7] - corners[3]) * w;
		for (let j = 0; j <= side; j++) {
			const v = j / side;
			const left = c0 + (c2 - c0) * v;
			const right = c1 + (c3 - c1) * v;
			for (let i = 0; i <= side; i++, n++)
				out[n] = left + ((right - left) * i) / side;
		}
	}
}

/** Calls back with every cell of the box in which the field comes within `margin` of changing sign. */
export function visitLikelyCells(
	values: Float32Array, // [(side + 1)³]
	side: number,
	margin: number,
	visit: (i: number, j: number, k: number) => void,
): void {
	const row = side + 1;
	const slice = row * row;
	for (let k = 0; k < side; k++)
		for (let j = 0; j < side; j++)
			for (let i = 0; i < side; i++) {
				const first = i + row * j + slice * k;
				let low = values[first];
				let high = low;
				for (let c = 1; c < 8; c++) {
					const value =
						values[first + (c & 1) + row * ((c >> 1) & 1) + slice * (c >> 2)];
					if (value < low) low = value;
					if (value > high) high = value;
				}
				if (low < margin && high >= -margin) visit(i, j, k);
			}
}

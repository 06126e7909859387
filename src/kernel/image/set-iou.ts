/** Intersection over union of two sets of pixels; 1 where both are empty. */
export function setIou(a: Uint8Array, b: Uint8Array): number {
	if (a.length !== b.length)
		throw new RangeError(`${a.length} and ${b.length} pixels`);
	let both = 0;
	let either = 0;
	for (let i = 0; i < a.length; i++) {
		if (a[i] !== 0 && b[i] !== 0) both++;
		if (a[i] !== 0 || b[i] !== 0) either++;
	}
	return either === 0 ? 1 : both / either;
}

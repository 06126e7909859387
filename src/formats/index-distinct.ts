/** Numbers distinct rows in the order they first appear. Two rows are one where all keys are equal. */
export function indexDistinct(
	keys: Int32Array, // [rowCount × keyCount]
	keyCount: number,
): {
	rowToDistinct: Uint32Array; // [rowCount]
	firstRows: Uint32Array; // [distinctCount] a row of each distinct one
} {
	const rowCount = keys.length / keyCount;
	let slotCount = 16;
	while (slotCount < rowCount * 2) slotCount *= 2;
	const mask = slotCount - 1;
	const slots = new Int32Array(slotCount).fill(-1); // distinct number
	const rowToDistinct = new Uint32Array(rowCount);
	const firstRows = new Uint32Array(rowCount);
	let distinctCount = 0;
	for (let row = 0; row < rowCount; row++) {
		const at = row * keyCount;
		let hash = 0;
		for (let k = 0; k < keyCount; k++) {
			hash = Math.imul(hash ^ keys[at + k], 0x9e3779b1);
			hash ^= hash >>> 15;
		}
		let slot = hash & mask;
		for (;;) {
			const distinct = slots[slot];
			if (distinct < 0) {
				slots[slot] = distinctCount;
				firstRows[distinctCount] = row;
				rowToDistinct[row] = distinctCount++;
				break;
			}
			const other = firstRows[distinct] * keyCount;
			let k = 0;
			while (k < keyCount && keys[other + k] === keys[at + k]) k++;
			if (k === keyCount) {
				rowToDistinct[row] = distinct;
				break;
			}
			slot = (slot + 1) & mask;
		}
	}
	return { rowToDistinct, firstRows: firstRows.slice(0, distinctCount) };
}

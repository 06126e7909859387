/** What rounding in an unwrapper or packer may add. */
const TOLERANCE = 1e-4;

/** Whether a picture under these UVs is used once (clamp), not as a pattern (repeat). */
export function staysInUnitSquare(
	uvs: Float32Array, // [vertexCount × 2]
): boolean {
	for (let i = 0; i < uvs.length; i++)
		if (!(uvs[i] >= -TOLERANCE && uvs[i] <= 1 + TOLERANCE)) return false;
	return true;
}

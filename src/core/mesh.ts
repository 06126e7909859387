/** Triangle mesh. Right-handed, +Y up, counter-clockwise seen from outside. */
export interface Mesh {
	readonly positions: Float32Array; // [vertexCount × 3] xyz, world units
	readonly indices: Uint32Array; // [triangleCount × 3]
	readonly normals?: Float32Array; // [vertexCount × 3] unit length
	readonly uvs?: Float32Array; // [vertexCount × 2] origin top-left, 0–1
	readonly colors?: Float32Array; // [vertexCount × 4] linear RGBA, 0–1
}

/** Axis-aligned box. */
export interface Box {
	readonly min: readonly [number, number, number];
	readonly max: readonly [number, number, number];
}

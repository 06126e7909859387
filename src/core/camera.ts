/** 4 × 4 matrix, row-major, acting on column vectors: p' = M · p. */
export type Mat4 = Float64Array; // [16]

/**
 * Pinhole camera with OpenGL/glTF axes: it looks down its −Z, +Y is up, +X right.
 *
 * A point (x, y, z) in camera space lands on the pixel
 * u = cx + fx · x / −z, v = cy − fy · y / −z, with pixel centres at +0.5.
 */
export interface Camera {
	readonly worldFromCamera: Mat4; // [16] rigid: rotation and translation, no scale
	readonly fx: number; // pixels
	readonly fy: number; // pixels
	readonly cx: number; // pixels from the left edge
	readonly cy: number; // pixels from the top edge
	readonly width: number; // pixels
	readonly height: number; // pixels
}

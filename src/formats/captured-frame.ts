import type { Mat4 } from "../core/camera.ts";

/** One picture of a posed capture: where it is, where its camera stood, and how it saw. */
export interface CapturedFrame {
	/** Relative to the camera file, with `/`, inside its folder. May lack the extension. */
	readonly filePath: string;
	readonly worldFromCamera: Mat4; // rigid, our world: +Y up
	/** Focal lengths and principal point for the picture at this size, in pixels. */
	intrinsics(width: number, height: number): Intrinsics;
}

export interface Intrinsics {
	readonly fx: number; // pixels
	readonly fy: number; // pixels
	readonly cx: number; // pixels from the left edge
	readonly cy: number; // pixels from the top edge
}

/** 8-bit sRGB picture with straight (not premultiplied) alpha. Row-major, origin top-left. */
export interface Image {
	readonly width: number; // pixels
	readonly height: number; // pixels
	readonly data: Uint8ClampedArray; // [height × width × 4] sRGB RGBA
}

/** Coverage of the object: 0 background, 255 foreground, between them a soft edge. */
export interface Mask {
	readonly width: number; // pixels
	readonly height: number; // pixels
	readonly data: Uint8Array; // [height × width] 0–255
}

/** A transparent black picture. */
export function createImage(width: number, height: number): Image {
	return { width, height, data: new Uint8ClampedArray(width * height * 4) };
}

/** An empty mask. */
export function createMask(width: number, height: number): Mask {
	return { width, height, data: new Uint8Array(width * height) };
}

import type { Camera } from "./camera.ts";
import type { Image, Mask } from "./image.ts";
import type { ViewName } from "./view.ts";

/** One input picture, decoded, upright and in sRGB, with what is known about it. */
export interface Photo {
	readonly image: Image;
	/** File name, for messages and the report. */
	readonly label: string;
	/** Canonical side, where the user named one. */
	readonly name?: ViewName;
	/** Pose and intrinsics, where the capture came with them. Same size as `image`. */
	readonly camera?: Camera;
	/** Where the object is, as the user says: nothing is looked for then. */
	readonly given?: GivenMask;
	readonly source: PhotoSource;
}

/** A mask that came with a photo. */
export interface GivenMask {
	readonly mask: Mask; // same size as the photo's image
	readonly sha256: string; // hex, of the file it came from
}

/** The file a photo came from, before any change by us. */
export interface PhotoSource {
	readonly sha256: string; // hex
	readonly sizeBytes: number;
	readonly format: string; // 'png', 'jpeg', 'webp', …
	readonly width: number; // pixels, after EXIF rotation, before any reduction
	readonly height: number; // pixels
}

/** How a foreground was found. */
export type MaskMethod =
	| "alpha"
	| "uniform"
	| "flood"
	| "grabcut"
	| "network"
	| "keep"
	| "given";

/** A photo with its foreground found. */
export interface Cutout {
	readonly photo: Photo;
	readonly mask: Mask; // same size as photo.image
	readonly method: MaskMethod;
	/** The network that found it, where one did. */
	readonly network?: string;
	/** How far the mask can be trusted, 0–1. Below 0.6 the user is told. */
	readonly confidence: number;
}

/** What is refused before any pixel is decoded, and what is changed or remarked on. */
export interface PictureLimits {
	/** Largest file, bytes. Default 20 MB. */
	readonly fileBytes?: number;
	/** Largest request (all files together), bytes. Default 200 MB. */
	readonly requestBytes?: number;
	/** Most pixels by the file's header. Default 50 million. */
	readonly pixels?: number;
	/** Longest side kept, pixels; a longer one is reduced to it. Default 4096. */
	readonly longSide?: number;
	/** Most pixels kept of one picture; a larger one is reduced to them. Default: `longSide` decides. */
	readonly keptPixels?: number;
	/** Most pixels kept of all pictures of a request together: what holds memory under 1 GB. Default 30 million. */
	readonly requestKeptPixels?: number;
	/** Shorter side below which the user is warned, pixels. Default 256. */
	readonly smallSide?: number;
	/** Shorter side below which a picture is refused, pixels. Default 16. */
	readonly minSide?: number;
}
export const PICTURE_LIMITS: Required<PictureLimits> = {
	fileBytes: 20_000_000,
	requestBytes: 200_000_000,
	pixels: 50_000_000,
	longSide: 4096,
	keptPixels: Infinity,
	requestKeptPixels: 30_000_000,
	smallSide: 256,
	minSide: 16,
};

/** "20.0 MB". */
export function megabytes(bytes: number): string {
	return `${(bytes / 1e6).toFixed(1)} MB`;
}

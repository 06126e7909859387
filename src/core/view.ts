import type { Camera } from "./camera.ts";
import type { Image, Mask } from "./image.ts";

/** The six canonical sides. The object's front faces +Z, its right view is taken from +X, up is +Y. */
export const VIEW_NAMES = [
	"front",
	"right",
	"back",
	"left",
	"top",
	"bottom",
] as const;
export type ViewName = (typeof VIEW_NAMES)[number];

/** A picture with its foreground and the camera that took it. All three have the same size. */
export interface View {
	readonly image: Image; // alpha is ignored: coverage is in `mask`
	readonly mask: Mask;
	readonly camera: Camera;
	/** Canonical side, where the user named one. */
	readonly name?: ViewName;
	/** The camera is a guess, level with the object and framed on it: an engine may turn it. */
	readonly isGuessed?: true;
	/** What the user calls it: the file name. For messages and the report. */
	readonly label: string;
}

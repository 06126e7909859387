import type { ModelGeometry } from "../viewer/types.ts";
import { findPlaces } from "./find-places.ts";

// A thread of its own: large models take a second or two.

export interface PlacesAsk extends ModelGeometry {
	readonly seen?: Uint8Array;
}

addEventListener("message", ({ data }: MessageEvent<PlacesAsk>) =>
	postMessage(findPlaces(data, data.seen)),
);

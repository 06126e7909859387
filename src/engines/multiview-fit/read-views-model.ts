import type { Layers } from "../../kernel/network/parse-layers.ts";
import { readPackagedLayers } from "../../neural/read-packaged-layers.ts";

/** Of the file that these weights are: another one is refused. */
const MODEL_SHA256 =
	"5271dd99233e64f77176f30b39afde23afc75565b35df4e12a8c365978b5e06d";

/** The file in the package, as seen from both src/ and dist/. */
const MODEL_FILE: URL = new URL(
	"../../../models/nova-views.bin",
	import.meta.url,
);

/** The network's layers. */
export function readViewsModel(): Layers {
	return readPackagedLayers(MODEL_FILE, MODEL_SHA256);
}

import type { Layers } from "../../kernel/network/parse-layers.ts";
import { readPackagedLayers } from "../../neural/read-packaged-layers.ts";

/** Of the file that these weights are: another one is refused. */
const MODEL_SHA256 =
	"4876d51143557c55f994c0101fd926c7e806ee05b3ce653fdbce00ca2ec8d2ac";

/** The file in the package, as seen from both src/ and dist/. */
const MODEL_FILE: URL = new URL(
	"../../../models/nova-views.bin",
	import.meta.url,
);

/** The network's layers. */
export function readViewsModel(): Layers {
	return readPackagedLayers(MODEL_FILE, MODEL_SHA256);
}

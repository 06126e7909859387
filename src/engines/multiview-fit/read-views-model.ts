import type { Layers } from "../../kernel/network/parse-layers.ts";
import { readPackagedLayers } from "../../neural/read-packaged-layers.ts";

/** Of the file that these weights are: another one is refused. */
const MODEL_SHA256 =
	"5b236f9282ee480b3688bcbcabf7a4d468f2ad733a7990325b91e7cd6eae71a6";

/** The file in the package, as seen from both src/ and dist/. */
const MODEL_FILE: URL = new URL(
	"../../../models/nova-views.bin",
	import.meta.url,
);

/** The network's layers. */
export function readViewsModel(): Layers {
	return readPackagedLayers(MODEL_FILE, MODEL_SHA256);
}

import type { Layers } from "../../kernel/network/parse-layers.ts";
import { readPackagedLayers } from "../../neural/read-packaged-layers.ts";

/** Of the file that these weights are: another one is refused. */
const MODEL_SHA256 =
	"7a174de74bd26f59c2720adb1bb67f7c85496d103b9b605d9061cb06b450a776";

/** The file in the package, as seen from both src/ and dist/. */
const MODEL_FILE: URL = new URL(
	"../../../models/nova-views.bin",
	import.meta.url,
);

/** The network's layers. */
export function readViewsModel(): Layers {
	return readPackagedLayers(MODEL_FILE, MODEL_SHA256);
}

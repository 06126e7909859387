import type { Layers } from "../../kernel/network/parse-layers.ts";
import { readPackagedLayers } from "../../neural/read-packaged-layers.ts";

/** Of the file that these weights are: another one is refused. */
export const MODEL_SHA256: string =
	"a6860d48dadd99a44ba556544642bc738431560a4974713611820be3a9fd4e52";

/** The file in the package, as seen from both src/ and dist/. */
export const MODEL_FILE: URL = new URL(
	"../../../models/nova-prior.bin",
	import.meta.url,
);

/** The network's layers. */
export function readModel(): Layers {
	return readPackagedLayers(MODEL_FILE, MODEL_SHA256);
}

import type { Layers } from "../../kernel/network/parse-layers.ts";
import { readPackagedLayers } from "../../neural/read-packaged-layers.ts";

/** For few views, and for hollows that many views show. */
export type ViewsNetwork = "views" | "hollows";

/** Of the files that these weights are: other ones are refused. */
const SHA256: Readonly<Record<ViewsNetwork, string>> = {
	views: "5b236f9282ee480b3688bcbcabf7a4d468f2ad733a7990325b91e7cd6eae71a6",
	hollows: "3a84792ae3e89c00d85bcc8a39c83033d5f9e48e506afd00206de59e3fc4c382",
};

/** A network's layers. Its file is in the package, as seen from both src/ and dist/. */
export function readViewsModel(network: ViewsNetwork): Layers {
	return readPackagedLayers(
		new URL(`../../../models/nova-${network}.bin`, import.meta.url),
		SHA256[network],
	);
}

import { readFileSync } from "node:fs";
import { type Layers, parseLayers } from "../../kernel/network/parse-layers.ts";

let L: Layers | undefined;
/** The network's layers. */
export function readViewsModel(): Layers {
	L ??= parseLayers(readFileSync(process.env.NOVA_VIEWS ?? "/tmp/mv/v.bin"));
	return L;
}

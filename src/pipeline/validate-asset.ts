import type { Asset } from "../core/asset.ts";
import { LunarError } from "../core/errors.ts";
import type { RunContext } from "../core/run-context.ts";
import { validateGlb } from "../formats/glb/validate-glb.ts";

/** Lets an asset through only when Khronos' validator finds no error in it. */
export async function validateAsset(
	asset: Asset,
	ctx: RunContext,
): Promise<Asset> {
	const result = await validateGlb(asset.glb);
	if (result.errors > 0)
		throw new LunarError(
			"ASSET_INVALID",
			`glTF validator: ${result.errors} errors: ${result.messages.slice(0, 3).join("; ")}`,
		);
	ctx.log.debug("glTF validated", {
		warnings: result.warnings,
		infos: result.infos,
	});
	return { ...asset, validation: result };
}

import { realpath } from "node:fs/promises";
import { basename, dirname, join, resolve, sep } from "node:path";
import type { LoadedModel } from "../../formats/model.ts";
import { readModel } from "../../formats/read-model.ts";
import { type MergedModel, mergeModel } from "../../pipeline/merge-model.ts";
import { readBytes, sizeOfFile } from "../inputs/input-file.ts";

export interface OpenedModel extends MergedModel {
	readonly model: LoadedModel;
	readonly bytes: Uint8Array;
}

/** Reads a model file with what lies beside it: materials, textures, buffers. */
export async function loadModel(path: string): Promise<OpenedModel> {
	await sizeOfFile(path);
	const bytes = await readBytes(path);
	const folder = await realpath(dirname(resolve(path)));
	const model = await readModel(bytes, {
		name: basename(path),
		resolve: async (relativePath) => {
			const real = await realpath(join(folder, relativePath)).catch(
				() => undefined,
			);
			// A link inside the folder may still lead out of it.
			if (!real?.startsWith(folder + sep)) return undefined;
			await sizeOfFile(real);
			return readBytes(real);
		},
	});
	return { model, bytes, ...(await mergeModel(model)) };
}

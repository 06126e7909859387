// Bytes ⇄ nouns. What needs Node or native code (`picture/`) is not here: this runs in browsers.
export type { CapturedFrame, Intrinsics } from "./captured-frame.ts";
export { type EncodedPicture, pictureExtension } from "./encoded-picture.ts";
export { validateGlb } from "./glb/validate-glb.ts";
export { type WriteGlbOptions, writeGlb } from "./glb/write-glb.ts";
export { mergeParts } from "./merge-parts.ts";
export {
	type FileTexture,
	type LoadedModel,
	MODEL_LIMITS,
	type ModelFormat,
	type ModelPart,
	type ReadModelOptions,
} from "./model.ts";
export type { OutputFile } from "./output-file.ts";
export { readCamerasJson } from "./read-cameras-json.ts";
export { readModel } from "./read-model.ts";
export { readTransformsJson } from "./read-transforms-json.ts";
export { safeRelativePath } from "./safe-relative-path.ts";
export { writeObj } from "./write-obj.ts";
export { writePly } from "./write-ply.ts";
export { writeStl } from "./write-stl.ts";
export { writeUsdz } from "./write-usdz.ts";
export { type ZipOptions, zip } from "./zip.ts";

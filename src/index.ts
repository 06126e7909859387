/** The library: pictures in, a validated asset and an honest report out. */

export { chooseEngine, ENGINES, engineById } from "./apps/wiring.ts";
export type * from "./core/asset.ts";
export type * from "./core/camera.ts";
export type * from "./core/engine.ts";
export { ERRORS, LunarError } from "./core/errors.ts";
export type * from "./core/image.ts";
export type * from "./core/mesh.ts";
export type * from "./core/photo.ts";
export type * from "./core/report.ts";
export { createRunContext, type RunContext } from "./core/run-context.ts";
export type * from "./core/shape.ts";
export { VIEW_NAMES, type View, type ViewName } from "./core/view.ts";
export { decodePicture } from "./formats/picture/decode.ts";
export type {
	CoarsePreview,
	PreviewHandler,
} from "./pipeline/coarse-preview.ts";
export type { Corrections, ObjectBox } from "./pipeline/corrections.ts";
export { giveMask } from "./pipeline/give-mask.ts";
export { inspectModel } from "./pipeline/inspect-model.ts";
export { mergeModel } from "./pipeline/merge-model.ts";
export { openThreads } from "./pipeline/open-threads.ts";
export { resolveRunOptions, runOptionsSchema } from "./pipeline/options.ts";
export { imagesToAsset, type PipelineTools } from "./pipeline/pipeline.ts";
export { resultFiles } from "./pipeline/result-files.ts";

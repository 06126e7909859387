/** What can be written, GLB first. */
export const MODEL_FORMATS = ["glb", "obj", "ply", "stl", "usdz"] as const;
export type ModelFormat = (typeof MODEL_FORMATS)[number];

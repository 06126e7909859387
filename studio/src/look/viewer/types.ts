import type { ReportCamera } from "../../api/types.ts";

export const VIEW_MODES = [
	"textured",
	"clay",
	"normals",
	"wireframe",
	"checker",
	"seen",
] as const;
export type ViewMode = (typeof VIEW_MODES)[number];

export const LIGHTS = ["soft", "room", "sun", "night", "flat"] as const;
export type LightName = (typeof LIGHTS)[number];

export type Vec3 = readonly [x: number, y: number, z: number];

/** Where the camera stands and what it turns around. */
export interface Pose {
	readonly position: Vec3;
	readonly target: Vec3;
}

/** A spot on the model, to be looked at from outside. */
export interface Place {
	readonly point: Vec3;
	readonly normal: Vec3;
	/** World units. */
	readonly radius: number;
}

/** What the viewer needs of a file that it shows. */
export interface ModelFacts {
	readonly triangleCount: number;
	readonly hasUvs: boolean;
	readonly hasSeen: boolean;
}

/** The geometry as the file has it, for whoever looks for problems in it. */
export interface ModelGeometry {
	readonly positions: Float32Array; // [vertexCount × 3]
	readonly indices: Uint32Array; // [triangleCount × 3]
}

export interface Viewer {
	/** Shows a GLB in place of what was there. `seen`: one byte per triangle, how many pictures see it. */
	load(glb: ArrayBuffer, seen?: Uint8Array): Promise<ModelFacts>;
	geometry(): ModelGeometry | undefined;
	setMode(mode: ViewMode): void;
	setLight(light: LightName): void;
	setSpin(spins: boolean): void;
	/** Frames the whole model. */
	home(): void;
	/** From a side, as the six named views are taken. */
	lookFromSide(direction: Vec3): void;
	/** From where a picture was taken, with its lens; undefined: free again. */
	lookFrom(camera: ReportCamera | undefined): void;
	flyTo(place: Place): void;
	/** Turns by angles, moves nearer by a factor: for the keyboard. */
	nudge(yawRadians: number, pitchRadians: number, zoom: number): void;
	pose(): Pose;
	setPose(pose: Pose): void;
	/** The point of the model under a point of the canvas, CSS pixels. */
	pick(x: number, y: number): Vec3 | undefined;
	/** Two ends and a line between them; fewer points: only those. */
	setMarks(points: readonly Vec3[]): void;
	/** Where a point lies on the canvas, CSS pixels. */
	project(point: Vec3): readonly [x: number, y: number];
	screenshot(): Promise<Blob>;
	/** Called after every change of the camera; `byUser` while someone drags. */
	onPose(listener: (pose: Pose, byUser: boolean) => void): () => void;
	/** Called when the user takes the camera away from a picture's place. */
	onLeavePhoto(listener: () => void): () => void;
	dispose(): void;
}

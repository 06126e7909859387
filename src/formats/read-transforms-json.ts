import { z } from "zod";
import type { Mat4 } from "../core/camera.ts";
import { LunarError } from "../core/errors.ts";
import { multiply } from "../kernel/math/mat4.ts";
import {
	checkFrameCount,
	checkFramePath,
	checkPositive,
	matrixRows,
	parseCameraFile,
} from "./camera-file.ts";
import type { CapturedFrame, Intrinsics } from "./captured-frame.ts";
import { poseFromMatrix } from "./pose-from-matrix.ts";

/** Intrinsics may stand at the top of the file or in each frame; the frame's own win. */
const lens = {
	camera_angle_x: z.number().optional(), // radians
	camera_angle_y: z.number().optional(), // radians
	fl_x: z.number().optional(), // pixels
	fl_y: z.number().optional(), // pixels
	cx: z.number().optional(), // pixels
	cy: z.number().optional(), // pixels
	w: z.number().optional(), // pixels
	h: z.number().optional(), // pixels
	k1: z.number().optional(),
	k2: z.number().optional(),
	k3: z.number().optional(),
	k4: z.number().optional(),
	p1: z.number().optional(),
	p2: z.number().optional(),
	camera_model: z.string().optional(),
};
const schema = z.object({
	...lens,
	frames: z.array(
		z.object({ ...lens, file_path: z.string(), transform_matrix: matrixRows }),
	),
});

interface Lens {
	readonly camera_angle_x?: number;
	readonly camera_angle_y?: number;
	readonly fl_x?: number;
	readonly fl_y?: number;
	readonly cx?: number;
	readonly cy?: number;
	readonly w?: number;
	readonly h?: number;
	readonly camera_model?: string;
}

const DISTORTION = ["k1", "k2", "k3", "k4", "p1", "p2"] as const;
const PINHOLE_MODELS: ReadonlySet<string> = new Set([
	"PINHOLE",
	"SIMPLE_PINHOLE",
	"OPENCV", // a pinhole where its distortion is zero, which is checked
	"SIMPLE_RADIAL",
	"RADIAL",
]);

// Z up to Y up: (x, y, z) → (x, z, −y).
// biome-ignore format: one row a line
const YUP_FROM_ZUP: Mat4 = new Float64Array([
	1, 0, 0, 0,
	0, 0, 1, 0,
	0, -1, 0, 0,
	0, 0, 0, 1,
]);

/**
 * Reads a `transforms.json` of NeRF-synthetic, Blender, instant-ngp or nerfstudio: OpenGL cameras
 * in a Z-up world, which becomes our Y-up world. Lens distortion must be zero. See docs/conventions.md.
 */
export function readTransformsJson(text: string): CapturedFrame[] {
	const file = parseCameraFile(text, schema);
	checkFrameCount(file.frames.length);
	return file.frames.map((frame, i) => {
		const where = `frame ${i} (${frame.file_path.slice(0, 80)})`;
		const filePath = checkFramePath(frame.file_path, i);
		const own = withoutUndefined(frame);
		const merged = { ...withoutUndefined(file), ...own };
		for (const key of DISTORTION)
			if (merged[key])
				throw new LunarError(
					"CAMERA_INVALID",
					`${where}: ${key} is ${merged[key]}; only pictures without lens distortion (0) are read, undistort them first`,
				);
		if (
			merged.camera_model !== undefined &&
			!PINHOLE_MODELS.has(merged.camera_model)
		)
			throw new LunarError(
				"CAMERA_INVALID",
				`${where}: camera model ${merged.camera_model.slice(0, 40)}; pinhole cameras are read`,
			);
		return {
			filePath,
			worldFromCamera: multiply(
				YUP_FROM_ZUP,
				poseFromMatrix(frame.transform_matrix, where),
			),
			intrinsics: intrinsicsOf(merged, where),
		};
	});
}

function withoutUndefined<T extends object>(record: T): T {
	return Object.fromEntries(
		Object.entries(record).filter(([, value]) => value !== undefined),
	) as T;
}

/** Focal lengths in pixels need the size they are for; angles fit any size. */
function intrinsicsOf(
	lens: Lens,
	where: string,
): (width: number, height: number) => Intrinsics {
	const positive = (what: "w" | "h" | "fl_x" | "fl_y"): number | undefined => {
		const value = lens[what];
		return value === undefined ? undefined : checkPositive(value, what, where);
	};
	const w = positive("w");
	const h = positive("h");
	const flX = positive("fl_x");
	const flY = positive("fl_y");
	const angleX = checkAngle(lens.camera_angle_x, "camera_angle_x", where);
	const angleY = checkAngle(lens.camera_angle_y, "camera_angle_y", where);
	if (
		flX === undefined &&
		flY === undefined &&
		angleX === undefined &&
		angleY === undefined
	)
		throw new LunarError(
			"CAMERA_INVALID",
			`${where}: neither fl_x nor camera_angle_x is given`,
		);
	return (width, height) => {
		// Without w and h, lengths in pixels are for the picture as it is.
		const scaleX = w === undefined ? 1 : width / w;
		const scaleY = h === undefined ? 1 : height / h;
		const ownX =
			flX !== undefined
				? flX * scaleX
				: angleX !== undefined
					? width / (2 * Math.tan(angleX / 2))
					: undefined;
		const ownY =
			flY !== undefined
				? flY * scaleY
				: angleY !== undefined
					? height / (2 * Math.tan(angleY / 2))
					: undefined;
		// Square pixels where only one of the two is given.
		const fx = ownX ?? ((ownY ?? 0) * scaleX) / scaleY;
		const fy = ownY ?? ((ownX ?? 0) * scaleY) / scaleX;
		return {
			fx,
			fy,
			cx: lens.cx === undefined ? width / 2 : lens.cx * scaleX,
			cy: lens.cy === undefined ? height / 2 : lens.cy * scaleY,
		};
	};
}

function checkAngle(
	angle: number | undefined,
	what: string,
	where: string,
): number | undefined {
	if (angle === undefined) return undefined;
	if (!(angle > 0 && angle < Math.PI))
		throw new LunarError(
			"CAMERA_INVALID",
			`${where}: ${what} is ${angle}; between 0 and π`,
		);
	return angle;
}

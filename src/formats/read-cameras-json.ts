import { z } from "zod";
import {
	checkFrameCount,
	checkFramePath,
	checkPositive,
	matrixRows,
	parseCameraFile,
} from "./camera-file.ts";
import type { CapturedFrame } from "./captured-frame.ts";
import { poseFromMatrix } from "./pose-from-matrix.ts";

const schema = z.object({
	width: z.number(),
	height: z.number(),
	focal: z.number(),
	cx: z.number().optional(),
	cy: z.number().optional(),
	views: z.array(z.object({ file: z.string(), c2w: matrixRows })),
});

/**
 * Reads a `cameras.json`: one set of intrinsics, and camera-to-world poses in our own axes
 * (+Y up, OpenGL camera). See docs/conventions.md.
 */
export function readCamerasJson(text: string): CapturedFrame[] {
	const file = parseCameraFile(text, schema);
	checkFrameCount(file.views.length);
	const width = checkPositive(file.width, "width", "camera file");
	const height = checkPositive(file.height, "height", "camera file");
	const focal = checkPositive(file.focal, "focal", "camera file");
	const { cx = width / 2, cy = height / 2 } = file;
	return file.views.map((view, i) => ({
		filePath: checkFramePath(view.file, i),
		worldFromCamera: poseFromMatrix(view.c2w, `frame ${i} (${view.file})`),
		intrinsics: (w, h) => ({
			fx: (focal * w) / width,
			fy: (focal * h) / height,
			cx: (cx * w) / width,
			cy: (cy * h) / height,
		}),
	}));
}

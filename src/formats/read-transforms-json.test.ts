import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { LunarError } from "../core/errors.ts";
import type { CapturedFrame } from "./captured-frame.ts";
import { readCamerasJson } from "./read-cameras-json.ts";
import { readTransformsJson } from "./read-transforms-json.ts";

const IDENTITY = [
	[1, 0, 0, 0],
	[0, 1, 0, 0],
	[0, 0, 1, 4],
	[0, 0, 0, 1],
];

function transforms(file: object, frame: object = {}): string {
	return JSON.stringify({
		camera_angle_x: 1,
		frames: [{ file_path: "a.png", transform_matrix: IDENTITY, ...frame }],
		...file,
	});
}

function codeOf(read: () => CapturedFrame[]): string {
	try {
		read();
		return "no error";
	} catch (error) {
		return error instanceof LunarError ? error.code : String(error);
	}
}

describe("readTransformsJson", () => {
	it("turns Z up into Y up and looks at the origin", () => {
		const text = readFileSync(
			new URL("../../fixtures/eval/spot/transforms.json", import.meta.url),
			"utf8",
		);
		const frames = readTransformsJson(text);
		expect(frames.length).toBe(24);
		expect(frames[0].filePath).toBe("posed/r_00.webp");
		for (const { worldFromCamera: m } of frames) {
			// −Z of the camera points from its centre to the origin.
			const distance = Math.hypot(m[3], m[7], m[11]);
			expect(distance).toBeCloseTo(2.5, 1);
			for (const row of [0, 4, 8])
				expect(m[row + 3] - distance * m[row + 2]).toBeCloseTo(0, 5);
		}
		// transform_matrix of frame 0 has its centre at z = 2.396 in a Z-up world.
		expect(frames[0].worldFromCamera[7]).toBeCloseTo(2.395833, 5);
		expect(frames[0].worldFromCamera[11]).toBeCloseTo(0.665804, 5);
		expect(frames[0].intrinsics(512, 512)).toEqual({
			fx: 711.04,
			fy: 711.04,
			cx: 256,
			cy: 256,
		});
	});

	it("reads NeRF-synthetic: an angle, and names without extension", () => {
		const [frame] = readTransformsJson(
			transforms(
				{ camera_angle_x: 0.6911112070083618 },
				{ file_path: "./train/r_0", rotation: 0.01 },
			),
		);
		expect(frame.filePath).toBe("train/r_0");
		const { fx, fy, cx, cy } = frame.intrinsics(800, 600);
		expect(fx).toBeCloseTo(1111.111, 3);
		expect(fy).toBe(fx);
		expect([cx, cy]).toEqual([400, 300]);
	});

	it("scales given intrinsics to the picture, the frame's own first", () => {
		const [frame] = readTransformsJson(
			transforms(
				{ fl_x: 100, fl_y: 120, cx: 30, cy: 40, w: 64, h: 80 },
				{ fl_x: 200 },
			),
		);
		expect(frame.intrinsics(128, 160)).toEqual({
			fx: 400,
			fy: 240,
			cx: 60,
			cy: 80,
		});
	});

	it("takes a uniform scale out of the rotation and keeps the position", () => {
		const scaled = IDENTITY.map((row) =>
			row.map((value, c) => (c < 3 ? value * 0.33 : value)),
		);
		scaled[3] = [0, 0, 0, 1];
		const [frame] = readTransformsJson(
			transforms({}, { transform_matrix: scaled }),
		);
		const m = frame.worldFromCamera;
		expect(Math.hypot(m[0], m[4], m[8])).toBeCloseTo(1, 12);
		expect([m[3], m[7], m[11] + 0]).toEqual([0, 4, 0]);
	});

	it("reads a 3 × 4 pose and the distortion-free models of nerfstudio", () => {
		const text = transforms(
			{ camera_model: "OPENCV", k1: 0, k2: 0, p1: 0, p2: 0, aabb_scale: 16 },
			{ transform_matrix: IDENTITY.slice(0, 3) },
		);
		expect(readTransformsJson(text).length).toBe(1);
	});

	it.each<[string, string, string]>([
		["no JSON", "{", "CAMERA_FILE_INVALID"],
		["a list", "[]", "CAMERA_FILE_INVALID"],
		["no frames", "{}", "CAMERA_FILE_INVALID"],
		["zero frames", '{"frames":[]}', "CAMERA_FILE_INVALID"],
		[
			"401 frames",
			JSON.stringify({
				camera_angle_x: 1,
				frames: Array(401).fill({
					file_path: "a",
					transform_matrix: IDENTITY,
				}),
			}),
			"CAMERA_FILE_INVALID",
		],
		[
			"a short matrix",
			transforms({}, { transform_matrix: [[1]] }),
			"CAMERA_FILE_INVALID",
		],
		[
			"an infinite pose",
			transforms({}).replace("4]", "1e999]"),
			"CAMERA_FILE_INVALID",
		],
		["a huge pose", transforms({}).replace("4]", "1e300]"), "CAMERA_INVALID"],
		[
			"a singular pose",
			transforms({}, { transform_matrix: Array(3).fill([0, 0, 0, 0]) }),
			"CAMERA_INVALID",
		],
		[
			"a mirrored pose",
			transforms(
				{},
				{ transform_matrix: [[-1, 0, 0, 0], ...IDENTITY.slice(1)] },
			),
			"CAMERA_INVALID",
		],
		[
			"a sheared pose",
			transforms(
				{},
				{ transform_matrix: [[1, 0.2, 0, 0], ...IDENTITY.slice(1)] },
			),
			"CAMERA_INVALID",
		],
		[
			"a projective pose",
			transforms(
				{},
				{ transform_matrix: [...IDENTITY.slice(0, 3), [0, 0, 1, 1]] },
			),
			"CAMERA_INVALID",
		],
		["a flat angle", transforms({ camera_angle_x: 3.2 }), "CAMERA_INVALID"],
		["a zero angle", transforms({ camera_angle_x: 0 }), "CAMERA_INVALID"],
		["a zero focal length", transforms({ fl_x: 0 }), "CAMERA_INVALID"],
		["a negative width", transforms({ fl_x: 9, w: -4 }), "CAMERA_INVALID"],
		[
			"no intrinsics",
			transforms({ camera_angle_x: undefined }),
			"CAMERA_INVALID",
		],
		["lens distortion", transforms({ k1: 0.01 }), "CAMERA_INVALID"],
		["a frame's distortion", transforms({}, { p2: -1 }), "CAMERA_INVALID"],
		[
			"a fisheye",
			transforms({ camera_model: "OPENCV_FISHEYE" }),
			"CAMERA_INVALID",
		],
		...[
			"../a.png",
			"/etc/a.png",
			"C:\\a.png",
			"a\\..\\b",
			"file:a",
			"a\0b",
		].map((path): [string, string, string] => [
			`the path ${JSON.stringify(path)}`,
			transforms({}, { file_path: path }),
			"CAMERA_FILE_PATH_UNSAFE",
		]),
	])("refuses %s", (_, text, code) => {
		expect(codeOf(() => readTransformsJson(text))).toBe(code);
	});

	it("names the frame in the message", () => {
		const text = transforms({}, { file_path: "images/b.png", k2: 1 });
		expect(() => readTransformsJson(text)).toThrow(
			/frame 0 \(images\/b\.png\)/,
		);
	});
});

describe("readCamerasJson", () => {
	const text = readFileSync(
		new URL("../../fixtures/eval/spot/cameras.json", import.meta.url),
		"utf8",
	);

	it("reads poses as they are", () => {
		const frames = readCamerasJson(text);
		const right = frames.find((f) => f.filePath === "views/right.png");
		expect([...(right?.worldFromCamera ?? [])]).toEqual([
			0, 0, 1, 2.5, 0, 1, 0, 0, -1, 0, 0, 0, 0, 0, 0, 1,
		]);
		expect(right?.intrinsics(256, 256)).toEqual({
			fx: 355.52,
			fy: 355.52,
			cx: 128,
			cy: 128,
		});
	});

	it("refuses what transforms.json refuses", () => {
		const unsafe = text.replaceAll("views/", "../");
		expect(codeOf(() => readCamerasJson(unsafe))).toBe(
			"CAMERA_FILE_PATH_UNSAFE",
		);
		const noFocal = JSON.stringify({ ...JSON.parse(text), focal: -1 });
		expect(codeOf(() => readCamerasJson(noFocal))).toBe("CAMERA_INVALID");
		expect(codeOf(() => readCamerasJson("null"))).toBe("CAMERA_FILE_INVALID");
	});
});

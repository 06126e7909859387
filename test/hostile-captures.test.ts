import { mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import type { ErrorCode } from "../src/core/errors.ts";
import { VIEW_NAMES } from "../src/core/view.ts";
import { lookAt } from "../src/kernel/math/mat4.ts";
import { renderUnlit } from "../src/kernel/raster/render-unlit.ts";
import {
	encode,
	FIGURE,
	folderWith,
	frontPng,
	sidePngs,
} from "./hostile-inputs.ts";
import { expectRefusal, expectSound, generate } from "./hostile-run.ts";

const SIZE = 160;
type Matrix = number[][];
interface Transforms {
	[key: string]: unknown;
	frames: {
		[key: string]: unknown;
		file_path: string;
		transform_matrix: Matrix;
	}[];
}

/** Posed captures round the figure; `cameras` in our world, as cameras.json has them. */
async function captures(count: number, size = SIZE, distance = 2.5) {
	const files: Record<string, Buffer> = {};
	const poses: Matrix[] = [];
	for (let k = 0; k < count; k++) {
		const height = 1 - (2 * k + 1) / count;
		const ring = Math.sqrt(1 - height * height);
		const angle = k * Math.PI * (3 - Math.sqrt(5));
		const eye = [ring * Math.cos(angle), height, ring * Math.sin(angle)].map(
			(c) => c * distance,
		);
		const pose = lookAt(eye as [number, number, number], [0, 0, 0]);
		poses.push([0, 4, 8, 12].map((row) => [...pose.subarray(row, row + 4)]));
		const focal = size * 1.4;
		const camera = {
			worldFromCamera: pose,
			fx: focal,
			fy: focal,
			cx: size / 2,
			cy: size / 2,
			width: size,
			height: size,
		};
		const image = renderUnlit(
			{ mesh: FIGURE, roughness: 1, metallic: 0 },
			camera,
			{ samples: 2 },
		);
		files[`images/${k}.png`] = await encode(image).png().toBuffer();
	}
	return { files, poses };
}

const EIGHT = captures(8);
const ANGLE = 2 * Math.atan(0.5 / 1.4);

/** A folder of eight captures with a transforms.json that `spoil` has changed. */
async function transformsFolder(
	spoil: (file: Transforms) => unknown = () => {},
): Promise<string> {
	const { files, poses } = structuredClone(await EIGHT);
	const file: Transforms = {
		camera_angle_x: ANGLE,
		frames: poses.map((rows, k) => ({
			file_path: `./images/${k}`,
			// Y up to Z up: (x, y, z) → (x, −z, y).
			transform_matrix: [
				rows[0],
				rows[2].map((v) => -v),
				rows[1],
				[0, 0, 0, 1],
			],
		})),
	};
	const spoiled = spoil(file);
	return folderWith({
		...files,
		"transforms.json":
			typeof spoiled === "string" ? spoiled : JSON.stringify(file),
	});
}

async function camerasFolder(
	spoil: (
		file: Record<string, unknown> & { views: { file: string; c2w: Matrix }[] },
	) => void = () => {},
): Promise<string> {
	const { files, poses } = structuredClone(await EIGHT);
	const file = {
		width: SIZE,
		height: SIZE,
		focal: SIZE * 1.4,
		views: poses.map((rows, k) => ({ file: `images/${k}.png`, c2w: rows })),
	};
	spoil(file);
	return folderWith({ ...files, "cameras.json": JSON.stringify(file) });
}

describe("posed captures", () => {
	it("the plain ones are right, by folder and by file, in both conventions", async () => {
		const folder = await transformsFolder();
		const byFolder = await generate(folder, { texture: true });
		expectSound(byFolder, { silhouetteIou: 0.9 });
		const byFile = await generate({
			transforms: join(folder, "transforms.json"),
		});
		const cameras = await generate(await camerasFolder());
		for (const { report } of [byFile, cameras])
			expect(report.mesh.volume / byFolder.report.mesh.volume).toBeCloseTo(
				1,
				1,
			);
	});

	it.each<[string, (file: Transforms) => unknown, ErrorCode, RegExp]>([
		["no JSON", () => '{"frames": [', "CAMERA_FILE_INVALID", /not JSON/],
		[
			"a JSON of another kind",
			() => "[1, 2]",
			"CAMERA_FILE_INVALID",
			/camera file/,
		],
		[
			"no frames at all",
			(file) => {
				file.frames = [];
			},
			"CAMERA_FILE_INVALID",
			/0 frames; 1 to/,
		],
		[
			"500 frames",
			(file) => {
				file.frames = Array(500).fill(file.frames[0]);
			},
			"CAMERA_FILE_INVALID",
			/500 frames; 1 to \d+/,
		],
		[
			"300 frames, more than any engine takes",
			(file) => {
				file.frames = Array(300).fill(file.frames[0]);
			},
			"TOO_MANY_INPUTS",
			/300 views.*200/,
		],
		[
			"deeply nested JSON",
			() => `{"frames": ${"[".repeat(200_000)}${"]".repeat(200_000)}}`,
			"CAMERA_FILE_INVALID",
			/camera file/,
		],
		[
			"20 MB of JSON",
			(file) => {
				file.padding = "x".repeat(20_000_000);
			},
			"CAMERA_FILE_INVALID",
			/20\.\d MB, the limit for a camera file is 16\.0 MB/,
		],
		[
			"a frame without pose",
			(file) => {
				delete (file.frames[3] as Record<string, unknown>).transform_matrix;
			},
			"CAMERA_FILE_INVALID",
			/frames\.3\.transform_matrix/,
		],
		[
			"a frame without path",
			(file) => {
				delete (file.frames[3] as Record<string, unknown>).file_path;
			},
			"CAMERA_FILE_INVALID",
			/frames\.3\.file_path/,
		],
		[
			"a pose of 2 rows",
			(file) => {
				file.frames[0].transform_matrix.length = 2;
			},
			"CAMERA_FILE_INVALID",
			/frames\.0/,
		],
		[
			"NaN in a pose",
			(file) => JSON.stringify(file).replace("[[", "[[NaN,"),
			"CAMERA_FILE_INVALID",
			/not JSON/,
		],
		[
			"null in a pose",
			(file) => {
				file.frames[1].transform_matrix[0][0] = Number.NaN;
			},
			"CAMERA_FILE_INVALID",
			/frames\.1\.transform_matrix/,
		],
		[
			"infinity in a pose",
			(file) => JSON.stringify(file).replace(/\[\[[^,]*/, "[[1e999"),
			"CAMERA_FILE_INVALID",
			/frames\.0/,
		],
		[
			"a singular pose",
			(file) => {
				file.frames[2].transform_matrix[1] = [0, 0, 0, 0];
			},
			"CAMERA_INVALID",
			/frame 2.*singular/,
		],
		[
			"a reflected pose",
			(file) => {
				for (const row of file.frames[2].transform_matrix.slice(0, 3))
					row[0] *= -1;
			},
			"CAMERA_INVALID",
			/frame 2.*mirrored/,
		],
		[
			"a sheared pose",
			(file) => {
				file.frames[2].transform_matrix[0][0] += 0.4;
			},
			"CAMERA_INVALID",
			/frame 2.*limit/,
		],
		[
			"no focal length",
			(file) => {
				delete file.camera_angle_x;
			},
			"CAMERA_INVALID",
			/fl_x/,
		],
		[
			"a focal length of 0",
			(file) => {
				file.fl_x = 0;
			},
			"CAMERA_INVALID",
			/fl_x is 0/,
		],
		[
			"a negative focal length",
			(file) => {
				file.fl_x = -200;
			},
			"CAMERA_INVALID",
			/fl_x is -200/,
		],
		[
			"an angle of 200°",
			(file) => {
				file.camera_angle_x = 3.5;
			},
			"CAMERA_INVALID",
			/camera_angle_x is 3\.5/,
		],
		[
			"lens distortion",
			(file) => {
				file.k1 = 0.1;
			},
			"CAMERA_INVALID",
			/k1 is 0\.1/,
		],
		[
			"a missing picture",
			(file) => {
				file.frames[5].file_path = "images/nowhere";
			},
			"INPUT_NOT_FOUND",
			/images\/nowhere/,
		],
		[
			"a folder as a picture",
			(file) => {
				file.frames[5].file_path = "images";
			},
			"INPUT_NOT_FOUND",
			/images/,
		],
		[
			"poses far from each other",
			(file) => {
				file.frames.forEach((frame, k) => {
					frame.transform_matrix[0][3] += 100 * k;
				});
			},
			"EMPTY_SHAPE",
			/silhouettes/,
		],
		...[
			"../secret.png",
			"/etc/passwd",
			"images\\..\\..\\a.png",
			"C:\\a.png",
			"C:/a.png",
			"a\0.png",
			"https://host/a.png",
			"file:///etc/passwd",
			"~/a.png",
			"",
			".",
		].map(
			(path): [string, (file: Transforms) => unknown, ErrorCode, RegExp] => [
				`the path ${JSON.stringify(path)}`,
				(file) => {
					file.frames[4].file_path = path;
				},
				"CAMERA_FILE_PATH_UNSAFE",
				/frame 4 names/,
			],
		),
	])("refuses %s", async (_, spoil, code, message) => {
		const folder = await transformsFolder(spoil);
		const error = await expectRefusal(generate(folder), code, message);
		expect(error.message.length).toBeLessThan(400);
	});

	it.each<[string, Parameters<typeof camerasFolder>[0], ErrorCode, RegExp]>([
		[
			"a focal length of 0",
			(file) => {
				file.focal = 0;
			},
			"CAMERA_INVALID",
			/focal is 0/,
		],
		[
			"a negative width",
			(file) => {
				file.width = -3;
			},
			"CAMERA_INVALID",
			/width is -3/,
		],
		[
			"no height",
			(file) => {
				delete file.height;
			},
			"CAMERA_FILE_INVALID",
			/height/,
		],
		[
			"no views",
			(file) => {
				file.views = [];
			},
			"CAMERA_FILE_INVALID",
			/0 frames/,
		],
		[
			"a singular pose",
			(file) => {
				file.views[1].c2w[0] = [0, 0, 0, 1];
			},
			"CAMERA_INVALID",
			/frame 1.*singular/,
		],
		[
			"a path that climbs out",
			(file) => {
				file.views[1].file = "images/../../a.png";
			},
			"CAMERA_FILE_PATH_UNSAFE",
			/frame 1/,
		],
	])("refuses a cameras.json with %s", async (_, spoil, code, message) => {
		await expectRefusal(generate(await camerasFolder(spoil)), code, message);
	});

	it("reads scaled poses, and metres as well as millimetres", async () => {
		const plain = await generate(await transformsFolder());
		const scaled = await generate(
			await transformsFolder((file) => {
				for (const { transform_matrix } of file.frames)
					for (const row of transform_matrix.slice(0, 3))
						for (let c = 0; c < 3; c++) row[c] *= 7;
			}),
		);
		expect(scaled.report.mesh.volume).toBeCloseTo(plain.report.mesh.volume, 3);
		const millimetres = await generate(
			await transformsFolder((file) => {
				for (const { transform_matrix } of file.frames)
					for (const row of transform_matrix.slice(0, 3)) row[3] *= 1000;
			}),
		);
		expectSound(millimetres, { silhouetteIou: 0.9 });
	});

	it("refuses a link that leaves the folder, takes one that stays", async () => {
		const outside = folderWith({ "secret.png": await frontPng() });
		const folder = await transformsFolder((file) => {
			file.frames[0].file_path = "images/link.png";
		});
		symlinkSync(join(outside, "secret.png"), join(folder, "images/link.png"));
		await expectRefusal(
			generate(folder),
			"CAMERA_FILE_PATH_UNSAFE",
			/leads outside/,
		);
		const inside = await transformsFolder((file) => {
			file.frames[0].file_path = "images/link.png";
		});
		symlinkSync("0.png", join(inside, "images/link.png"));
		expectSound(await generate(inside), { silhouetteIou: 0.9 });
	});

	it("one frame whose camera is another's is named", async () => {
		const folder = await transformsFolder((file) => {
			file.frames[3].transform_matrix = file.frames[6].transform_matrix;
		});
		const made = await generate(folder).catch((error) => error);
		const said =
			made instanceof Error
				? made.message
				: made.notices
						.map(({ message }: { message: string }) => message)
						.join();
		expect(said).toContain("3.png");
	});

	it("mixed sizes and very different resolutions agree", async () => {
		const { files } = await EIGHT;
		const folder = await transformsFolder();
		for (const [k, side] of [
			[1, 900],
			[2, 40],
		]) {
			const { default: sharp } = await import("sharp");
			writeFileSync(
				join(folder, `images/${k}.png`),
				await sharp(files[`images/${k}.png`])
					.resize(side, side)
					.png()
					.toBuffer(),
			);
		}
		expectSound(await generate(folder), { silhouetteIou: 0.85 });
	});

	it("200 views end in time, and notices stay few", async () => {
		const { files, poses } = await captures(25, 96);
		const folder = folderWith(files);
		const views = Array.from({ length: 200 }, (_, k) => ({
			file: `images/${k % 25}.png`,
			c2w: poses[k % 25],
		}));
		writeFileSync(
			join(folder, "cameras.json"),
			JSON.stringify({ width: 96, height: 96, focal: 96 * 1.4, views }),
		);
		const made = await generate(folder);
		expectSound(made, { silhouetteIou: 0.85 });
		expect(made.report.perView).toHaveLength(200);
		expect(made.notices.length).toBeLessThan(6);
	});

	it("prefers the camera file of a folder, and a single capture runs too", async () => {
		const folder = await transformsFolder((file) => {
			file.frames.length = 1;
		});
		for (const [name, bytes] of Object.entries(await sidePngs(VIEW_NAMES)))
			writeFileSync(join(folder, name), bytes);
		mkdirSync(join(folder, "more.png"));
		const made = await generate(folder);
		expect(made.report.perView.map(({ label }) => label)).toEqual(["0.png"]);
		expectSound(made, { silhouetteIou: 0.85 });
	});
});

import { writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import type { Mask } from "../src/core/image.ts";
import type { Cutout, Photo } from "../src/core/photo.ts";
import { createRunContext } from "../src/core/run-context.ts";
import { resizeImage } from "../src/kernel/image/resize.ts";
import type { ObjectBox } from "../src/pipeline/corrections.ts";
import { cutOut, WEAK_MASK } from "../src/pipeline/cut-out.ts";
import { maskBox } from "../src/pipeline/mask-box.ts";
import { evaluationFolder, listObjects } from "./objects.ts";
import {
	SCENE_KINDS,
	type Scene,
	type SceneKind,
	scenesOf,
	TUNING_OBJECTS,
} from "./scenes.ts";

// node evaluation/foreground.ts [--set FOLDER] [--object NAME] [--kind white,uniform,studio,plate,photo] [--dry]

const { values } = parseArgs({
	options: {
		set: { type: "string" },
		object: { type: "string" },
		kind: { type: "string", default: SCENE_KINDS.join(",") },
		dry: { type: "boolean", default: false },
	},
});
const here = (path: string): string =>
	fileURLToPath(new URL(path, import.meta.url));
const root = evaluationFolder(values.set);

interface Row {
	readonly kind: SceneKind;
	readonly object: string;
	readonly name: string;
	readonly iou: number;
	/** With the object's true box, grown by a twentieth of its longer side. */
	readonly boxedIou?: number;
	readonly confidence: number;
}

/** Kinds where a box is tried too: the others hardly need one. */
const BOXED: readonly SceneKind[] = ["plate", "photo"];
const TITLES: Readonly<Record<SceneKind, string>> = {
	white: "white",
	uniform: "one colour, grain",
	studio: "studio sweep, soft shadow",
	plate: "photographed rooms and streets, another object in place of theirs",
	photo: "`photo_bg.jpg`",
};

const kinds = values.kind.split(",") as SceneKind[];
const objects = listObjects(root);
const rows: Row[] = [];
for (const isTuning of [true, false]) {
	const half = objects.filter(
		({ name }) => TUNING_OBJECTS.includes(name) === isTuning,
	);
	for (const object of half) {
		if (values.object !== undefined && values.object !== object.name) continue;
		for (const scene of await scenesOf(object, half, kinds))
			rows.push(await measureScene(scene));
		console.error(`${object.name}: ${rows.length} pictures`);
	}
}
const text = `# Foreground without weights

How well \`--background builtin\` finds the object: overlap (IoU, at half coverage) with the true mask, mean and worst.
Parameters are chosen on ${TUNING_OBJECTS.join(", ")} alone; the other four objects, before backgrounds of their own,
only confirm. Cut-outs (\`photo.png\` and a posed view from above) are put before backgrounds drawn by a fixed seed, with
grain and JPEG; \`scenes.ts\` makes them. "With a box": \`--box\` round the object, a twentieth of its longer side too large.
Written by \`node evaluation/foreground.ts\`.

${kindTable()}
${photoTable()}
${confidenceTable()}
${await timeTable()}`;
console.log(text);
if (!values.dry) writeFileSync(here("foreground.md"), text);

async function measureScene(scene: Scene): Promise<Row> {
	const { kind, object, name, truth } = scene;
	const found = await find(scene);
	const boxed = BOXED.includes(kind)
		? await find(scene, boxAround(truth))
		: undefined;
	return {
		kind,
		object,
		name,
		iou: found ? iou(found.mask, truth) : 0,
		...(boxed ? { boxedIou: iou(boxed.mask, truth) } : {}),
		confidence: found?.confidence ?? 0,
	};
}

async function find(
	{ name, image }: Pick<Scene, "name" | "image">,
	box?: ObjectBox,
): Promise<Cutout | undefined> {
	const { width, height } = image;
	const photo: Photo = {
		image,
		label: name,
		source: { sha256: "", sizeBytes: 1, format: "jpeg", width, height },
	};
	const { ctx } = createRunContext();
	try {
		const [cutout] = await cutOut([photo], { background: "builtin", box }, ctx);
		return cutout;
	} catch {
		return undefined; // nothing stood out: an overlap of 0
	}
}

function boxAround(truth: Mask): ObjectBox {
	const box = maskBox(truth);
	if (!box) throw new Error("the true mask is empty");
	const { left, top, right, bottom } = box;
	const air = Math.round(0.05 * Math.max(right - left, bottom - top));
	return [
		left - air,
		top - air,
		right - left + 2 * air,
		bottom - top + 2 * air,
	];
}

function iou(mask: Mask, truth: Mask): number {
	let both = 0;
	let either = 0;
	for (let p = 0; p < mask.data.length; p++) {
		const a = mask.data[p] >= 128;
		const b = truth.data[p] >= 128;
		if (a && b) both++;
		if (a || b) either++;
	}
	return both / either;
}

function kindTable(): string {
	const lines = SCENE_KINDS.filter((kind) => kinds.includes(kind)).map(
		(kind) => {
			const own = rows.filter((row) => row.kind === kind);
			const half = (isTuning: boolean): string =>
				summary(
					own
						.filter(
							({ object }) => TUNING_OBJECTS.includes(object) === isTuning,
						)
						.map((row) => row.iou),
				);
			const boxed = own.flatMap(({ boxedIou }) =>
				boxedIou === undefined ? [] : [boxedIou],
			);
			return `| ${TITLES[kind]} | ${own.length} | ${half(true)} | ${half(false)} | ${summary(own.map((row) => row.iou))} | ${boxed.length > 0 ? summary(boxed) : ""} |`;
		},
	);
	return `| background | pictures | tuned on | the other four | all | with a box |
| --- | --- | --- | --- | --- | --- |
${lines.join("\n")}
`;
}

function photoTable(): string {
	const own = rows.filter(({ kind }) => kind === "photo");
	if (own.length === 0) return "";
	return `| \`photo_bg.jpg\` | IoU | confidence | with a box |
| --- | --- | --- | --- |
${own
	.map(
		(row) =>
			`| ${row.object}${TUNING_OBJECTS.includes(row.object) ? " (tuned on)" : ""} | ${row.iou.toFixed(3)} | ${row.confidence.toFixed(2)} | ${row.boxedIou?.toFixed(3) ?? ""} |`,
	)
	.join("\n")}
`;
}

/** What the confidence is worth. */
function confidenceTable(): string {
	const limits = [0, 0.4, WEAK_MASK, 0.75, 0.9, 1.0001];
	const lines = limits.slice(1).flatMap((to, k) => {
		const own = rows.filter(
			({ confidence }) => confidence >= limits[k] && confidence < to,
		);
		if (own.length === 0) return [];
		const good = own.filter((row) => row.iou >= 0.85).length;
		return [
			`| ${limits[k].toFixed(2)}–${Math.min(1, to).toFixed(2)} | ${own.length} | ${summary(own.map((row) => row.iou))} | ${Math.round((100 * good) / own.length)} % |`,
		];
	});
	return `Below a confidence of ${WEAK_MASK} the user is warned. It is a rough guide only: the report shows what was taken.

| confidence | pictures | IoU | of these 0.85 and more |
| --- | --- | --- | --- |
${lines.join("\n")}
`;
}

/** Processor time at two megapixels, all that the step does: the median of five, warm. */
async function timeTable(): Promise<string> {
	const [object] = objects;
	const lines: string[] = [];
	for (const kind of ["studio", "photo"] as const) {
		const [scene] = await scenesOf(object, [], [kind]);
		if (!scene) continue;
		const image = resizeImage(scene.image, 1414, 1414);
		const times: number[] = [];
		for (let n = 0; n < 8; n++) {
			const before = process.cpuUsage();
			await find({ name: scene.name, image });
			const { user, system } = process.cpuUsage(before);
			if (n >= 3) times.push((user + system) / 1e6);
		}
		times.sort((a, b) => a - b);
		lines.push(`| ${TITLES[kind]} | ${times[2].toFixed(2)} |`);
	}
	return `| two megapixels | seconds of one core |
| --- | --- |
${lines.join("\n")}
`;
}

function summary(values: readonly number[]): string {
	if (values.length === 0) return "";
	const mean = values.reduce((sum, v) => sum + v, 0) / values.length;
	return `${mean.toFixed(3)} (${Math.min(...values).toFixed(3)})`;
}

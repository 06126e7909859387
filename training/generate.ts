import { existsSync, mkdirSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { createDice, type Dice } from "./generate/dice.ts";
import { createFrame } from "./generate/draw-body.ts";
import { FAMILIES } from "./generate/families/index.ts";
import { createLight } from "./generate/light.ts";
import { bodyOf, findObjects, readObject } from "./generate/read-object.ts";
import { renderSample } from "./generate/render-sample.ts";
import { renderViews } from "./generate/render-views.ts";
import { type Body, sketchBody } from "./generate/sketch.ts";

// node training/generate.ts --out FOLDER [--first 0] [--shards 200] [--objects 128] [--views 4] [--several [--round 0.15]] [--collection FOLDER | --families NAME,NAME]
//
// Each shard holds `objects × views` samples, lone pictures, or with --several those of one set of sides per object, or from all round for a share of the objects. It depends on nothing but its number: any shard can be made again, in any
// order and by any number of processes. Shards that are there already are left alone.

const { values } = parseArgs({
	options: {
		out: { type: "string" },
		first: { type: "string", default: "0" },
		shards: { type: "string", default: "200" },
		objects: { type: "string", default: "128" },
		views: { type: "string", default: "4" },
		several: { type: "boolean", default: false },
		round: { type: "string", default: "0.15" },
		collection: { type: "string" },
		families: { type: "string" },
	},
});
if (values.out === undefined) throw new Error("--out FOLDER is missing");
mkdirSync(values.out, { recursive: true });
const objects = Number(values.objects);
const views = Number(values.views);
const roundShare = Number(values.round);
const only = values.families?.split(",");
const families = FAMILIES.filter(([{ name }]) => only?.includes(name) ?? true);
for (const name of only ?? [])
	if (!families.some(([family]) => family.name === name))
		throw new Error(`no family is called ${name}`);
const total = families.reduce((sum, [, share]) => sum + share, 0);
/** Of a collection one object in HELD is for checking only. */
const HELD = 12;
const CHECKING = 900_000;
const collection = values.collection
	? findObjects(values.collection).filter(
			(_, n) => (n % HELD === 7) === Number(values.first) >= CHECKING,
		)
	: [];
/** The family that objects of a collection are said to be of. */
const COLLECTED = 999;
const frame = createFrame();
/** Fields by name: each is one array of numbers. */
type Sample = Readonly<Record<string, Uint8Array | Int16Array | Float32Array>>;

for (
	let shard = Number(values.first);
	shard < Number(values.first) + Number(values.shards);
	shard++
) {
	const path = join(values.out, `shard-${String(shard).padStart(6, "0")}.bin`);
	if (existsSync(path)) continue;
	const started = process.cpuUsage();
	const samples: Sample[] = [];
	for (let object = 0; object < objects; object++)
		samples.push(...(await drawObject(shard * 100_003 + object)));
	const bytes = pack(samples);
	writeFileSync(`${path}.part`, bytes);
	renameSync(`${path}.part`, path);
	const { user, system } = process.cpuUsage(started);
	console.log(
		`${path}: ${samples.length} samples, ${((samples.length * 1e6) / (user + system)).toFixed(1)} a CPU second`,
	);
}

/** All views of one object under one light. */
async function drawObject(seed: number): Promise<Sample[]> {
	const dice = createDice(seed ^ 0x5bd1e995);
	const { body, family } =
		collection.length > 0
			? { body: await pickObject(dice), family: COLLECTED }
			: sketchAny(dice, seed);
	const light = createLight(dice, body);
	if (values.several)
		return (
			await renderViews(body, light, dice, family, frame, roundShare)
		).map((sample) => ({ ...sample }));
	const out: Sample[] = [];
	for (let tries = 0; out.length < views && tries < views * 4; tries++) {
		const sample = renderSample(body, light, dice, family, frame);
		if (sample) out.push({ ...sample });
	}
	return out;
}

function sketchAny(dice: Dice, seed: number): { body: Body; family: number } {
	let rest = dice.range(0, total);
	let n = 0;
	while (rest >= families[n][1] && n < families.length - 1)
		rest -= families[n++][1];
	return {
		body: sketchBody(families[n][0], seed),
		family: FAMILIES.indexOf(families[n]),
	};
}

/** One of the collection's objects that can be used. */
async function pickObject(dice: Dice): Promise<Body> {
	for (;;) {
		const read = await readObject(dice.pick(collection));
		if (read !== null) return bodyOf(read, dice);
	}
}

/** The count, then each field of all samples in turn: what the training reads with one call each. */
function pack(samples: readonly Sample[]): Buffer {
	return Buffer.concat([
		Buffer.from(Uint32Array.of(samples.length).buffer),
		...Object.keys(samples[0]).flatMap((field) =>
			samples.map((sample) => {
				const { buffer, byteOffset, byteLength } = sample[field];
				return Buffer.from(buffer as ArrayBuffer, byteOffset, byteLength);
			}),
		),
	]);
}

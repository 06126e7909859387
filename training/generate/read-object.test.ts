import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { encodePng } from "../../src/formats/picture/encode.ts";
import { createDice } from "./dice.ts";
import { albedoAt } from "./materials.ts";
import { bodyOf, findObjects, readObject } from "./read-object.ts";

let folder: string;

/** A box from the origin to these sides, each face its own quad with the whole texture. */
function box(x: number, y: number, z: number, first = 1): string {
	const corners = [0, 1, 2, 3, 4, 5, 6, 7].map(
		(k) => `v ${(k & 1) * x} ${((k >> 1) & 1) * y} ${(k >> 2) * z}`,
	);
	const faces = [
		[0, 2, 3, 1],
		[4, 5, 7, 6],
		[0, 1, 5, 4],
		[2, 6, 7, 3],
		[0, 4, 6, 2],
		[1, 3, 7, 5],
	].map(
		(ring) => `f ${ring.map((k, at) => `${k + first}/${at + 1}`).join(" ")}`,
	);
	return [...corners, ...faces].join("\n");
}

const TEXTURE_CORNERS = "vt 0 0\nvt 1 0\nvt 1 1\nvt 0 1\n";

beforeAll(async () => {
	folder = mkdtempSync(join(tmpdir(), "read-object-"));
	const write = (name: string, data: string | Uint8Array): void =>
		writeFileSync(join(folder, name), data);
	// Red above blue.
	write(
		"halves.png",
		await encodePng({
			width: 4,
			height: 4,
			data: Uint8ClampedArray.from(
				{ length: 64 },
				(_, n) => [n < 32 ? 255 : 0, 0, n < 32 ? 0 : 255, 255][n % 4],
			),
		}),
	);
	write(
		"looks.mtl",
		"newmtl painted\nmap_Kd halves.png\nnewmtl glass\nKd 1 1 1\nd 0.2\n",
	);
	const head = `mtllib looks.mtl\n${TEXTURE_CORNERS}usemtl painted\n`;
	write("crate.obj", head + box(2, 1, 1));
	write(
		"lantern.obj",
		`${head}${box(2, 1, 1)}\n${box(2, 1, 1, 9)}\nusemtl glass\nf 9/1 10/2 11/3\n`,
	);
	write("pane.obj", head + box(2, 1, 0.1));
	write(
		"window.obj",
		`${head}usemtl glass\n${box(2, 1, 1)}\nusemtl painted\nf 1/1 2/2 3/3\n`,
	);
	write("torn.obj", "v 0 0 nonsense\nf 1 2 3\n");
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

const read = (name: string): ReturnType<typeof readObject> =>
	readObject(join(folder, name));

test("finds models, and nothing else, in the order of their names", () => {
	expect(
		findObjects(folder).map((path) => path.slice(folder.length + 1)),
	).toEqual(["crate.obj", "lantern.obj", "pane.obj", "torn.obj", "window.obj"]);
});

test("a body is centred, its longest half side 1, and shows its texture the right way up", async () => {
	const crate = await read("crate.obj");
	if (!crate) throw new Error("crate was not read");
	for (let seed = 0; seed < 8; seed++) {
		const { positions, indices, uvs, materials } = bodyOf(
			crate,
			createDice(seed),
		);
		expect(indices).toHaveLength(36);
		expect(uvs).toHaveLength((positions.length / 3) * 2);
		const sides = [0, 1, 2].map((axis) => {
			const all = positions.filter((_, n) => n % 3 === axis);
			expect(Math.max(...all)).toBeCloseTo(-Math.min(...all), 5);
			return Math.max(...all);
		});
		expect(Math.max(...sides)).toBeCloseTo(1, 5);
		if (!materials[0].texture) continue; // painted over
		const albedo = new Float64Array(3);
		const at = (v: number): number[] => {
			albedoAt({ ...materials[0], grain: 0 }, 0, 0, 0, 0.5, v, albedo);
			return [...albedo];
		};
		expect(at(0.2)).toEqual([1, 0, 0]);
		expect(at(0.8)).toEqual([0, 0, 1]);
		expect(at(3.2)).toEqual([1, 0, 0]); // textures repeat
	}
});

test("leaves out what is clear", async () => {
	const lantern = await read("lantern.obj");
	const count = lantern?.parts.reduce((n, part) => n + part.indices.length, 0);
	expect(count).toBe(2 * 36);
});

test("passes over what is thin, mostly glass or damaged", async () => {
	expect(await read("pane.obj")).toBeNull();
	expect(await read("window.obj")).toBeNull();
	expect(await read("torn.obj")).toBeNull();
});

import { describe, expect, it } from "vitest";
import type { Mesh } from "../../src/core/mesh.ts";
import { writeGlb } from "../../src/formats/glb/write-glb.ts";
import {
	createStreamParser,
	type StreamMessage,
} from "../../studio/src/api/event-stream.ts";
import { withNewest } from "../../studio/src/history/with-newest.ts";
import { findPlaces } from "../../studio/src/look/places/find-places.ts";
import { readOwnGlb } from "../../studio/src/look/read-own-glb.ts";
import { sceneViewerLink } from "../../studio/src/look/report/scene-viewer-link.ts";
import { fitInside } from "../../studio/src/look/viewer/fit-inside.ts";
import { cameraNames, isWanted } from "../../studio/src/make/camera-names.ts";
import { guessView } from "../../studio/src/make/guess-view.ts";
import { formatBytes, formatSeconds } from "../../studio/src/ui/format.ts";

describe("guessView", () => {
	it.each([
		["shoe_Left-2.jpg", "left"],
		["rear view.png", "back"],
		["carFront.webp", "front"],
		["frontier.png", undefined],
		["left-or-right.png", undefined],
		["IMG_2031.jpg", undefined],
	])("%s is %s", (label, view) => {
		expect(guessView(label)).toBe(view);
	});
});

describe("createStreamParser", () => {
	it("takes messages however the bytes are cut", () => {
		const text =
			': hello\n\nid: 7\nevent: state\ndata: {"a":1}\n\nid: 8\r\ndata: one\r\ndata: two\r\n\r\n';
		for (let cut = 1; cut < text.length; cut++) {
			// A pair of CR and LF that is cut in two is a line end of its own: none is cut here.
			if (text[cut] === "\n" && text[cut - 1] === "\r") continue;
			const got: StreamMessage[] = [];
			const parse = createStreamParser((message) => got.push(message));
			parse(text.slice(0, cut));
			parse(text.slice(cut));
			expect(got, `cut at ${cut}`).toEqual([
				{ id: "7", event: "state", data: '{"a":1}' },
				{ id: "8", event: "message", data: "one\ntwo" },
			]);
		}
	});
});

describe("camera files", () => {
	it("name their pictures, with or without an extension", () => {
		const wanted = cameraNames(
			'{"frames":[{"file_path":"./train/r_0"},{"file_path":"b.png"}]}',
		);
		expect(wanted).toEqual(["r_0", "b.png"]);
		expect(isWanted("r_0.webp", wanted ?? [])).toBe(true);
		expect(isWanted("r_1.webp", wanted ?? [])).toBe(false);
		expect(cameraNames("{}")).toBeUndefined();
		expect(cameraNames("no JSON")).toBeUndefined();
	});
});

describe("findPlaces", () => {
	// A square pyramid without its base: four sides around vertex 4.
	const positions = new Float32Array([
		-1, 0, 1, 1, 0, 1, 1, 0, -1, -1, 0, -1, 0, 1, 0,
	]);
	const indices = new Uint32Array([0, 1, 4, 1, 2, 4, 2, 3, 4, 3, 0, 4]);

	it("finds an open edge", () => {
		const [hole] = findPlaces({ positions, indices }, undefined);
		expect(hole).toMatchObject({ kind: "hole", count: 4 });
		expect(hole.areaShare).toBeCloseTo(1);
	});

	it("finds what is invented, and looks at it from outside", () => {
		const invented = findPlaces(
			{ positions, indices },
			Uint8Array.of(0, 2, 1, 1),
		).find(({ kind }) => kind === "invented");
		expect(invented).toMatchObject({ count: 1 });
		expect(invented?.areaShare).toBeCloseTo(0.25);
		expect(invented?.normal[2]).toBeGreaterThan(0.5);
	});
});

describe("fitInside", () => {
	it("shows all of a picture in the middle of its frame", () => {
		expect(fitInside(200, 100, 400, 400)).toEqual({
			left: 0,
			top: 100,
			width: 400,
			height: 200,
		});
	});
});

describe("numbers", () => {
	it("are said as people read them", () => {
		expect(formatBytes(454_321)).toBe("454 kB");
		expect(formatBytes(1_700_000_000)).toBe("1.7 GB");
		expect(formatSeconds(8)).toBe("8 s");
		expect(formatSeconds(95)).toBe("1 min 35 s");
		expect(formatSeconds(5000)).toBe("1 h 23 min");
	});
});

describe("readOwnGlb", () => {
	it.each([true, false])(
		"reads what we write (texture: %s)",
		async (hasTexture) => {
			const positions = new Float32Array([0, 0, 0, 1, 0, 0, 0, 1, 0]);
			const mesh: Mesh = {
				positions,
				indices: Uint32Array.of(0, 1, 2),
				normals: new Float32Array([0, 0, 1, 0, 0, 1, 0, 0, 1]),
				...(hasTexture
					? { uvs: new Float32Array([0, 0, 1, 0, 0, 1]) }
					: { colors: new Float32Array(12).fill(1) }),
			};
			const texture = {
				mimeType: "image/png" as const,
				bytes: Uint8Array.of(1, 2, 3, 4, 5),
			};
			const glb = await writeGlb(
				{ mesh, roughness: 0.8, metallic: 0 },
				hasTexture ? texture : undefined,
				{},
			);
			const read = readOwnGlb(new Uint8Array(glb).buffer);
			expect(read.textured).toMatchObject({ roughness: 0.8, metallic: 0 });
			expect(read.textured.mesh.positions).toEqual(positions);
			expect(read.textured.mesh.indices).toEqual(mesh.indices);
			expect(read.textured.mesh.uvs).toEqual(mesh.uvs);
			expect(read.textured.mesh.colors).toEqual(mesh.colors);
			expect(read.texture).toEqual(hasTexture ? texture : undefined);
		},
	);
});

describe("withNewest", () => {
	const list = (ids: string) => [...ids].map((id) => ({ id }));
	it.each([
		["dcba", "edc", "edcba", "one is new"],
		["dcba", "db", "dba", "one is gone"],
		["dcba", "zyx", "zyx", "all before are gone"],
		["dcba", "", "", "none is left"],
	])("%s with the first page %s is %s: %s", (old, newest, merged) => {
		expect(withNewest(list(old), list(newest))).toEqual(list(merged));
	});
});

describe("sceneViewerLink", () => {
	it("names the file and the way back, each encoded once", () => {
		const link = sceneViewerLink(
			new URL("https://lunar.example/v1/jobs/j/files/model.glb?sig=a%2Bb&x=1"),
			"https://lunar.example/#/jobs/j",
		);
		const [query, intent] = link.split("#Intent;");
		const params = new URL(query.replace("intent:", "https:")).searchParams;
		expect(params.get("file")).toBe(
			"https://lunar.example/v1/jobs/j/files/model.glb?sig=a%2Bb&x=1",
		);
		expect(intent.split(";")).toContain(
			"S.browser_fallback_url=https%3A%2F%2Flunar.example%2F%23%2Fjobs%2Fj",
		);
		expect(intent).toMatch(/scheme=https;.*;end;$/);
	});
});

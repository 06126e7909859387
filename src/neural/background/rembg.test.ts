import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { createImage } from "../../core/image.ts";
import { WEIGHTS } from "../weights/manifest.ts";
import { maskFromMap } from "./mask-from-map.ts";
import { normalizePicture } from "./normalize-picture.ts";
import { BACKGROUND_SESSIONS, backgroundSession } from "./sessions.ts";
import { smoothMask } from "./smooth-mask.ts";

const golden = JSON.parse(
	readFileSync(new URL("rembg.golden.json", import.meta.url), "utf8"),
) as Record<"imagenet" | "half" | "plain" | "sigmoid" | "clip", string>;

function bytesOf(base64: string): Uint8Array {
	return Uint8Array.from(Buffer.from(base64, "base64"));
}

/** The generator the golden pictures were made with. */
function randomBytes(length: number, seed: number): Uint8Array {
	let v = seed;
	return Uint8Array.from({ length }, () => {
		v = (Math.imul(v, 1103515245) + 12345) & 0x7fffffff;
		return (v >> 16) & 255;
	});
}

describe("rembg's steps", () => {
	const image = createImage(20, 13);
	const rgb = randomBytes(20 * 13 * 3, 77);
	for (let p = 0; p < 20 * 13; p++) {
		for (let c = 0; c < 3; c++)
			image.data[p * 4 + c] = Math.floor((rgb[p * 3 + c] * 200) / 255);
		image.data[p * 4 + 3] = 255;
	}

	it.each([
		["imagenet", "u2net"],
		["half", "isnet-general-use"],
	] as const)("feed the network the same numbers (%s)", (key, name) => {
		const session = backgroundSession(name);
		if (!session) throw new Error("no such session");
		const { data, shape } = normalizePicture(image, { ...session, side: 6 });
		expect(shape).toEqual([1, 3, 6, 6]);
		const expected = new Float32Array(bytesOf(golden[key]).buffer);
		expect([...(data as Float32Array)]).toEqual([...expected]);
	});

	const f = Math.fround;
	const map = Float32Array.from(randomBytes(64, 5), (byte) =>
		f(f(byte / 100) - f(0.7)),
	);

	it.each(["plain", "sigmoid", "clip"] as const)(
		"read the same mask (%s)",
		(kind) => {
			const { mask } = maskFromMap(map, 8, 8, 20, 13, kind);
			expect(Buffer.from(mask.data).toString("base64")).toBe(golden[kind]);
		},
	);
});

describe("maskFromMap", () => {
	it("makes nothing of a map that says nothing", () => {
		const even = new Float32Array(16).fill(0.3);
		even[3] += 1e-6;
		const { mask, confidence } = maskFromMap(even, 4, 4, 8, 8, "clip");
		expect(Math.max(...mask.data)).toBe(0);
		expect(confidence).toBe(0);
		const broken = new Float32Array(16).fill(Number.NaN);
		expect(maskFromMap(broken, 4, 4, 8, 8, "plain").confidence).toBe(0);
	});

	it("trusts a decided map, and a faint or grey one less", () => {
		const decided = Float32Array.from({ length: 16 }, (_, p) =>
			p < 8 ? 1 : 0,
		);
		expect(maskFromMap(decided, 4, 4, 4, 4, "clip").confidence).toBe(1);
		const faint = decided.map((v) => v * 0.1);
		expect(maskFromMap(faint, 4, 4, 4, 4, "clip").confidence).toBeCloseTo(0.2);
		const grey = Float32Array.from({ length: 16 }, (_, p) => p / 15);
		expect(maskFromMap(grey, 4, 4, 4, 4, "clip").confidence).toBeLessThan(0.6);
	});
});

describe("smoothMask", () => {
	it("drops specks, keeps the object and makes it hard", () => {
		const data = new Uint8Array(40 * 40);
		data[5 * 40 + 5] = 255;
		for (let y = 12; y < 30; y++) data.fill(200, y * 40 + 12, y * 40 + 30);
		const smooth = smoothMask({ width: 40, height: 40, data }).data;
		expect(new Set(smooth)).toEqual(new Set([0, 255]));
		expect(smooth[5 * 40 + 5]).toBe(0);
		expect(smooth[20 * 40 + 20]).toBe(255);
		expect(smooth[12 * 40 + 12]).toBe(0); // the corner is rounded off
	});
});

describe("sessions", () => {
	it("each have weights of their name, and no weights are without a session", () => {
		const weights = WEIGHTS.filter(({ use }) => use === "background");
		expect(weights.map(({ name }) => name).sort()).toEqual(
			BACKGROUND_SESSIONS.map(({ name }) => name).sort(),
		);
	});

	it("are never chosen by themselves where commercial use is not allowed", () => {
		for (const { name, autoRank } of BACKGROUND_SESSIONS) {
			const entry = WEIGHTS.find((candidate) => candidate.name === name);
			if (autoRank !== undefined) expect(entry?.licence.commercial).toBe("yes");
		}
	});
});

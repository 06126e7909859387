import { expect, test } from "vitest";
import { plainRequest, someHash } from "./requests.test-support.ts";
import { sizeClassOf, workHashOf } from "./work-hash.ts";

const hash = (changes: Parameters<typeof plainRequest>[0] = {}): string =>
	workHashOf(plainRequest(changes), ["relief"]);

test("what does not change the result does not change the hash", () => {
	for (const changes of [
		{ title: "x", tags: ["y"], metadata: { z: 1 }, priority: 7 },
		{ options: { quality: "balanced" as const, seed: 0 } },
		{ engines: ["auto"] },
		{ previewFirst: true, maxAttempts: 9, dependsOn: ["job"] },
	])
		expect(hash(changes)).toBe(hash());
	const a = { engineOptions: { a: 1, b: { c: 2, d: 3 } } };
	const b = { engineOptions: { b: { d: 3, c: 2 }, a: 1 } };
	expect(hash(a)).toBe(hash(b));
});

test("what may change the result changes the hash", () => {
	const [input] = plainRequest().inputs;
	const all = [
		{},
		{ inputs: [{ ...input, sha256: someHash(2) }] },
		{ inputs: [{ ...input, view: "front" as const }] },
		{ options: { seed: 1 } },
		{ options: { quality: "fast" as const } },
		{ engineOptions: { grid: 64 } },
		{ formats: ["glb", "obj"] as const },
		{ cameraFile: { ...input } },
		{ masks: [{ ...input }] },
	].map(hash);
	all.push(workHashOf(plainRequest(), ["visual-hull"]));
	expect(new Set(all).size).toBe(all.length);
});

test("jobs of about the same work are of one class", () => {
	const classOf = (changes: Parameters<typeof plainRequest>[0]): string =>
		sizeClassOf(plainRequest(changes));
	expect(classOf({ options: { resolution: 250 } })).toBe(classOf({}));
	expect(classOf({ options: { quality: "fast" } })).not.toBe(classOf({}));
	expect(classOf({ options: { texture: false } })).not.toBe(classOf({}));
});

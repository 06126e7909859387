import { expect, it } from "vitest";
import { createLinkSigner } from "./sign-link.ts";

const DAY = 86_400_000;
let now = 1_000 * DAY;
const signer = createLinkSigner(Buffer.alloc(32, 7), () => now);

it("holds until it ends, for its path only", () => {
	now = 1_000 * DAY;
	const url = signer.sign("/v1/jobs/a/files/model.glb", now + 5000);
	expect(signer.verify(url)).toBe(true);
	expect(signer.verify(`${url}&inline=1`)).toBe(true);
	expect(signer.verify(url.replace("model", "other"))).toBe(false);
	expect(
		signer.verify(url.replace(/expires=\d+/, `expires=${now + DAY}`)),
	).toBe(false);
	expect(signer.verify(url.split("?")[0])).toBe(false);
	expect(signer.verify(`${url.split("&")[0]}&signature=`)).toBe(false);
	const other = createLinkSigner(Buffer.alloc(32, 8), () => now);
	expect(other.verify(url)).toBe(false);
	now += 5001;
	expect(signer.verify(url)).toBe(false);
});

it("stays the same for an hour and lives for one at least", () => {
	now = 1_000 * DAY;
	const first = signer.sign("/a");
	now += 59 * 60_000;
	expect(signer.sign("/a")).toBe(first);
	now += 60 * 60_000;
	expect(signer.verify(first)).toBe(true);
	now += 60 * 60_000;
	expect(signer.verify(first)).toBe(false);
});

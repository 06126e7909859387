import { describe, expect, it } from "vitest";
import { signWebhook } from "./sign-webhook.ts";

const SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
const OTHER = `whsec_${btoa("an older secret of 24 b.")}`;
const BODY = '{"test": 2432232314, "word": "Größe"}';

/** The specification's words, computed by another implementation (WebCrypto). */
async function expected(secret: Uint8Array, text: string): Promise<string> {
	const key = await crypto.subtle.importKey(
		"raw",
		new Uint8Array(secret),
		{ name: "HMAC", hash: "SHA-256" },
		false,
		["sign"],
	);
	const signature = new Uint8Array(
		await crypto.subtle.sign("HMAC", key, new TextEncoder().encode(text)),
	);
	return `v1,${btoa(String.fromCharCode(...signature))}`;
}

function bytesOf(secret: string): Uint8Array {
	return Uint8Array.from(atob(secret.slice(6)), (c) => c.charCodeAt(0));
}

describe("signWebhook", () => {
	it("gives the published example of Standard Webhooks", () => {
		expect(
			signWebhook(
				"msg_p5jXN8AQM9LWM0D4loKWxJek",
				1614265330,
				'{"test": 2432232314}',
				SECRET,
			),
		).toEqual({
			"webhook-id": "msg_p5jXN8AQM9LWM0D4loKWxJek",
			"webhook-timestamp": "1614265330",
			"webhook-signature": "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
		});
	});

	it("signs with the old and the new secret while they change", async () => {
		const headers = signWebhook("msg_1", 7, BODY, `${SECRET} ${OTHER}`);
		expect(headers["webhook-signature"]).toBe(
			[
				await expected(bytesOf(SECRET), `msg_1.7.${BODY}`),
				await expected(bytesOf(OTHER), `msg_1.7.${BODY}`),
			].join(" "),
		);
	});

	it("takes other secrets as they stand, and signs nothing without one", async () => {
		expect(
			signWebhook("msg_1", 7, BODY, "my own secret".replaceAll(" ", "-"))[
				"webhook-signature"
			],
		).toBe(
			await expected(
				new TextEncoder().encode("my-own-secret"),
				`msg_1.7.${BODY}`,
			),
		);
		for (const none of [undefined, "", " "])
			expect(signWebhook("msg_1", 7, BODY, none)).toEqual({
				"webhook-id": "msg_1",
				"webhook-timestamp": "7",
			});
	});
});

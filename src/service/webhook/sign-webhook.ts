import { createHmac } from "node:crypto";

// Standard Webhooks 1.0.0 (standard-webhooks/standard-webhooks, spec): HMAC-SHA256 over "id.timestamp.body".

/** Headers of one try. `secrets`: one or, while they are changed, several apart by spaces; the receiver needs to know one. */
export function signWebhook(
	id: string,
	timestampSeconds: number,
	body: string,
	secrets: string | undefined,
): Record<string, string> {
	const signatures = (secrets ?? "")
		.split(/\s+/)
		.filter((secret) => secret !== "")
		.map((secret) => {
			const signature = createHmac("sha256", keyOf(secret))
				.update(`${id}.${timestampSeconds}.${body}`)
				.digest("base64");
			return `v1,${signature}`;
		});
	return {
		"webhook-id": id,
		"webhook-timestamp": String(timestampSeconds),
		...(signatures.length === 0
			? {}
			: { "webhook-signature": signatures.join(" ") }),
	};
}

/** 'whsec_' and base64; anything else is taken as it stands. */
function keyOf(secret: string): Buffer {
	return secret.startsWith("whsec_")
		? Buffer.from(secret.slice("whsec_".length), "base64")
		: Buffer.from(secret, "utf8");
}

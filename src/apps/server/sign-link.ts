import { createHmac, timingSafeEqual } from "node:crypto";

// Links that work without a key, for pictures in pages and for people: path and end are signed, nothing else is in them.

/** Links in answers live at least this long, and stay the same for as long, so that caches can use them. */
const LINK_MS = 3_600_000;

export interface LinkSigner {
	/** `path` with `expires` and `signature` added, for a time. Without one: an hour or two. */
	sign(path: string, expiresAt?: number): string;
	/** Whether the address was signed here and still holds. */
	verify(url: string): boolean;
}

export function createLinkSigner(
	secret: Uint8Array,
	now: () => number,
): LinkSigner {
	const signatureOf = (path: string, expires: string): Buffer =>
		createHmac("sha256", secret).update(`${path}\n${expires}`).digest();
	return {
		sign(path, expiresAt = (Math.floor(now() / LINK_MS) + 2) * LINK_MS) {
			const expires = String(Math.floor(expiresAt));
			const signature = signatureOf(path, expires).toString("base64url");
			return `${path}?expires=${expires}&signature=${signature}`;
		},
		verify(url) {
			const at = url.indexOf("?");
			if (at === -1) return false;
			const query = new URLSearchParams(url.slice(at + 1));
			const expires = query.get("expires") ?? "";
			if (!/^\d{1,16}$/.test(expires) || Number(expires) < now()) return false;
			const given = Buffer.from(query.get("signature") ?? "", "base64url");
			const right = signatureOf(url.slice(0, at), expires);
			return given.length === right.length && timingSafeEqual(given, right);
		},
	};
}

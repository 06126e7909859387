import { randomBytes } from "node:crypto";

/** Crockford's base 32: no I, L, O, U. */
const DIGITS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
const TIME_DIGITS = 10;
const RANDOM_DIGITS = 16;

/** Makes ids that sort by when they were made (ULID), also while the clock is set back. */
export function createIdMaker(
	prefix: string,
	now: () => number = Date.now,
): () => string {
	let last = 0;
	return () => {
		last = Math.max(last, now());
		let time = last;
		let text = "";
		for (let k = 0; k < TIME_DIGITS; k++) {
			text = DIGITS[time % 32] + text;
			time = Math.floor(time / 32);
		}
		for (const byte of randomBytes(RANDOM_DIGITS)) text += DIGITS[byte % 32];
		return prefix + text;
	};
}

import type { Notice } from "../core/run-context.ts";

/** Pictures named in one notice before the rest is only counted. */
const NAMED = 4;

/** One notice for all pictures that have the same to be said about them. */
export function mergeNotices(notices: readonly Notice[]): Notice[] {
	const byCode = Map.groupBy(notices, ({ code }) => code);
	return [...byCode.values()].map(([first, ...others]) => {
		const labels = others.flatMap(({ label }) => label ?? []);
		if (labels.length === 0) return first;
		const named = labels.slice(0, NAMED).join(", ");
		const rest = labels.length - NAMED;
		const also = rest > 0 ? `${named} and ${rest} more` : named;
		return { ...first, message: `${first.message}; so with ${also}` };
	});
}

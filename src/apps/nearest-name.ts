/** The known name that was probably meant; undefined when none is near. */
export function nearestName(
	unknown: string,
	names: readonly string[],
): string | undefined {
	// A beginning of the right name is nearer than any misspelling.
	const nearest = names
		.map((name) => {
			const isStart = unknown.length >= 3 && name.startsWith(unknown);
			return [isStart ? 0 : editDistance(unknown, name), name] as const;
		})
		.sort((a, b) => a[0] - b[0])[0];
	return nearest !== undefined && nearest[0] <= 3 ? nearest[1] : undefined;
}

/** Levenshtein distance. */
function editDistance(a: string, b: string): number {
	let previous = Array.from({ length: b.length + 1 }, (_, k) => k);
	for (let i = 1; i <= a.length; i++) {
		const current = [i];
		for (let j = 1; j <= b.length; j++)
			current[j] = Math.min(
				previous[j] + 1,
				current[j - 1] + 1,
				previous[j - 1] + (a[i - 1] === b[j - 1] ? 0 : 1),
			);
		previous = current;
	}
	return previous[b.length];
}

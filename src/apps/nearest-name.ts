/** The known name that was probably meant; undefined when none is near. */
export function nearestName(
	unknown: string,
	names: readonly string[],
): string | undefined {
	const nearest = names
		.map((name) => [editDistance(unknown, name), name] as const)
		.sort((a, b) => a[0] - b[0])[0];
	return nearest !== undefined && nearest[0] <= 3 ? nearest[1] : undefined;
}

/** The known name of which this is the beginning. */
export function nameBeginning(
	unknown: string,
	names: readonly string[],
): string | undefined {
	return unknown.length < 3
		? undefined
		: names.find((name) => name.startsWith(unknown));
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

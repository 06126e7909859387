/** The first page as it is now, and what was known behind it: scrolled far down, nothing jumps. */
export function withNewest<T extends { readonly id: string }>(
	old: readonly T[],
	newest: readonly T[],
): readonly T[] {
	const last = newest.at(-1);
	if (!last) return [];
	const known = new Set(newest.map(({ id }) => id));
	const place = old.findLastIndex(({ id }) => known.has(id));
	return place === -1 ? newest : [...newest, ...old.slice(place + 1)];
}

import { LunarError } from "../../core/errors.ts";
import type { Box, Mesh } from "../../core/mesh.ts";
import type { Task } from "../../core/parallel.ts";
import type { Checkpoint, Notice } from "../../core/run-context.ts";
import type { Field } from "../../core/shape.ts";
import type { View } from "../../core/view.ts";
import { extractSurface } from "./extract-surface.ts";
import { findMixUp } from "./find-mix-up.ts";
import { hullField, type SilhouetteCone } from "./hull-field.ts";
import { explainedShares, findOddView } from "./view-agreement.ts";

/** Resolutions at which the hull is compared with the masks; the finer one only if the first is empty. */
const CHECK_RESOLUTIONS = [96, 320];
const CHECK_RESOLUTION_MANY_VIEWS = 80;
const MANY_VIEWS = 24;
/** A silhouette explained less than this is worth telling. */
const GOOD_SHARE = 0.93;
/** Views named in that case before the rest is only counted. */
const NAMED_VIEWS = 4;

/**
 * Stops with VIEWS_CONTRADICT where together the views leave less than `minExplained` (0–1) of a
 * silhouette, and with EMPTY_SHAPE where they leave nothing; smaller disagreement is told.
 */
export function requireAgreement(
	field: Field,
	cones: readonly SilhouetteCone[],
	views: readonly View[],
	minExplained: number,
	tell: (notice: Notice) => void,
	checkpoint?: Checkpoint,
): void {
	const shares = sharesOfHull(field, views, checkpoint);
	judgeAgreement(shares, cones, views, minExplained, tell, checkpoint);
}

/** What `judgeAgreement` goes by. */
export const agreementTask: Task<
	{ readonly cones: readonly SilhouetteCone[]; readonly box: Box },
	readonly Pick<View, "mask" | "camera">[],
	Float64Array | null
> = {
	module: import.meta.url,
	name: "agreementTask",
	open:
		({ cones, box }) =>
		(views, checkpoint) =>
			sharesOfHull(hullField(cones, box), views, checkpoint),
};

/** Share of each view's silhouette that the hull explains; null where there is no hull. */
function sharesOfHull(
	field: Field,
	views: readonly Pick<View, "mask" | "camera">[],
	checkpoint?: Checkpoint,
): Float64Array | null {
	const hull = coarseHull(field, views.length, checkpoint);
	return (
		hull &&
		explainedShares(hull, views, (fraction) =>
			checkpoint?.(0.5 + 0.5 * fraction),
		)
	);
}

/** As `requireAgreement`, of shares that are known. */
export function judgeAgreement(
	shares: Float64Array | null, // [viewCount]
	cones: readonly SilhouetteCone[],
	views: readonly View[],
	minExplained: number,
	tell: (notice: Notice) => void,
	checkpoint?: Checkpoint,
): void {
	if (shares === null) throw emptyHull(cones, views, checkpoint);
	let worst = 0;
	for (let v = 1; v < views.length; v++)
		if (shares[v] < shares[worst]) worst = v;
	if (shares[worst] < minExplained) {
		throw new LunarError(
			"VIEWS_CONTRADICT",
			`together the views explain only ${percent(shares[worst])} of the silhouette in ${views[worst].label} ` +
				`(limit ${percent(minExplained)})${findCure(cones, views, checkpoint).text}`,
		);
	}
	const weak = [...shares.keys()]
		.filter((v) => shares[v] < GOOD_SHARE)
		.sort((a, b) => shares[a] - shares[b]);
	if (weak.length === 0) return;
	const cure = findCure(cones, views, checkpoint);
	const named = weak
		.slice(0, NAMED_VIEWS)
		.map((v) => `${percent(1 - shares[v])} in ${views[v].label}`);
	const rest = weak.length - named.length;
	tell({
		code: "views-disagree",
		severity: "warning",
		message:
			`the views cut away parts of each other's silhouettes: ${named.join(", ")}` +
			`${rest > 0 ? ` and some in ${rest} more` : ""}${cure.text}`,
		remedy:
			"Check this view's name, camera and mask, and that it shows the same object in the same pose.",
		label: views[cure.view ?? weak[0]].label,
	});
}

/** The view to look at first, and what would make all agree, for the end of a message. */
function findCure(
	cones: readonly SilhouetteCone[],
	views: readonly View[],
	checkpoint?: Checkpoint,
): { readonly view?: number; readonly text: string } {
	const mixUp = findMixUp(cones, views, checkpoint);
	if (mixUp !== null) {
		const { label } = views[mixUp.a];
		return {
			view: mixUp.a,
			text:
				mixUp.kind === "mirrored"
					? `; all agree once ${label} is mirrored`
					: `; all agree once ${label} and ${views[mixUp.b].label} change places`,
		};
	}
	const odd = findOddView(cones, views, checkpoint);
	return odd === null
		? { text: "" }
		: { view: odd, text: `; the others agree without ${views[odd].label}` };
}

/** A hull fine enough to compare outlines; null where even a fine grid finds nothing. */
function coarseHull(
	field: Field,
	viewCount: number,
	checkpoint?: Checkpoint,
): Mesh | null {
	const resolutions =
		viewCount > MANY_VIEWS
			? [CHECK_RESOLUTION_MANY_VIEWS, ...CHECK_RESOLUTIONS]
			: CHECK_RESOLUTIONS;
	for (const resolution of resolutions) {
		const hull = extractSurface(field, { resolution }, (fraction) =>
			checkpoint?.(0.5 * fraction),
		);
		if (hull.indices.length > 0) return hull;
	}
	return null;
}

/** Why there is nothing: an empty mask, or silhouettes that never meet. */
export function emptyHull(
	cones: readonly SilhouetteCone[],
	views: readonly View[],
	checkpoint?: Checkpoint,
): LunarError {
	const blank = views.find((_, v) =>
		cones[v].silhouette.data.every((distance) => distance >= 0),
	);
	if (blank)
		return new LunarError("EMPTY_SHAPE", `the mask of ${blank.label} is empty`);
	return new LunarError(
		"EMPTY_SHAPE",
		`no point in space lies inside all ${views.length} silhouettes${findCure(cones, views, checkpoint).text}`,
	);
}

function percent(share: number): string {
	return `${Math.round(share * 100)} %`;
}

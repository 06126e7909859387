import type { Mesh } from "../../core/mesh.ts";
import type { Checkpoint } from "../../core/run-context.ts";
import {
	compareWhereApart,
	predictViews,
} from "../../kernel/optimize/held-out-error.ts";
import type { ColoredView } from "../../kernel/optimize/photometric-terms.ts";
import { FULL_SCALE, smallViews } from "./sweep-views.ts";

/** Difference of colours, 0–0.25, that every second view may find in them: on glossy things views never agree. */
const MOST_DIFFERENCE = 0.06;
/** Where the surfaces are this far apart there is a hollow; world units. */
const APART = 0.01;

/**
 * Whether views agree on what is to be seen inside guessed hollows. They need not agree better than on the bare hull:
 * what is evenly dark looks the same either way. But on what shines they agree nowhere, and there guesses are worst.
 */
export function believesHollows(
	hull: Mesh,
	carved: Mesh,
	colored: readonly ColoredView[],
	checkpoint?: Checkpoint,
): boolean {
	const views = smallViews(colored, FULL_SCALE.side);
	const judges = views.flatMap((_, v) => (v % 2 === 1 ? [v] : []));
	const [bare, dug] = [hull, carved].map((mesh) =>
		predictViews(mesh, views, judges, checkpoint),
	);
	return compareWhereApart(bare, dug, APART).b <= MOST_DIFFERENCE;
}

import type { Mesh } from "../../core/mesh.ts";
import type { Checkpoint } from "../../core/run-context.ts";
import {
	compareWhereApart,
	predictViews,
} from "../../kernel/optimize/held-out-error.ts";
import type { ColoredView } from "../../kernel/optimize/photometric-terms.ts";
import { FULL_SCALE, smallViews } from "./sweep-views.ts";

/**
 * How well every second view is predicted by the others where guessed hollows move what is seen by at least `apart`, without them (`a`) and
 * with them (`b`): mean difference of colours, 0–0.25. What is evenly dark looks the same either way.
 */
export function compareHollows(
	filled: Mesh,
	dug: Mesh,
	colored: readonly ColoredView[],
	apart: number, // world units
	checkpoint?: Checkpoint,
): ReturnType<typeof compareWhereApart> {
	const views = smallViews(colored, FULL_SCALE.side);
	const judges = views.flatMap((_, v) => (v % 2 === 1 ? [v] : []));
	const [before, after] = [filled, dug].map((mesh) =>
		predictViews(mesh, views, judges, checkpoint),
	);
	return compareWhereApart(before, after, apart);
}

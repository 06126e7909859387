import type { Mesh } from "../../core/mesh.ts";
import { mapTask, type Task, type TaskContext } from "../../core/parallel.ts";
import {
	compareWhereApart,
	type Prediction,
	predictViews,
} from "../../kernel/optimize/held-out-error.ts";
import type { ColoredView } from "../../kernel/optimize/photometric-terms.ts";
import type { SmallView } from "../../kernel/optimize/small-view.ts";
import { FULL_SCALE, smallViews } from "./sweep-views.ts";

/**
 * How well every second view is predicted by the others where guessed hollows move what is seen by at least `apart`, without them (`a`) and
 * with them (`b`): mean difference of colours, 0–0.25. What is evenly dark looks the same either way.
 */
export async function compareHollows(
	filled: Mesh,
	dug: Mesh,
	colored: readonly ColoredView[],
	apart: number, // world units
	ctx: TaskContext,
): Promise<ReturnType<typeof compareWhereApart>> {
	const views = smallViews(colored, FULL_SCALE.side);
	const [before, after] = await mapTask(
		predictTask,
		{ views },
		[filled, dug],
		ctx,
	);
	return compareWhereApart(before, after, apart);
}

/** How a surface predicts every second view. */
export const predictTask: Task<
	{ readonly views: readonly SmallView[] },
	Mesh,
	Prediction[]
> = {
	module: import.meta.url,
	name: "predictTask",
	open({ views }) {
		const judges = views.flatMap((_, v) => (v % 2 === 1 ? [v] : []));
		return (mesh, checkpoint) => predictViews(mesh, views, judges, checkpoint);
	},
};

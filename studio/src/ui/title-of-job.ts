import type { JobView } from "../api/types.ts";
import { strings } from "../strings.ts";

/** Its name, else what its pictures are called. */
export function titleOfJob({ request }: JobView): string {
	const { title, inputs } = request;
	if (title) return title;
	const stem = inputs[0]?.label.replace(/\.[^.]*$/, "");
	if (!stem) return strings.watch.untitled;
	return inputs.length === 1
		? stem
		: strings.watch.andMore(stem, inputs.length - 1);
}

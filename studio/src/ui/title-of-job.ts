import type { JobView } from "../api/types.ts";
import { strings } from "../strings.ts";

export function titleOfJob({ request }: JobView): string {
	return request.title || request.inputs[0]?.label || strings.watch.untitled;
}

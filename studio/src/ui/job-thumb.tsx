import type { ReactElement } from "react";
import type { JobView } from "../api/types.ts";
import { useBlobUrl } from "../state/use-blob-url.ts";
import { Icon } from "./icon.tsx";

/** The result's own picture, else the first input. */
export function JobThumb({
	job,
	size,
}: {
	readonly job: JobView;
	readonly size: number;
}): ReactElement {
	const hero = job.files.find(({ name }) => name.endsWith("previews/hero.png"));
	const url = useBlobUrl(hero ? inline(hero.url) : job.request.inputs[0]?.url);
	return (
		<span className={hero ? "job-thumb result" : "job-thumb"}>
			{url ? (
				<img src={url} alt="" width={size} height={size} loading="lazy" />
			) : (
				<Icon name="cube" size={Math.min(32, size / 2)} />
			)}
		</span>
	);
}

/** Shown in the page, not handed out as a download. */
export function inline(url: string): string {
	return `${url}${url.includes("?") ? "&" : "?"}inline=1`;
}

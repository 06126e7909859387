import type { ReactElement } from "react";
import type { JobView } from "../api/types.ts";
import { sideTitle } from "../make/side-title.ts";
import { useBlobUrl } from "../state/use-blob-url.ts";
import { strings } from "../strings.ts";

const SHOWN = 12;

/** The pictures that the job was given. */
export function InputStrip({ job }: { readonly job: JobView }): ReactElement {
	const { inputs } = job.request;
	return (
		<section className="stack tight">
			<h3>
				{strings.watch.inputs} ({inputs.length})
			</h3>
			<ul className="input-strip">
				{inputs.slice(0, SHOWN).map((input) => (
					<li key={input.label}>
						<InputPicture url={input.url} />
						<span className="small muted">
							{input.view ? sideTitle(input.view) : input.label}
						</span>
					</li>
				))}
			</ul>
		</section>
	);
}

function InputPicture({ url }: { readonly url: string }): ReactElement {
	const source = useBlobUrl(url);
	return source ? (
		<img src={source} alt="" loading="lazy" />
	) : (
		<span className="skeleton" />
	);
}

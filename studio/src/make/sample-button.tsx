import { type ReactElement, useState } from "react";
import back from "../../../fixtures/eval/spot/views/back.png?url";
import front from "../../../fixtures/eval/spot/views/front.png?url";
import left from "../../../fixtures/eval/spot/views/left.png?url";
import right from "../../../fixtures/eval/spot/views/right.png?url";
import { fetchBlob } from "../api/uploads.ts";
import { strings } from "../strings.ts";
import { addFiles } from "./add-pictures.ts";

/** Spot, by Keenan Crane (CC0). */
const SAMPLE = { front, right, back, left };

/** For a first try without pictures at hand. */
export function SampleButton(): ReactElement {
	const [isBusy, setBusy] = useState(false);
	return (
		<button
			type="button"
			className="button quiet"
			disabled={isBusy}
			onClick={async () => {
				setBusy(true);
				try {
					await addFiles(
						await Promise.all(
							Object.entries(SAMPLE).map(async ([side, url]) => ({
								name: `spot-${side}.png`,
								file: await fetchBlob(url),
							})),
						),
					);
				} finally {
					setBusy(false);
				}
			}}
		>
			{strings.make.sample}
		</button>
	);
}

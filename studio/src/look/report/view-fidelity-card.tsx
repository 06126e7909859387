import type { ReactElement } from "react";
import type { Report } from "../../api/types.ts";
import { useBlobUrl } from "../../state/use-blob-url.ts";
import { strings } from "../../strings.ts";
import { inline } from "../../ui/job-thumb.tsx";
import type { ResultFiles } from "../result-files.ts";
import { VerdictChip } from "../verdict-chip.tsx";

const PICTURES = ["input", "rendered", "difference"] as const;
const TITLES = {
	input: strings.look.picture,
	rendered: strings.look.model,
	difference: strings.look.difference,
};

/** One input picture against the model seen from its camera. */
export function ViewFidelityCard({
	view,
	pictures,
	files,
	isChosen,
	onChoose,
}: {
	readonly view: Report["perView"][number];
	readonly pictures:
		| NonNullable<Report["inspection"]>["views"][number]
		| undefined;
	readonly files: ResultFiles;
	readonly isChosen: boolean;
	readonly onChoose: () => void;
}): ReactElement {
	return (
		<button
			type="button"
			className="view-card"
			aria-pressed={isChosen}
			title={strings.look.look(view.label)}
			onClick={onChoose}
		>
			<span className="row spread">
				<span className="view-label">{view.label}</span>
				<VerdictChip verdict={view.verdict} />
			</span>
			{pictures && (
				<span className="view-pictures">
					{PICTURES.map((name) => (
						<Picture
							key={name}
							url={files.find(pictures[name])?.url}
							title={TITLES[name]}
						/>
					))}
				</span>
			)}
			<span className="view-figures num">
				<span>
					{strings.look.iou} {view.silhouetteIou.toFixed(3)}
				</span>
				<span>
					{strings.look.ssim} {view.ssim.toFixed(3)}
				</span>
				<span>
					{strings.look.psnr} {view.psnrDb.toFixed(1)} dB
				</span>
			</span>
		</button>
	);
}

function Picture({
	url,
	title,
}: {
	readonly url: string | undefined;
	readonly title: string;
}): ReactElement {
	const source = useBlobUrl(url && inline(url));
	return (
		<span className="view-picture">
			{source ? (
				<img src={source} alt="" loading="lazy" />
			) : (
				<span className="skeleton" />
			)}
			<span>{title}</span>
		</span>
	);
}

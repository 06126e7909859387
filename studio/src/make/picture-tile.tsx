import type { ReactElement } from "react";
import { VIEW_NAMES } from "../../../src/core/view.ts";
import { strings } from "../strings.ts";
import { Icon } from "../ui/icon.tsx";
import { removePicture, retryPicture, setView } from "./add-pictures.ts";
import type { Picture } from "./draft.ts";
import { sideTitle } from "./side-title.ts";

/** Below this the outline is called uncertain; the pipeline tells the user at the same mark. */
export const WEAK_MASK = 0.6;

/** One picture: what was found in it, its side, and the ways to change both. */
export function PictureTile({
	picture,
	hasSides,
	onCorrect,
}: {
	readonly picture: Picture;
	readonly hasSides: boolean;
	readonly onCorrect: (picture: Picture) => void;
}): ReactElement {
	return (
		<article
			className="tile"
			aria-label={picture.label}
			draggable={hasSides}
			onDragStart={(event) => {
				event.dataTransfer.setData("text/x-lunar-picture", picture.key);
				event.dataTransfer.effectAllowed = "move";
			}}
		>
			<Thumbnail picture={picture} />
			<div className="tile-line">
				<span className="tile-label" title={picture.label}>
					{picture.label}
				</span>
				<button
					type="button"
					className="button quiet icon-only"
					aria-label={strings.make.remove(picture.label)}
					onClick={() => removePicture(picture.key)}
				>
					<Icon name="cross" size={16} />
				</button>
			</div>
			<div className="tile-line">
				{hasSides && (
					<select
						className="select"
						aria-label={strings.make.side(picture.label)}
						value={picture.view ?? ""}
						onChange={(event) =>
							setView(
								picture.key,
								VIEW_NAMES.find((name) => name === event.target.value),
							)
						}
					>
						<option value="">{strings.make.noSide}</option>
						{VIEW_NAMES.map((name) => (
							<option key={name} value={name}>
								{sideTitle(name)}
							</option>
						))}
					</select>
				)}
				{picture.upload && picture.previewUrl && (
					<button
						type="button"
						className="button"
						aria-label={strings.make.correct(picture.label)}
						onClick={() => onCorrect(picture)}
					>
						<Icon name="brush" size={16} />
						{!hasSides && strings.make.correctShort}
					</button>
				)}
				{picture.status === "failed" && !picture.upload && (
					<button
						type="button"
						className="button"
						onClick={() => retryPicture(picture.key)}
					>
						{strings.common.tryAgain}
					</button>
				)}
			</div>
		</article>
	);
}

function Thumbnail({ picture }: { readonly picture: Picture }): ReactElement {
	const { previewUrl, maskPicture } = picture;
	const mask = maskPicture && `url(${maskPicture})`;
	return (
		<div className={maskPicture ? "thumb cut" : "thumb"}>
			{previewUrl ? (
				<>
					<img className="whole" src={previewUrl} alt="" draggable={false} />
					{mask && (
						<img
							className="object"
							src={previewUrl}
							alt=""
							draggable={false}
							style={{ maskImage: mask, WebkitMaskImage: mask }}
						/>
					)}
				</>
			) : (
				<div className="thumb-url">
					<Icon
						name={picture.status === "failed" ? "offline" : "link"}
						size={28}
					/>
					<span className="thumb-host">{hostOf(picture)}</span>
					<span>
						{picture.status === "failed"
							? strings.make.urlFailed
							: strings.make.urlThumb}
					</span>
				</div>
			)}
			<span className="thumb-state">
				<StatusChip picture={picture} />
			</span>
		</div>
	);
}

function hostOf({ url, label }: Picture): string {
	return url ? new URL(url).host : label;
}

function StatusChip({
	picture,
}: {
	readonly picture: Picture;
}): ReactElement | null {
	const { status, foreground, problem } = picture;
	if (status === "failed")
		return (
			<span className="chip bad" title={problem?.message}>
				<Icon name="warning" size={13} />
				{problem?.code === "NO_FOREGROUND"
					? strings.common.noneYet
					: strings.states.failed}
			</span>
		);
	if (status !== "ready")
		return (
			<span className="chip busy">
				{status === "uploading" && picture.url
					? strings.make.fetching
					: strings.make[status]}
			</span>
		);
	if (picture.correction)
		return (
			<span className="chip accent">
				<Icon name="brush" size={13} />
				{strings.make.corrected}
			</span>
		);
	if (!foreground) return null;
	const percent = Math.round(foreground.confidence * 100);
	const isWeak = foreground.confidence < WEAK_MASK;
	return (
		<span
			className={isWeak ? "chip warn" : "chip good"}
			title={strings.make.foundBy(foreground.method, percent)}
		>
			<Icon name={isWeak ? "warning" : "check"} size={13} />
			{percent} %
			<span className="visually-hidden">
				{strings.make.foundBy(foreground.method, percent)}
			</span>
		</span>
	);
}

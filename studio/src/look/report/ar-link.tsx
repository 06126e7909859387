import { type ReactElement, useState } from "react";
import { apiKey } from "../../api/http.ts";
import { linkTo } from "../../api/jobs.ts";
import { asProblem } from "../../api/problem.ts";
import type { FileView, JobView } from "../../api/types.ts";
import { fetchBlob } from "../../api/uploads.ts";
import { strings } from "../../strings.ts";
import { Icon } from "../../ui/icon.tsx";
import { Note } from "../../ui/note.tsx";
import { say } from "../../ui/toasts.tsx";
import { type ArWay, arWay, openQuickLook, USDZ } from "./ar.ts";
import { sceneViewerLink } from "./scene-viewer-link.ts";

/** Scene Viewer fetches the file itself, without our key, a moment later. */
const LINK_SECONDS = 3600;

/** Opens the phone's own viewer: Quick Look takes the USDZ, Scene Viewer the GLB. Elsewhere there is nothing to open. */
export function ArLink({
	job,
	glb,
	usdz,
}: {
	readonly job: JobView;
	readonly glb: FileView | undefined;
	readonly usdz: FileView | undefined;
}): ReactElement | null {
	const [isBusy, setBusy] = useState(false);
	const way = arWay();
	if (!way || !glb) return null;
	if (way === "needs-https") return <Note title={strings.look.arNeedsHttps} />;
	return (
		<button
			type="button"
			className="button"
			disabled={isBusy}
			onClick={async () => {
				setBusy(true);
				try {
					await open(way, job, glb, usdz);
				} catch (error) {
					say(asProblem(error).message);
				}
				setBusy(false);
			}}
		>
			<Icon name="cube" size={16} />
			{isBusy ? strings.look.arBusy : strings.look.ar}
		</button>
	);
}

async function open(
	way: Exclude<ArWay, "needs-https">,
	job: JobView,
	glb: FileView,
	usdz: FileView | undefined,
): Promise<void> {
	if (way === "quick-look") {
		openQuickLook(URL.createObjectURL(await usdzOf(glb, usdz)));
		return;
	}
	const { url } = apiKey() ? await linkTo(job.id, glb.name, LINK_SECONDS) : glb;
	location.href = sceneViewerLink(new URL(url, location.href), location.href);
}

/** The job's own, else made here of the GLB. */
async function usdzOf(
	glb: FileView,
	usdz: FileView | undefined,
): Promise<Blob> {
	if (usdz) return new Blob([await fetchBlob(usdz.url)], { type: USDZ });
	const [{ convertModel }, bytes] = await Promise.all([
		import("../convert-model.ts"),
		fetchBlob(glb.url).then((blob) => blob.arrayBuffer()),
	]);
	const { blob } = convertModel(bytes, "usdz", "model");
	return new Blob([blob], { type: USDZ });
}

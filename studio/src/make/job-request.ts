import type { JobCreate } from "../api/types.ts";
import type { Draft } from "./draft.ts";

/** The draft as the body of POST /v1/jobs. */
export function jobRequest(draft: Draft): JobCreate {
	const { camera, pictures } = draft;
	const masks = pictures.flatMap(({ label, correction }) =>
		correction ? [{ label, upload: correction }] : [],
	);
	const tags = draft.tags
		.split(",")
		.map((tag) => tag.trim())
		.filter((tag) => tag !== "");
	const engines =
		draft.engine !== "auto" && draft.alsoEngine
			? [draft.engine, draft.alsoEngine]
			: undefined;
	const title = draft.title.trim() || titleOf(draft);
	return {
		images: pictures.map(({ label, view, upload }) => ({
			label,
			...(view && !camera ? { view } : {}),
			...(upload ? { upload: upload.id } : {}),
		})),
		...(camera ? { camera: { upload: camera.upload } } : {}),
		...(masks.length > 0 ? { masks } : {}),
		...(engines ? { engines } : { engine: draft.engine }),
		// Each engine has options of its own: two engines share none.
		engineOptions: engines ? {} : (draft.engineOptions[draft.engine] ?? {}),
		options: draft.options,
		formats: draft.formats,
		previewFirst: true,
		...(title ? { title } : {}),
		tags,
	};
}

/** "r_01.png", "r_02.png" have less than a name in common. */
const SHORTEST_TITLE = 3;

/** "shoe-front.png", "shoe-back.png" → "shoe". */
function titleOf({ pictures }: Draft): string {
	const stems = pictures.map(({ label }) => label.replace(/\.[^.]*$/, ""));
	let common = stems[0] ?? "";
	for (const stem of stems)
		while (!stem.startsWith(common)) common = common.slice(0, -1);
	const title = common.replace(/[-_. ]+$/, "");
	return title.length < SHORTEST_TITLE ? "" : title;
}

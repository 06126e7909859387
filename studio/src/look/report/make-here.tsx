import { type ReactElement, useState } from "react";
import { asProblem } from "../../api/problem.ts";
import type { FileView } from "../../api/types.ts";
import { fetchBlob } from "../../api/uploads.ts";
import { strings } from "../../strings.ts";
import { formatBytes } from "../../ui/format.ts";
import { Icon } from "../../ui/icon.tsx";
import { saveFile } from "../../ui/save-file.ts";
import { say } from "../../ui/toasts.tsx";

const FORMATS = ["usdz", "obj", "ply", "stl"] as const;

/** Formats that the job was not asked for, made from the GLB when they are wanted. */
export function MakeHere({
	glb,
	models,
}: {
	readonly glb: FileView;
	readonly models: readonly FileView[];
}): ReactElement | null {
	const [sizes, setSizes] = useState<Readonly<Record<string, number>>>({});
	const missing = FORMATS.filter(
		(format) => !models.some(({ name }) => name.endsWith(`.${format}`)),
	);
	if (missing.length === 0) return null;
	const make = async (format: (typeof FORMATS)[number]): Promise<void> => {
		try {
			const [{ convertModel }, bytes] = await Promise.all([
				import("../convert-model.ts"),
				fetchBlob(glb.url).then((blob) => blob.arrayBuffer()),
			]);
			const made = convertModel(bytes, format, "model");
			setSizes((old) => ({ ...old, [format]: made.blob.size }));
			saveFile(made.blob, made.name);
		} catch (error) {
			say(asProblem(error).message);
		}
	};
	return (
		<ul className="stack tight">
			{missing.map((format) => (
				<li key={format}>
					<button type="button" className="file" onClick={() => make(format)}>
						<Icon name="download" size={16} />
						<span className="file-name">{strings.look.makeHere(format)}</span>
						<span className="muted num">
							{sizes[format] === undefined
								? strings.look.madeHere
								: formatBytes(sizes[format])}
						</span>
					</button>
				</li>
			))}
		</ul>
	);
}

import { type ReactElement, useState } from "react";
import { apiKey } from "../../api/http.ts";
import { linkTo } from "../../api/jobs.ts";
import { asProblem } from "../../api/problem.ts";
import type { FileView, JobView } from "../../api/types.ts";
import { fetchBlob } from "../../api/uploads.ts";
import { strings } from "../../strings.ts";
import { formatBytes } from "../../ui/format.ts";
import { Icon } from "../../ui/icon.tsx";
import { inline } from "../../ui/job-thumb.tsx";
import { saveFile } from "../../ui/save-file.ts";
import { say } from "../../ui/toasts.tsx";
import type { ResultFiles } from "../result-files.ts";
import { ArLink } from "./ar-link.tsx";
import { MakeHere } from "./make-here.tsx";

const SHARE_DAYS = 7;

/** Everything to take away, with its size. */
export function FilesTab({
	job,
	files,
}: {
	readonly job: JobView;
	readonly files: ResultFiles;
}): ReactElement {
	return (
		<div className="stack">
			<h3>{strings.look.downloads}</h3>
			<ul className="stack tight">
				{files.models.map((file) => (
					<li key={file.name}>
						<FileLine file={file} />
					</li>
				))}
			</ul>
			{files.glb && <MakeHere glb={files.glb} models={files.models} />}
			<ArLink job={job} glb={files.glb} usdz={files.find("model.usdz")} />
			{files.page && (
				<a
					className="button"
					href={inline(files.page.url)}
					target="_blank"
					rel="noreferrer"
				>
					{strings.look.openReport}
				</a>
			)}
			<h3>{strings.look.shareTitle}</h3>
			<ShareLine
				text={strings.look.sharePage}
				make={async () => location.href}
			/>
			{files.glb && (
				<ShareLine
					text={`${strings.look.shareFile}. ${strings.look.shareDays}`}
					make={async () => {
						const name = files.glb?.name ?? "";
						const link = await linkTo(job.id, name, SHARE_DAYS * 86_400);
						return new URL(link.url, location.href).href;
					}}
				/>
			)}
			<details>
				<summary>
					{strings.look.otherFiles} ({files.others.length})
				</summary>
				<ul className="stack tight folded">
					{files.others.map((file) => (
						<li key={file.name}>
							<FileLine file={file} />
						</li>
					))}
				</ul>
			</details>
		</div>
	);
}

function FileLine({ file }: { readonly file: FileView }): ReactElement {
	const name = file.name.split("/").at(-1) ?? file.name;
	return (
		<a
			className="file"
			href={file.url}
			download={name}
			aria-label={strings.look.download(file.name)}
			onClick={(event) => {
				// A link cannot carry the key, unless the server signed it.
				if (!apiKey() || file.url.includes("?")) return;
				event.preventDefault();
				fetchBlob(file.url)
					.then((blob) => saveFile(blob, name))
					.catch((error) => say(asProblem(error).message));
			}}
		>
			<Icon name="download" size={16} />
			<span className="file-name">{file.name}</span>
			<span className="muted num">{formatBytes(file.sizeBytes)}</span>
		</a>
	);
}

function ShareLine({
	text,
	make,
}: {
	readonly text: string;
	readonly make: () => Promise<string>;
}): ReactElement {
	const [link, setLink] = useState<string>();
	return (
		<div className="share">
			<span className="small">{text}</span>
			<button
				type="button"
				className="button"
				onClick={async () => {
					try {
						const url = await make();
						setLink(url);
						// Only secure pages may write the clipboard: the link is shown in any case.
						await navigator.clipboard?.writeText(url);
						if (navigator.clipboard) say(strings.common.copied);
					} catch (error) {
						say(asProblem(error).message);
					}
				}}
			>
				<Icon name="link" size={16} />
				{strings.look.copy}
			</button>
			{link && (
				<input
					className="input mono"
					readOnly
					aria-label={text}
					value={link}
					onFocus={(event) => event.target.select()}
				/>
			)}
		</div>
	);
}

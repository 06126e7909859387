import { type ReactElement, useState } from "react";
import { annotateJob } from "../api/jobs.ts";
import { asProblem } from "../api/problem.ts";
import type { JobView } from "../api/types.ts";
import { hrefOf } from "../router.ts";
import { strings } from "../strings.ts";
import { formatAge } from "../ui/format.ts";
import { Icon } from "../ui/icon.tsx";
import { StateChip } from "../ui/state-chip.tsx";
import { titleOfJob } from "../ui/title-of-job.ts";
import { say } from "../ui/toasts.tsx";

/** The job's name, its tags, and what can be done with it. */
export function JobHead({
	job,
	onChange,
}: {
	readonly job: JobView;
	readonly onChange: (job: JobView) => void;
}): ReactElement {
	const title = titleOfJob(job);
	const change = async (
		changes: Parameters<typeof annotateJob>[1],
	): Promise<void> => {
		try {
			onChange(await annotateJob(job.id, changes));
		} catch (error) {
			say(asProblem(error).message);
		}
	};
	return (
		<div className="page-head">
			<div className="grow">
				<h1 className="visually-hidden">{title}</h1>
				<TextBox
					key={title}
					className="title-input"
					label={strings.look.rename}
					text={title}
					onSave={(next) => change({ title: next })}
				/>
				<div className="row">
					<StateChip job={job} />
					<span className="muted small">
						{formatAge(job.createdAt, Date.now())}
					</span>
					<TextBox
						key={job.request.tags.join()}
						className="tags-input"
						label={strings.look.tags}
						text={job.request.tags.join(", ")}
						placeholder={strings.make.tags}
						onSave={(next) => change({ tags: tagsOf(next) })}
					/>
				</div>
			</div>
			<button
				type="button"
				className="button icon-only"
				aria-pressed={job.favourite}
				aria-label={strings.look.favourite}
				title={strings.look.favourite}
				onClick={() => change({ favourite: !job.favourite })}
			>
				<Icon name="star" filled={job.favourite} />
			</button>
			<a className="button" href={hrefOf({ page: "make", from: job.id })}>
				<Icon name="retry" />
				{strings.watch.retryChanged}
			</a>
			{job.state === "succeeded" && (
				<a className="button" href={hrefOf({ page: "compare", a: job.id })}>
					<Icon name="columns" />
					{strings.look.compareWith}
				</a>
			)}
		</div>
	);
}

function tagsOf(text: string): string[] {
	return text
		.split(",")
		.map((tag) => tag.trim())
		.filter((tag) => tag !== "");
}

/** Text that is edited in place: Enter or leaving saves it, Escape takes it back. */
function TextBox({
	className,
	label,
	text,
	placeholder,
	onSave,
}: {
	readonly className: string;
	readonly label: string;
	readonly text: string;
	readonly placeholder?: string;
	readonly onSave: (text: string) => void;
}): ReactElement {
	const [value, setValue] = useState(text);
	return (
		<input
			className={className}
			aria-label={label}
			title={label}
			value={value}
			placeholder={placeholder}
			maxLength={200}
			onChange={(event) => setValue(event.target.value)}
			onBlur={() => {
				if (value.trim() !== text) onSave(value.trim());
			}}
			onKeyDown={(event) => {
				if (event.key === "Enter") event.currentTarget.blur();
				if (event.key === "Escape") setValue(text);
			}}
		/>
	);
}

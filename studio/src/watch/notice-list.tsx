import type { ReactElement } from "react";
import type { JobView } from "../api/types.ts";
import { Note } from "../ui/note.tsx";

/** What the run has remarked so far. */
export function NoticeList({
	notices,
}: {
	readonly notices: JobView["notices"];
}): ReactElement | null {
	if (notices.length === 0) return null;
	return (
		<ul className="stack tight">
			{notices.map((notice) => (
				<li key={`${notice.code} ${notice.label ?? ""} ${notice.message}`}>
					<Note
						tone={notice.severity === "warning" ? "warn" : "info"}
						title={notice.message}
						remedy={notice.remedy}
					/>
				</li>
			))}
		</ul>
	);
}

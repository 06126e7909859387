import { type ReactElement, useEffect, useState } from "react";
import { strings } from "../strings.ts";
import { formatSeconds } from "../ui/format.ts";

/** A clock that runs since a moment. */
export function Elapsed({ since }: { readonly since: number }): ReactElement {
	const [now, setNow] = useState(() => Date.now());
	useEffect(() => {
		const timer = setInterval(() => setNow(Date.now()), 1000);
		return () => clearInterval(timer);
	}, []);
	const seconds = Math.max(0, Math.round((now - since) / 1000));
	return <span>{strings.watch.elapsed(formatSeconds(seconds))}</span>;
}

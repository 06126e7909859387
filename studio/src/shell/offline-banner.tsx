import { type ReactElement, useSyncExternalStore } from "react";
import { feedState, onFeedState } from "../api/live-feed.ts";
import { strings } from "../strings.ts";
import { Icon } from "../ui/icon.tsx";

/** Says when the server is out of reach, and goes away by itself. */
export function OfflineBanner(): ReactElement {
	const state = useSyncExternalStore(onFeedState, feedState);
	return (
		<div role="status">
			{state === "lost" && (
				<div className="banner">
					<Icon name="offline" />
					<span>{strings.nav.offline}</span>
				</div>
			)}
		</div>
	);
}

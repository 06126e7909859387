import { useEffect, useState } from "react";
import { fetchBlob } from "../../api/uploads.ts";
import type { ModelFacts, Viewer } from "../viewer/types.ts";
import type { FoundPlace } from "./find-places.ts";
import type { PlacesAsk } from "./places.worker.ts";

/** Places to look at on the shown model; undefined while they are looked for. */
export function usePlaces(
	viewer: Viewer | undefined,
	facts: ModelFacts | undefined,
	seenUrl: string | undefined,
): readonly FoundPlace[] | undefined {
	const [places, setPlaces] = useState<readonly FoundPlace[]>();
	useEffect(() => {
		const geometry = facts && viewer?.geometry();
		if (!geometry) return;
		setPlaces(undefined);
		const controller = new AbortController();
		let worker: Worker | undefined;
		const start = async (): Promise<void> => {
			const seen = seenUrl
				? new Uint8Array(
						await (await fetchBlob(seenUrl, controller.signal)).arrayBuffer(),
					)
				: undefined;
			if (controller.signal.aborted) return;
			worker = new Worker(new URL("./places.worker.ts", import.meta.url), {
				type: "module",
			});
			worker.onmessage = ({ data }: MessageEvent<readonly FoundPlace[]>) =>
				setPlaces(data);
			worker.onerror = () => setPlaces([]);
			const ask: PlacesAsk = { ...geometry, ...(seen ? { seen } : {}) };
			worker.postMessage(ask);
		};
		start().catch(() => setPlaces([]));
		return () => {
			controller.abort();
			worker?.terminate();
		};
	}, [viewer, facts, seenUrl]);
	return places;
}

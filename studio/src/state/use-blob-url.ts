import { useEffect, useState } from "react";
import { apiKey } from "../api/http.ts";
import { fetchBlob } from "../api/uploads.ts";

/** An address that `<img>` can load: the same one, or where an API key is needed, a local copy. */
export function useBlobUrl(url: string | undefined): string | undefined {
	const needsKey =
		url !== undefined &&
		apiKey() !== undefined &&
		!/[?&](sig|signature|expires)=/.test(url);
	const [local, setLocal] = useState<{ from: string; url: string }>();
	useEffect(() => {
		if (!needsKey || url === undefined) return;
		const controller = new AbortController();
		let made: string | undefined;
		fetchBlob(url, controller.signal)
			.then((blob) => {
				if (controller.signal.aborted) return;
				made = URL.createObjectURL(blob);
				setLocal({ from: url, url: made });
			})
			.catch(() => {}); // the picture stays out
		return () => {
			controller.abort();
			if (made) URL.revokeObjectURL(made);
		};
	}, [url, needsKey]);
	if (!needsKey) return url;
	return local?.from === url ? local?.url : undefined;
}

/** How this device shows a model in the room. */
export type ArWay = "quick-look" | "scene-viewer" | "needs-https";

export function arWay(): ArWay | undefined {
	// Safari on iPhone, iPad and Vision.
	if (document.createElement("a").relList.supports("ar")) return "quick-look";
	if (!/Android/.test(navigator.userAgent)) return undefined;
	return location.protocol === "https:" ? "scene-viewer" : "needs-https";
}

export const USDZ = "model/vnd.usdz+zip";

/** Safari opens Quick Look for a link with rel=ar whose only child is a picture. */
export function openQuickLook(usdzUrl: string): void {
	const link = document.createElement("a");
	link.rel = "ar";
	link.type = USDZ;
	link.href = usdzUrl;
	link.append(document.createElement("img"));
	link.click();
}

/** Android's intent for Scene Viewer; a phone without it comes back to the page. */
export function sceneViewerLink(glb: URL, page: string): string {
	const query = new URLSearchParams({
		file: glb.href,
		mode: "ar_preferred",
		resizable: "true",
	});
	const back = encodeURIComponent(page);
	return `intent://arvr.google.com/scene-viewer/1.0?${query}#Intent;scheme=https;package=com.google.android.googlequicksearchbox;action=android.intent.action.VIEW;S.browser_fallback_url=${back};end;`;
}

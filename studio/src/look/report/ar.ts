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

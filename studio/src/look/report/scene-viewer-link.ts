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

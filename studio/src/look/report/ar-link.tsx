import type { ReactElement } from "react";
import type { FileView } from "../../api/types.ts";
import { strings } from "../../strings.ts";
import { Icon } from "../../ui/icon.tsx";

/** Opens the phone's own viewer: Quick Look takes the USDZ, Scene Viewer the GLB. Elsewhere there is nothing to open. */
export function ArLink({
	glb,
	usdz,
}: {
	readonly glb: FileView | undefined;
	readonly usdz: FileView | undefined;
}): ReactElement | null {
	const isAndroid = /Android/.test(navigator.userAgent);
	const hasQuickLook = document.createElement("a").relList.supports("ar");
	const href =
		hasQuickLook && usdz
			? usdz.url
			: isAndroid && glb
				? sceneViewer(new URL(glb.url, location.href).href)
				: undefined;
	if (!href) return null;
	return (
		<a className="button" rel="ar" href={href}>
			<Icon name="cube" size={16} />
			{strings.look.ar}
		</a>
	);
}

function sceneViewer(glbUrl: string): string {
	const query = `file=${encodeURIComponent(glbUrl)}&mode=ar_preferred`;
	return `intent://arvr.google.com/scene-viewer/1.0?${query}#Intent;scheme=https;package=com.google.android.googlequicksearchbox;action=android.intent.action.VIEW;end;`;
}

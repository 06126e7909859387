let known: boolean | undefined;

/** Whether pictures are drawn by the processor: no graphics card, a virtual machine, a remote desktop. */
export function isSoftwareGl(): boolean {
	known ??= /swiftshader|llvmpipe|softpipe|software|basic render/i.test(
		rendererName(),
	);
	return known;
}

function rendererName(): string {
	const gl = document.createElement("canvas").getContext("webgl2");
	if (!gl) return "";
	// Chromium hides the name behind the extension; Firefox calls the extension deprecated.
	const plain = String(gl.getParameter(gl.RENDERER));
	const info = /^WebKit/.test(plain)
		? gl.getExtension("WEBGL_debug_renderer_info")
		: null;
	const name = info
		? String(gl.getParameter(info.UNMASKED_RENDERER_WEBGL))
		: plain;
	gl.getExtension("WEBGL_lose_context")?.loseContext();
	return name;
}

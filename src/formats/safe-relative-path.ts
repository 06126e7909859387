/**
 * Cleans a path found inside a file that others wrote: it must stay inside that file's folder.
 * Gives undefined where it does not (absolute, `..`, a scheme or drive letter, backslash, NUL or
 * other control characters) and where nothing is left. `./a//b` becomes `a/b`.
 */
export function safeRelativePath(path: string): string | undefined {
	if (path.length === 0 || path.length > 1024) return undefined;
	for (let i = 0; i < path.length; i++) {
		const code = path.charCodeAt(i);
		if (code < 32 || code === 127 || code === 0x5c) return undefined;
	}
	// Also refuses drive letters (C:), and alternate streams of Windows (a.png:b).
	if (path.includes(":") || path.startsWith("/") || path.startsWith("~"))
		return undefined;
	const segments = path.split("/").filter((s) => s !== "" && s !== ".");
	// Windows drops dots and spaces at the end: '.. ' and '...' are tricks there.
	if (segments.length === 0 || segments.some((s) => /^\.+[. ]*$/.test(s)))
		return undefined;
	return segments.join("/");
}

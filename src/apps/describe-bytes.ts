/** "987 B", "4.6 MB", "1.68 GB". */
export function describeBytes(bytes: number): string {
	if (bytes < 1000) return `${Math.round(bytes)} B`;
	if (bytes < 1e6) return `${(bytes / 1e3).toFixed(0)} kB`;
	if (bytes < 1e9) return `${(bytes / 1e6).toFixed(bytes < 1e7 ? 1 : 0)} MB`;
	return `${(bytes / 1e9).toFixed(2)} GB`;
}

/** A file and its bare name. */
export interface NamedFile {
	readonly file: File;
	readonly name: string;
}

/** Files of a drop, those inside dropped folders too. */
export async function readDrop(data: DataTransfer): Promise<NamedFile[]> {
	// Entries must be taken before the first await: the list is emptied after the event.
	const entries = [...data.items]
		.map((item) => item.webkitGetAsEntry())
		.filter((entry) => entry !== null);
	if (entries.length === 0)
		return [...data.files].map((file) => ({ file, name: file.name }));
	return (await Promise.all(entries.map(readEntry))).flat();
}

async function readEntry(entry: FileSystemEntry): Promise<NamedFile[]> {
	if (isFile(entry)) {
		const file = await new Promise<File>((resolve, reject) =>
			entry.file(resolve, reject),
		);
		return [{ file, name: file.name }];
	}
	if (!isFolder(entry)) return [];
	const reader = entry.createReader();
	const found: NamedFile[] = [];
	for (;;) {
		// Hands out a hundred at a time.
		const batch = await new Promise<FileSystemEntry[]>((resolve, reject) =>
			reader.readEntries(resolve, reject),
		);
		if (batch.length === 0) return found;
		found.push(...(await Promise.all(batch.map(readEntry))).flat());
	}
}

function isFile(entry: FileSystemEntry): entry is FileSystemFileEntry {
	return entry.isFile;
}

function isFolder(entry: FileSystemEntry): entry is FileSystemDirectoryEntry {
	return entry.isDirectory;
}

/** One file of a result, not yet written anywhere. */
export interface OutputFile {
	/** Plain file name, no folder. */
	readonly name: string;
	readonly bytes: Uint8Array;
}

import { corrupt } from "./model.ts";
import type { PlyElement, PlyFormat, PlyType } from "./ply-header.ts";
import { TextScanner } from "./text-scanner.ts";

/** Hands out the values of a PLY body one after the other. Throws MODEL_CORRUPT at its end. */
export interface PlyCursor {
	read(type: PlyType): number;
	skipList(countType: PlyType, type: PlyType): void;
	/** What one row of this element takes at the least. */
	minimumBytes(element: PlyElement): number;
	bytesLeft(): number;
}

const TYPE_BYTES: Readonly<Record<PlyType, number>> = {
	char: 1,
	uchar: 1,
	short: 2,
	ushort: 2,
	int: 4,
	uint: 4,
	float: 4,
	double: 8,
};

export function createPlyCursor(
	format: PlyFormat,
	bytes: Uint8Array,
	bodyStart: number,
): PlyCursor {
	return format === "ascii"
		? new TextCursor(bytes.subarray(bodyStart))
		: new BinaryCursor(
				bytes.subarray(bodyStart),
				format === "binary_little_endian",
			);
}

class BinaryCursor implements PlyCursor {
	private readonly view: DataView;
	private readonly littleEndian: boolean;
	private at = 0;

	constructor(bytes: Uint8Array, littleEndian: boolean) {
		this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
		this.littleEndian = littleEndian;
	}

	read(type: PlyType): number {
		const { at, view, littleEndian } = this;
		this.at += TYPE_BYTES[type];
		if (this.at > view.byteLength) throw corrupt("the PLY is cut short");
		switch (type) {
			case "float":
				return view.getFloat32(at, littleEndian);
			case "uchar":
				return view.getUint8(at);
			case "int":
				return view.getInt32(at, littleEndian);
			case "uint":
				return view.getUint32(at, littleEndian);
			case "double":
				return view.getFloat64(at, littleEndian);
			case "ushort":
				return view.getUint16(at, littleEndian);
			case "short":
				return view.getInt16(at, littleEndian);
			case "char":
				return view.getInt8(at);
		}
	}

	skipList(countType: PlyType, type: PlyType): void {
		const count = this.read(countType);
		if (!(count >= 0)) throw corrupt(`the PLY has a list of ${count} values`);
		this.at += Math.floor(count) * TYPE_BYTES[type];
		if (this.at > this.view.byteLength) throw corrupt("the PLY is cut short");
	}

	minimumBytes(element: PlyElement): number {
		let sum = 0;
		for (const { countType, type } of element.properties)
			sum += TYPE_BYTES[countType ?? type];
		return sum;
	}

	bytesLeft(): number {
		return this.view.byteLength - this.at;
	}
}

class TextCursor implements PlyCursor {
	private readonly scan: TextScanner;

	constructor(bytes: Uint8Array) {
		this.scan = new TextScanner(bytes);
	}

	read(): number {
		this.scan.skipSpace();
		const value = this.scan.number();
		if (!Number.isNaN(value)) return value;
		const word = this.scan.word();
		if (/^[-+]?(nan|inf|infinity)$/i.test(word)) return Number.NaN;
		throw corrupt(
			word === ""
				? "the PLY is cut short"
				: `the PLY has "${word.slice(0, 20)}" where a number should be`,
		);
	}

	skipList(): void {
		const count = this.read();
		if (!(count >= 0)) throw corrupt(`the PLY has a list of ${count} values`);
		for (let k = 0; k < count; k++) this.read();
	}

	/** A digit and a blank for each value; the last blank may be missing. */
	minimumBytes(element: PlyElement): number {
		return Math.max(0, element.properties.length * 2 - 1);
	}

	bytesLeft(): number {
		return this.scan.bytes.length - this.scan.at;
	}
}

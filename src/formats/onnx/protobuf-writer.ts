/** Writes protobuf messages. Parts are kept as they come and joined once, so large blocks are copied once. */
export class ProtobufWriter {
	private readonly parts: Uint8Array[] = [];
	private length = 0;

	/** A whole number (int32, int64, enum); negative ones take ten bytes, as the format has it. */
	integer(field: number, value: number | bigint): void {
		this.append(varint((field << 3) | 0));
		this.append(varint(BigInt.asUintN(64, BigInt(value))));
	}

	float(field: number, value: number): void {
		this.append(varint((field << 3) | 5));
		const bytes = new Uint8Array(4);
		new DataView(bytes.buffer).setFloat32(0, value, true);
		this.append(bytes);
	}

	bytes(field: number, value: Uint8Array): void {
		this.append(varint((field << 3) | 2));
		this.append(varint(value.length));
		this.append(value);
	}

	text(field: number, value: string): void {
		this.bytes(field, new TextEncoder().encode(value));
	}

	message(field: number, write: (message: ProtobufWriter) => void): void {
		const message = new ProtobufWriter();
		write(message);
		this.append(varint((field << 3) | 2));
		this.append(varint(message.length));
		for (const part of message.parts) this.append(part);
	}

	finish(): Uint8Array {
		const out = new Uint8Array(this.length);
		let at = 0;
		for (const part of this.parts) {
			out.set(part, at);
			at += part.length;
		}
		return out;
	}

	private append(part: Uint8Array): void {
		this.parts.push(part);
		this.length += part.length;
	}
}

function varint(value: number | bigint): Uint8Array {
	const bytes: number[] = [];
	let rest = BigInt(value);
	do {
		const low = Number(rest & 127n);
		rest >>= 7n;
		bytes.push(rest > 0n ? low | 128 : low);
	} while (rest > 0n);
	return Uint8Array.from(bytes);
}

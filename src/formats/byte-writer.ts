/** Text built as bytes: fast for long lists of numbers. */
export class ByteWriter {
	private bytes: Uint8Array;
	private length = 0;

	constructor(expectedBytes = 4096) {
		this.bytes = new Uint8Array(expectedBytes);
	}

	/** Adds characters of the ASCII range, or any text where `text` is short. */
	text(text: string): void {
		this.reserve(text.length * 3);
		this.length += new TextEncoder().encodeInto(
			text,
			this.bytes.subarray(this.length),
		).written;
	}

	/** Adds one ASCII character. */
	char(code: number): void {
		this.reserve(1);
		this.bytes[this.length++] = code;
	}

	/** Adds a whole number from 0 to 2³² − 1. */
	integer(value: number): void {
		this.reserve(10);
		let digits = 1;
		for (let limit = 10; value >= limit; limit *= 10) digits++;
		let at = this.length + digits;
		this.length = at;
		let rest = value;
		do {
			const tenth = Math.floor(rest / 10);
			this.bytes[--at] = 48 + rest - tenth * 10;
			rest = tenth;
		} while (rest > 0);
	}

	/**
	 * Adds a number with at most 7 digits behind the point, no zeros at the end and no exponent.
	 * Large and tiny values, which would lose their digits so, go through JavaScript's own text.
	 */
	number(value: number): void {
		const magnitude = Math.abs(value);
		if (magnitude !== 0 && !(magnitude >= 1e-3 && magnitude < 1e6)) {
			this.text(magnitude < 1e-7 ? "0" : String(Number(value.toPrecision(9))));
			return;
		}
		this.reserve(24);
		let scaled = Math.round(magnitude * 1e7);
		if (value < 0 && scaled > 0) this.bytes[this.length++] = 45;
		const whole = Math.floor(scaled / 1e7);
		this.integer(whole);
		scaled -= whole * 1e7;
		if (scaled === 0) return;
		let digits = 7;
		while (scaled % 10 === 0) {
			scaled /= 10;
			digits--;
		}
		this.bytes[this.length++] = 46;
		this.length += digits;
		for (let at = this.length; digits > 0; digits--) {
			const tenth = Math.floor(scaled / 10);
			this.bytes[--at] = 48 + scaled - tenth * 10;
			scaled = tenth;
		}
	}

	/** The bytes written so far. Shares memory with the writer: take them last. */
	finish(): Uint8Array {
		return this.bytes.subarray(0, this.length);
	}

	private reserve(count: number): void {
		if (this.length + count <= this.bytes.length) return;
		const larger = new Uint8Array(
			Math.max(this.bytes.length * 2, this.length + count),
		);
		larger.set(this.bytes.subarray(0, this.length));
		this.bytes = larger;
	}
}

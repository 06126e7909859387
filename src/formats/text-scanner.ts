const NEWLINE = 10;
const RETURN = 13;
const SPACE = 32;
const TAB = 9;
const BACKSLASH = 92;

const POWERS_OF_TEN = Float64Array.from({ length: 23 }, (_, i) => 10 ** i);

/** Walks through the bytes of a text file of numbers and words, without making strings of them. */
export class TextScanner {
	readonly bytes: Uint8Array;
	at = 0;

	constructor(bytes: Uint8Array) {
		this.bytes = bytes;
	}

	get done(): boolean {
		return this.at >= this.bytes.length;
	}

	/** To the next byte of this line that is no blank. A backslash continues the line. */
	skipBlanks(): void {
		const { bytes } = this;
		for (;;) {
			const c = bytes[this.at];
			if (c === SPACE || c === TAB || c === RETURN) this.at++;
			else if (c === BACKSLASH && bytes[this.at + 1] === NEWLINE) this.at += 2;
			else if (
				c === BACKSLASH &&
				bytes[this.at + 1] === RETURN &&
				bytes[this.at + 2] === NEWLINE
			)
				this.at += 3;
			else return;
		}
	}

	/** To the next byte that is no blank, in this line or a later one. */
	skipSpace(): void {
		const { bytes } = this;
		while (this.at < bytes.length && bytes[this.at] <= SPACE) this.at++;
	}

	/** Whether nothing but blanks is left of this line. */
	atLineEnd(): boolean {
		this.skipBlanks();
		return this.done || this.bytes[this.at] === NEWLINE;
	}

	/** To the start of the next line. */
	skipLine(): void {
		const end = this.bytes.indexOf(NEWLINE, this.at);
		this.at = end < 0 ? this.bytes.length : end + 1;
	}

	/** The rest of this line, trimmed. Stays before the newline. */
	restOfLine(): string {
		const end = this.bytes.indexOf(NEWLINE, this.at);
		const stop = end < 0 ? this.bytes.length : end;
		const text = decode(this.bytes.subarray(this.at, stop));
		this.at = stop;
		return text.trim();
	}

	/** The bytes up to the next blank. Empty at the end of a line. */
	word(): string {
		this.skipBlanks();
		const start = this.at;
		while (this.at < this.bytes.length && this.bytes[this.at] > SPACE)
			this.at++;
		return decode(this.bytes.subarray(start, this.at));
	}

	/** The number here, and past it. NaN, standing still, where there is none. */
	number(): number {
		const { bytes } = this;
		this.skipBlanks();
		const start = this.at;
		let at = start;
		let c = bytes[at];
		const negative = c === 45;
		if (c === 45 || c === 43) c = bytes[++at];
		let mantissa = 0;
		let digits = 0; // significant digits in the mantissa
		let exponent = 0;
		let any = false;
		for (; c >= 48 && c <= 57; c = bytes[++at]) {
			any = true;
			if (digits < 17) {
				mantissa = mantissa * 10 + (c - 48);
				if (mantissa > 0) digits++;
			} else exponent++;
		}
		if (c === 46)
			for (c = bytes[++at]; c >= 48 && c <= 57; c = bytes[++at]) {
				any = true;
				if (digits >= 17) continue;
				mantissa = mantissa * 10 + (c - 48);
				exponent--;
				if (mantissa > 0) digits++;
			}
		if (!any) return Number.NaN;
		if (c === 101 || c === 69) {
			let e = at + 1;
			const negativeExponent = bytes[e] === 45;
			if (bytes[e] === 45 || bytes[e] === 43) e++;
			if (bytes[e] >= 48 && bytes[e] <= 57) {
				let value = 0;
				for (; bytes[e] >= 48 && bytes[e] <= 57; e++)
					value = Math.min(9999, value * 10 + (bytes[e] - 48));
				exponent += negativeExponent ? -value : value;
				at = e;
			}
		}
		this.at = at;
		let value = mantissa;
		if (exponent < 0)
			value =
				exponent >= -22
					? value / POWERS_OF_TEN[-exponent]
					: value * 10 ** exponent;
		else if (exponent > 0)
			value *= exponent <= 22 ? POWERS_OF_TEN[exponent] : 10 ** exponent;
		return negative ? -value : value;
	}

	/** The whole number here, and past it. NaN, standing still, where there is none. */
	integer(): number {
		const { bytes } = this;
		let at = this.at;
		let c = bytes[at];
		const negative = c === 45;
		if (c === 45 || c === 43) c = bytes[++at];
		if (!(c >= 48 && c <= 57)) return Number.NaN;
		let value = 0;
		for (; c >= 48 && c <= 57; c = bytes[++at]) value = value * 10 + (c - 48);
		this.at = at;
		return negative ? -value : value;
	}
}

function decode(bytes: Uint8Array): string {
	return new TextDecoder().decode(bytes);
}

/** A list of 32-bit integers that grows. */
export class Int32List {
	private array = new Int32Array(1024);
	length = 0;

	push(value: number): void {
		if (this.length === this.array.length) {
			const larger = new Int32Array(this.length * 2);
			larger.set(this.array);
			this.array = larger;
		}
		this.array[this.length++] = value;
	}

	/** The values so far. Shares memory until the list grows. */
	values(): Int32Array {
		return this.array.subarray(0, this.length);
	}
}

/** A list of 32-bit floats that grows. */
export class Float32List {
	private array = new Float32Array(1024);
	length = 0;

	push(value: number): void {
		if (this.length === this.array.length) {
			const larger = new Float32Array(this.length * 2);
			larger.set(this.array);
			this.array = larger;
		}
		this.array[this.length++] = value;
	}

	/** The values so far. Shares memory until the list grows. */
	values(): Float32Array {
		return this.array.subarray(0, this.length);
	}
}

/** Solves a · x = b for a symmetric positive definite a, by Cholesky's method. */
export function solveSymmetric(
	a: Float64Array, // [n × n]
	b: Float64Array, // [n]
): Float64Array /* [n] */ {
	const n = b.length;
	if (a.length !== n * n)
		throw new RangeError(`${a.length} entries are not ${n} × ${n}`);
	const l = new Float64Array(n * n);
	for (let i = 0; i < n; i++)
		for (let j = 0; j <= i; j++) {
			let sum = a[i * n + j];
			for (let k = 0; k < j; k++) sum -= l[i * n + k] * l[j * n + k];
			if (i !== j) l[i * n + j] = sum / l[j * n + j];
			else if (sum > 0) l[i * n + i] = Math.sqrt(sum);
			else throw new RangeError("the matrix is not positive definite");
		}
	const x = b.slice();
	for (let i = 0; i < n; i++) {
		for (let k = 0; k < i; k++) x[i] -= l[i * n + k] * x[k];
		x[i] /= l[i * n + i];
	}
	for (let i = n - 1; i >= 0; i--) {
		for (let k = i + 1; k < n; k++) x[i] -= l[k * n + i] * x[k];
		x[i] /= l[i * n + i];
	}
	return x;
}

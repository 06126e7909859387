/** Unit vectors spread evenly over the sphere: a Fibonacci spiral about +y. */
export function sphereDirections(
	count: number,
): [x: number, y: number, z: number][] /* [count] */ {
	return Array.from({ length: count }, (_, k) => {
		const y = 1 - (2 * k + 1) / count;
		const ring = Math.sqrt(1 - y * y);
		const angle = k * Math.PI * (3 - Math.sqrt(5));
		return [ring * Math.cos(angle), y, ring * Math.sin(angle)];
	});
}

import { describe, expect, it } from "vitest";
import { describeBytes } from "../describe-bytes.ts";
import { createRateMeter, createTransferLine } from "./transfer-line.ts";

describe("transfer line", () => {
	it("measures the last seconds, not the whole", () => {
		let ms = 0;
		const meter = createRateMeter(() => ms);
		meter(1000, 10_000); // of an earlier run
		ms = 1000;
		expect(meter(3000, 10_000)).toEqual({
			bytesPerSecond: 2000,
			secondsLeft: 3.5,
		});
		for (let k = 0; k < 10; k++) {
			ms += 1000;
			meter(3000 + k, 10_000);
		}
		expect(meter(3009, 10_000).bytesPerSecond).toBeLessThan(2);
	});

	it("has no rate and no end in sight before the second sample", () => {
		const meter = createRateMeter(() => 5);
		expect(meter(0, 10)).toEqual({
			bytesPerSecond: 0,
			secondsLeft: Number.POSITIVE_INFINITY,
		});
	});

	it("draws bar, amounts, rate and time left", () => {
		let ms = 0;
		let written = "";
		const line = createTransferLine(
			{
				out: () => {},
				err: (text) => {
					written += text;
				},
				isInteractive: true,
				columns: 120,
			},
			() => ms,
		);
		line.draw("model.ckpt", 0, 4e6);
		ms = 1000;
		line.draw("model.ckpt", 1e6, 4e6);
		expect(written).toContain(
			" 25 %  model.ckpt  1.0 MB of 4.0 MB  1.0 MB/s  about 3.0 s left",
		);
	});

	it("names sizes as a person does", () => {
		expect(
			[987, 12_345, 4_574_861, 175_997_641, 1_677_246_742].map(describeBytes),
		).toEqual(["987 B", "12 kB", "4.6 MB", "176 MB", "1.68 GB"]);
	});
});

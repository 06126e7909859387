import { LunarError } from "../../core/errors.ts";

/**
 * A reader for the few pickle instructions that PyTorch writes for dictionaries of tensors (protocol 2 to 4, as in
 * CPython's pickletools). Nothing is ever imported or called: a name outside the short list below is refused.
 */
export type Pickled =
	| null
	| boolean
	| number
	| bigint
	| string
	| Pickled[]
	| PickledDict
	| PickledTensor
	| PickledStorage
	| PickledGlobal;

/** Text and numbers as keys; anything else cannot name a tensor and is left out. */
export class PickledDict {
	readonly entries: Map<string, Pickled> = new Map();
}

export class PickledGlobal {
	readonly name: string;
	constructor(name: string) {
		this.name = name;
	}
}

/** A run of numbers in a file of its own. */
export class PickledStorage {
	/** `FloatStorage`, `HalfStorage`, … */
	readonly type: string;
	readonly key: string;
	readonly elementCount: number;
	constructor(type: string, key: string, elementCount: number) {
		this.type = type;
		this.key = key;
		this.elementCount = elementCount;
	}
}

export class PickledTensor {
	readonly storage: PickledStorage;
	/** Elements, not bytes. */
	readonly offset: number;
	readonly shape: readonly number[];
	readonly strides: readonly number[];
	constructor(
		storage: PickledStorage,
		offset: number,
		shape: readonly number[],
		strides: readonly number[],
	) {
		this.storage = storage;
		this.offset = offset;
		this.shape = shape;
		this.strides = strides;
	}
}

const REBUILD_TENSOR = "torch._utils._rebuild_tensor_v2";
const REBUILD_PARAMETER = "torch._utils._rebuild_parameter";
const ORDERED_DICT = "collections.OrderedDict";
const STORAGE = /^torch\.([A-Za-z0-9]+Storage)$/;
const MARK = Symbol("mark");
const MAX_STACK = 1_000_000;
type Slot = Pickled | typeof MARK;

/** Reads one pickled value. Throws CHECKPOINT_REFUSED with the name of whatever is not a plain tensor. */
export function unpickle(bytes: Uint8Array): Pickled {
	const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
	const stack: Slot[] = [];
	const memo = new Map<number, Pickled>();
	let at = 0;

	const take = (count: number): number => {
		if (count < 0 || at + count > bytes.length)
			throw unreadable(`the pickle ends inside an instruction at byte ${at}`);
		at += count;
		return at - count;
	};
	const u8 = (): number => bytes[take(1)];
	const u32 = (): number => view.getUint32(take(4), true);
	const u64 = (): number => Number(view.getBigUint64(take(8), true));
	const text = (length: number): string => {
		const start = take(length);
		return new TextDecoder().decode(bytes.subarray(start, start + length));
	};
	const line = (): string => {
		const end = bytes.indexOf(10, at);
		if (end < 0) throw unreadable("a name has no end");
		const value = text(end - at);
		at++;
		return value;
	};
	const push = (value: Slot): void => {
		if (stack.length >= MAX_STACK)
			throw unreadable(`more than ${MAX_STACK} values`);
		stack.push(value);
	};
	const pop = (): Pickled => {
		const value = stack.pop();
		if (value === undefined || value === MARK)
			throw unreadable(`a value is missing at byte ${at}`);
		return value;
	};
	const top = (): Pickled => {
		const value = pop();
		stack.push(value);
		return value;
	};
	const popToMark = (): Pickled[] => {
		const mark = stack.lastIndexOf(MARK);
		if (mark < 0) throw unreadable(`a mark is missing at byte ${at}`);
		const values = stack.splice(mark + 1) as Pickled[];
		stack.pop();
		return values;
	};
	const remember = (index: number): void => {
		memo.set(index, top());
	};
	const recall = (index: number): void => {
		const value = memo.get(index);
		if (value === undefined) throw unreadable(`nothing is kept as ${index}`);
		push(value);
	};
	const setItems = (items: readonly Pickled[]): void => {
		const dict = top();
		if (!(dict instanceof PickledDict) || items.length % 2 !== 0)
			throw unreadable(`entries without a dictionary at byte ${at}`);
		for (let i = 0; i < items.length; i += 2) {
			const key = items[i];
			if (typeof key === "string" || typeof key === "number")
				dict.entries.set(String(key), items[i + 1]);
		}
	};
	const append = (items: readonly Pickled[]): void => {
		const list = top();
		if (!Array.isArray(list))
			throw unreadable(`items without a list at byte ${at}`);
		for (const item of items) list.push(item);
	};

	for (;;) {
		const opcode = u8();
		switch (opcode) {
			case 0x80: {
				const protocol = u8();
				if (protocol > 5)
					throw refused(`pickle protocol ${protocol}; 2 to 5 are known`);
				break;
			}
			case 0x95: // FRAME
				take(8);
				break;
			case 0x28: // (
				push(MARK);
				break;
			case 0x30: // POP
				if (stack.pop() === undefined) throw unreadable("nothing to drop");
				break;
			case 0x31: // POP_MARK
				popToMark();
				break;
			case 0x4e: // N
				push(null);
				break;
			case 0x88:
				push(true);
				break;
			case 0x89:
				push(false);
				break;
			case 0x4a: // J
				push(view.getInt32(take(4), true));
				break;
			case 0x4b: // K
				push(u8());
				break;
			case 0x4d: // M
				push(view.getUint16(take(2), true));
				break;
			case 0x8a: {
				const length = u8();
				const start = take(length);
				push(littleEndian(bytes.subarray(start, start + length)));
				break;
			}
			case 0x47: // G
				push(view.getFloat64(take(8), false));
				break;
			case 0x58: // X
				push(text(u32()));
				break;
			case 0x8c: // SHORT_BINUNICODE
			case 0x55: // SHORT_BINSTRING, of Python 2
				push(text(u8()));
				break;
			case 0x8d: // BINUNICODE8
				push(text(u64()));
				break;
			case 0x5d: // ]
			case 0x29: // ), a tuple, which reads like a list here
				push([]);
				break;
			case 0x7d: // }
				push(new PickledDict());
				break;
			case 0x74: // t
				push(popToMark());
				break;
			case 0x85:
				push([pop()]);
				break;
			case 0x86: {
				const second = pop();
				push([pop(), second]);
				break;
			}
			case 0x87: {
				const third = pop();
				const second = pop();
				push([pop(), second, third]);
				break;
			}
			case 0x61: // a
				append([pop()]);
				break;
			case 0x65: // e
				append(popToMark());
				break;
			case 0x73: {
				// s
				const value = pop();
				setItems([pop(), value]);
				break;
			}
			case 0x75: // u
				setItems(popToMark());
				break;
			case 0x71: // q
				remember(u8());
				break;
			case 0x72: // r
				remember(u32());
				break;
			case 0x94: // MEMOIZE
				remember(memo.size);
				break;
			case 0x68: // h
				recall(u8());
				break;
			case 0x6a: // j
				recall(u32());
				break;
			case 0x63: {
				// c
				const module = line();
				push(allowedGlobal(`${module}.${line()}`));
				break;
			}
			case 0x93: {
				const name = pop();
				push(allowedGlobal(`${String(pop())}.${String(name)}`));
				break;
			}
			case 0x51: // Q
				push(storageOf(pop()));
				break;
			case 0x52: {
				// R
				const parts = pop();
				push(rebuild(pop(), parts));
				break;
			}
			case 0x62: // b: state set on an OrderedDict (`_metadata` of a module), which holds no tensors
				pop();
				if (!(top() instanceof PickledDict))
					throw refused("the pickle sets the state of an object");
				break;
			case 0x2e: // .
				return pop();
			default:
				throw refused(
					`pickle instruction 0x${opcode.toString(16).padStart(2, "0")} at byte ${at - 1} is not one of a weight file`,
				);
		}
	}
}

function allowedGlobal(name: string): PickledGlobal {
	if (
		name === REBUILD_TENSOR ||
		name === REBUILD_PARAMETER ||
		name === ORDERED_DICT ||
		STORAGE.test(name)
	)
		return new PickledGlobal(name);
	throw refused(
		`the file wants to load ${name.slice(0, 120)}, which is not part of a weight file; nothing of it was run`,
	);
}

/** A persistent id: ("storage", torch.FloatStorage, "17", "cpu", 4096). */
function storageOf(id: Pickled): PickledStorage {
	if (Array.isArray(id)) {
		const [kind, type, key, , count] = id;
		const storage =
			type instanceof PickledGlobal ? STORAGE.exec(type.name) : null;
		if (
			kind === "storage" &&
			storage !== null &&
			typeof key === "string" &&
			isCount(count)
		)
			return new PickledStorage(storage[1], key, count);
	}
	throw unreadable("a storage is not described as PyTorch does");
}

/** What the three functions of the list would give. */
function rebuild(callee: Pickled, parts: Pickled): Pickled {
	if (!(callee instanceof PickledGlobal) || !Array.isArray(parts))
		throw refused("the pickle calls something that has no name");
	switch (callee.name) {
		case ORDERED_DICT: {
			const dict = new PickledDict();
			if (parts.length === 0) return dict;
			if (!Array.isArray(parts[0])) throw unreadable("an OrderedDict of what?");
			for (const pair of parts[0])
				if (Array.isArray(pair) && typeof pair[0] === "string")
					dict.entries.set(pair[0], pair[1]);
			return dict;
		}
		case REBUILD_PARAMETER:
			if (!(parts[0] instanceof PickledTensor))
				throw unreadable("a parameter without its tensor");
			return parts[0];
		case REBUILD_TENSOR: {
			const [storage, offset, shape, strides] = parts;
			if (
				!(storage instanceof PickledStorage) ||
				!isCount(offset) ||
				!isCounts(shape) ||
				!isCounts(strides) ||
				shape.length !== strides.length
			)
				throw unreadable("a tensor is not described as PyTorch does");
			return new PickledTensor(storage, offset, shape, strides);
		}
		default:
			throw refused(`the pickle calls ${callee.name}`);
	}
}

function isCount(value: Pickled | undefined): value is number {
	return typeof value === "number" && Number.isSafeInteger(value) && value >= 0;
}

function isCounts(value: Pickled | undefined): value is number[] {
	return Array.isArray(value) && value.every(isCount);
}

/** Two's complement; a number where it fits, so that sizes compare. */
function littleEndian(bytes: Uint8Array): number | bigint {
	let value = 0n;
	for (let i = bytes.length - 1; i >= 0; i--)
		value = (value << 8n) | BigInt(bytes[i]);
	if (bytes.length > 0 && bytes[bytes.length - 1] & 0x80)
		value -= 1n << BigInt(8 * bytes.length);
	return value >= BigInt(Number.MIN_SAFE_INTEGER) &&
		value <= BigInt(Number.MAX_SAFE_INTEGER)
		? Number(value)
		: value;
}

function unreadable(message: string): LunarError {
	return new LunarError("CHECKPOINT_UNREADABLE", `PyTorch file: ${message}`);
}

function refused(message: string): LunarError {
	return new LunarError("CHECKPOINT_REFUSED", `PyTorch file: ${message}`);
}

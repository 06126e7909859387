import { webhookOutboxContract } from "../ports/webhook-outbox.contract.ts";
import { memoryOutbox } from "./memory-outbox.test-support.ts";

// The stand-in of other tests keeps what it promises.
webhookOutboxContract("memory outbox", async () => {
	const outbox = memoryOutbox();
	return { outbox, reopen: async () => outbox, close: async () => {} };
});

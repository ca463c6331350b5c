// A job queue at work through its own client: graphile-worker.mjs URL [JOBS]. Run where graphile-worker is installed.
import { createRequire } from "node:module";

const { makeWorkerUtils, runOnce, Logger } = createRequire(process.cwd() + "/")("graphile-worker");
const [url, jobs = "4000"] = process.argv.slice(2);
const logger = new Logger(() => () => {});

const utils = await makeWorkerUtils({ connectionString: url, logger });
await utils.migrate();
for (let i = 0; i < Number(jobs); i++) {
    const spec = { priority: i % 4 };
    if (i % 10 === 0) spec.queueName = `customer-${i % 30}`;
    if (i % 15 === 0) spec.jobKey = `key-${i % 300}`;
    if (i % 50 === 0) spec.runAt = new Date(Date.now() + 3600_000);
    await utils.addJob(i % 2 ? "mail" : "invoice", { number: i }, spec);
}
let done = 0;
const taskList = {
    mail: () => void done++,
    invoice: (payload) => {
        done++;
        if (payload.number % 100 === 0) throw new Error("try again");
    },
};
await runOnce({ connectionString: url, taskList, logger, concurrency: 2, noHandleSignals: true });
await utils.cleanup();
await utils.release();
console.log(`graphile-worker: ${done} jobs run`);
process.exit();

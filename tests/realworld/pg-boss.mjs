// A job queue at work through its own client: pg-boss.mjs URL [JOBS [SECONDS]]. Run where pg-boss is installed.
// SECONDS: how long what is completed stays where it is.
import { createRequire } from "node:module";

const PgBoss = createRequire(process.cwd() + "/")("pg-boss");
const [url, jobs = "6000", seconds = "1"] = process.argv.slice(2);
const total = Number(jobs);

// the clock and the maintenance are called by hand, so that every run sends the same statements
const boss = new PgBoss({ connectionString: url, supervise: false, schedule: true, archiveCompletedAfterSeconds: Number(seconds), max: 4 });
boss.on("error", (error) => {
    console.error(error);
    process.exitCode = 1;
});
await boss.start();

const queues = ["mail", "invoice", "thumbnail"];
for (const name of queues) await boss.createQueue(name, { name, retryLimit: 2, policy: "standard" });
await boss.createQueue("sync", { name: "sync", policy: "singleton" });

for (let i = 0; i < total / 4; i++) {
    const name = queues[i % queues.length];
    await boss.send(name, { customer: i % 50, text: "x".repeat(200) }, { priority: i % 3 });
    if (i % 40 === 0) await boss.send("sync", { shop: i }, { singletonKey: `shop-${i % 5}` });
    if (i % 25 === 0) await boss.sendAfter(name, { later: i }, {}, 3600);
}
const bulk = Array.from({ length: (total * 3) / 4 }, (_, i) => ({ name: queues[i % 3], data: { bulk: i }, priority: i % 5 }));
while (bulk.length > 0) await boss.insert(bulk.splice(0, 500));

await boss.schedule("mail", "*/5 * * * *", { report: true });
await boss.schedule("invoice", "0 3 * * *", {});

let done = 0;
for (const name of [...queues, "sync"]) {
    for (;;) {
        const batch = await boss.fetch(name, { batchSize: 10 });
        if (!batch || batch.length === 0) break;
        const ids = batch.map((job) => job.id);
        if (done % 200 === 0) await boss.fail(name, ids, { reason: "try again" });
        else await boss.complete(name, ids);
        if (done % 100 === 0) await boss.getJobById(name, ids[0]);
        if (done % 500 === 0) await boss.getQueueSize(name);
        done += ids.length;
        if (done % 1000 === 0) await boss.maintain();
    }
}
await new Promise((resolve) => setTimeout(resolve, 1500)); // what is completed may be archived after a second
await boss.maintain();
await boss.getSchedules();
await boss.getQueues();
await boss.stop({ graceful: false });
console.log(`pg-boss: ${done} jobs fetched`);
process.exit();

// Unleash's own migrations: unleash.mjs URL. Run where unleash-server is installed.
import { pathToFileURL } from "node:url";

const { migrateDb } = await import(pathToFileURL(process.cwd() + "/node_modules/unleash-server/dist/migrator.js").href);
const url = new URL(process.argv[2]);
await migrateDb({
    db: { driver: "postgres", user: url.username, host: url.hostname, port: Number(url.port), database: url.pathname.slice(1), ssl: false, schema: "public" },
});
process.exit();

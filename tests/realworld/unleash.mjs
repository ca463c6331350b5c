// Unleash's own migrations: unleash.mjs URL [ROUNDS]. Run where unleash-server is installed.
// With ROUNDS its own server is started, and asked over HTTP what its SDKs and its pages ask, so many times.
import { pathToFileURL } from "node:url";

const dist = pathToFileURL(process.cwd() + "/node_modules/unleash-server/dist/").href;
const url = new URL(process.argv[2]);
const rounds = Number(process.argv[3] ?? 0);
const db = { driver: "postgres", user: url.username, host: url.hostname, port: Number(url.port), database: url.pathname.slice(1), ssl: false, schema: "public" };

if (rounds === 0) {
    const { migrateDb } = await import(dist + "migrator.js");
    await migrateDb({ db });
    process.exit();
}

const { start } = await import(dist + "lib/server-impl.js");
const port = 20_000 + Math.floor(Math.random() * 20_000);
const unleash = await start({
    db: { ...db, password: "", pool: { min: 0, max: 4 } },
    authentication: { type: "none", createAdminUser: false },
    server: { port, host: "127.0.0.1" },
    versionCheck: { enable: false },
    telemetry: false,
    disableScheduler: false,
    logLevel: "fatal",
});

const answers = new Map();
let token = "none";
async function ask(method, path, body) {
    const headers = { "content-type": "application/json", "unleash-appname": "app-1", ...(path.startsWith("/api/client") && { authorization: token }) };
    const response = await fetch(`http://127.0.0.1:${port}${path}`, { method, headers, body: body && JSON.stringify(body) });
    const text = await response.text();
    const key = `${response.status} ${method} ${path.replace(/\?.*/, "").replace(/\d+/g, "N")}`;
    answers.set(key, (answers.get(key) ?? 0) + 1);
    if (response.status >= 400 && response.status !== 404 && answers.get(key) === 1) console.error(`unleash: ${key}: ${text.slice(0, 300)}`);
    try {
        return JSON.parse(text);
    } catch {
        return undefined;
    }
}

const stamp = Date.now();
token = (await ask("POST", "/api/admin/api-tokens", { tokenName: `sdk-${stamp}`, type: "client", environment: "production", projects: ["*"] })).secret;
for (let i = 1; i <= rounds; i++) {
    const [project, flag, app] = [`project-${i % 20}`, `flag-${1 + ((i * 37) % 3000)}`, `app-${1 + (i % 1500)}`];
    const own = flag.replace("flag-", "") % 20; // the project of that flag
    const at = new Date();
    const bucket = { start: new Date(at - 60_000), stop: at, toggles: { [flag]: { yes: i, no: 1, variants: {} } } };
    // an SDK
    if (i % 4 === 0) await ask("POST", "/api/client/register", { appName: app, instanceId: `instance-${i}`, strategies: ["default"], started: at, interval: 10_000, environment: "production" });
    if (i % 2 === 0) await ask("POST", "/api/client/metrics", { appName: app, instanceId: `instance-${i}`, environment: "production", bucket });
    if (i % 100 === 0) await ask("GET", "/api/client/features");
    if (i % 50 === 0) await ask("GET", `/api/client/features?project=${project}`);
    // a page
    const feature = `/api/admin/projects/project-${own}/features/${flag}`;
    await ask("GET", feature);
    if (i % 3 === 0) await ask("GET", `/api/admin/search/events?feature=IS%3A${flag}&project=IS%3Aproject-${own}&limit=25`);
    if (i % 7 === 0) await ask("GET", `/api/admin/search/events?project=IS%3A${project}&limit=25`);
    if (i % 11 === 0) await ask("GET", "/api/admin/search/events?limit=25");
    if (i % 13 === 0) await ask("GET", "/api/admin/search/events?type=IS%3Afeature-archived&limit=25");
    if (i % 17 === 0) await ask("GET", "/api/admin/search/events?createdBy=IS%3A17&limit=25");
    if (i % 5 === 0) await ask("GET", `/api/admin/events/${flag}`);
    if (i % 3 === 1) await ask("GET", `/api/admin/client-metrics/features/${flag}`);
    if (i % 3 === 2) await ask("GET", `/api/admin/client-metrics/features/${flag}/raw?hoursBack=48`);
    if (i % 20 === 0) await ask("GET", `/api/admin/search/features?project=IS%3A${project}&limit=25&sortBy=createdAt`);
    if (i % 50 === 1) await ask("GET", `/api/admin/search/features?query=flag-${i}&limit=25`);
    if (i % 10 === 0) await ask("GET", `/api/admin/projects/${project}/overview`);
    if (i % 50 === 2) await ask("GET", "/api/admin/projects");
    if (i % 10 === 1) await ask("GET", `/api/admin/metrics/applications/${app}`);
    if (i % 10 === 2) await ask("GET", `/api/admin/metrics/applications/${app}/overview`);
    if (i % 20 === 3) await ask("GET", `/api/admin/metrics/instances/${app}/environment/production`);
    if (i % 25 === 4) await ask("GET", "/api/admin/metrics/applications?limit=25");
    if (i % 5 === 2) await ask("GET", `/api/admin/features/${flag}/tags`);
    if (i % 10 === 5) await ask("GET", `/api/admin/segments/${1 + (i % 200)}/strategies`);
    if (i % 40 === 6) await ask("GET", "/api/admin/segments");
    if (i % 20 === 7) await ask("GET", `/api/admin/user-admin/search?q=user-${i}`);
    if (i % 20 === 8) await ask("GET", `/api/admin/user-admin/${1000 + i}`);
    if (i % 50 === 9) await ask("GET", "/api/admin/user-admin");
    if (i % 50 === 10) await ask("GET", `/api/admin/environments/project/${project}`);
    // somebody changes something
    if (i % 5 === 0) await ask("POST", `${feature}/environments/production/${i % 2 ? "on" : "off"}`);
    if (i % 10 === 3) await ask("PATCH", feature, [{ op: "replace", path: "/description", value: `round ${i}` }]);
    if (i % 10 === 4) await ask("POST", `/api/admin/projects/project-${own}/features`, { name: `new-${stamp}-${i}`, type: "release" });
    if (i % 10 === 6) await ask("POST", `${feature}/environments/production/strategies`, { name: "flexibleRollout", parameters: { rollout: "50", stickiness: "default", groupId: flag } });
    if (i % 10 === 8) await ask("POST", `/api/admin/features/${flag}/tags`, { type: "simple", value: `tag-${i}` });
    if (i % 25 === 12) await ask("DELETE", feature);
}
// what it counts is written from time to time
await unleash.services.clientMetricsServiceV2.bulkAdd?.();
await new Promise((resolve) => setTimeout(resolve, 2_000));
await unleash.stop();
console.log(`unleash: ${[...answers.values()].reduce((a, b) => a + b, 0)} requests`);
process.exit();

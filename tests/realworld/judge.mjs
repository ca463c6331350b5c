// What must hold of a report on a schema that other people wrote:
//   judge.mjs REPORT.json SECOND.json SCREEN.txt ALL.txt [none=CHECK] [between=CHECK,LEAST,MOST] [only=CHECK,CHECK...]
// Prints every finding; exits 1 when something does not hold.
import { readFileSync } from "node:fs";

const [first, second, screen, all, ...claims] = process.argv.slice(2);
const report = JSON.parse(readFileSync(first, "utf8"));
const wrong = [];
const count = (check) => report.findings.filter((f) => f.check === check).length;

for (const claim of claims) {
    const [kind, value] = claim.split("=");
    const [check, least, most] = value.split(",");
    const n = count(check);
    if (kind === "none" && n > 0) wrong.push(`${n} findings of ${check}, none may be`);
    if (kind === "between" && (n < Number(least) || n > Number(most))) wrong.push(`${n} findings of ${check}, not ${least} to ${most}`);
    if (kind === "only") {
        const others = report.findings.filter((f) => f.severity !== "info" && !value.split(",").includes(f.check));
        for (const f of others) wrong.push(`not expected: ${f.check} ${f.object}: ${f.message}`);
    }
}

// The time of reading is all that may differ between two runs: it is also the beginning of a migration's name.
const timeless = (file) => {
    const value = JSON.parse(readFileSync(file, "utf8"));
    value.server.taken_at = 0;
    value.server.bytes = 0;
    return JSON.stringify(value).replace(/"\d{14}_/g, '"');
};
if (timeless(first) !== timeless(second)) wrong.push("two runs gave different reports");

const lines = (file) => readFileSync(file, "utf8").split("\n");
if (lines(screen).length > 150) wrong.push(`the first screen has ${lines(screen).length} lines`);
for (const check of new Set(report.findings.map((f) => f.check))) {
    const shown = lines(all).filter((line) => new RegExp(`^ *DBH\\d+ ${check} [0-9a-f]+$`).test(line)).length;
    if (shown > 10) wrong.push(`--all shows ${shown} lines of ${check}`);
    if (shown === 0) wrong.push(`--all does not show ${check}`);
}

const prints = new Set(report.findings.map((f) => f.fingerprint));
if (prints.size !== report.findings.length) wrong.push("two findings share a fingerprint");
for (const f of report.findings) console.log(`  ${f.severity.padEnd(7)} ${f.check}: ${f.message}`);
const skipped = report.skipped.map((s) => `${s.object ?? s.check}: ${s.because}`);
for (const s of skipped) console.log(`  skipped ${s}`);
for (const w of wrong) console.error(`  WRONG: ${w}`);
process.exit(wrong.length > 0 ? 1 : 0);

// The page against the corpus, and the page itself as a person uses it.
//   node run.mjs FOLDER    FOLDER has expected.json, bundles/ and trust/ (e2e/corpus/make.py FOLDER writes them)
// Prints one line per row of expected.json and, at the end, "N passed, M failed".
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { open } from './browser.mjs';
import { drive } from './drive.mjs';

const folder = resolve(process.argv[2] ?? '.');
const { rows } = JSON.parse(readFileSync(join(folder, 'expected.json'), 'utf8'));
const browser = await open();
let [passed, failed] = [0, 0];

/** The claims that a browser must give: it cannot check ML-DSA-44, so no claim that rests on it passes. */
function wantedOf(row) {
  const wanted = { ...row.claims, ...row.expectedBrowser };
  if (wanted.ALGORITHMS === 'PASS') wanted.ALGORITHMS = 'INDETERMINATE';
  return wanted;
}

function exitOf(row, wanted) {
  if (!row.claims) return row.exit;
  const verdicts = row.counts.map((code) => wanted[code]);
  return verdicts.includes('FAIL') ? 1 : verdicts.every((verdict) => verdict === 'PASS') ? 0 : 3;
}

for (const row of rows) {
  const bundle = readFileSync(join(folder, row.file));
  const trust = row.trust ? readFileSync(join(folder, row.trust), 'utf8') : null;
  const verdict = await browser.verify(bundle, trust, row.asked);
  const wrongs = [];
  const wanted = wantedOf(row);
  const open = row.unsettled ?? {};
  if (row.claims) {
    if (!verdict.claims) wrongs.push(`unreadable: ${verdict.refusal.sentence}`);
    for (const claim of verdict.claims ?? []) {
      if (claim.code in open) continue;
      if (claim.verdict !== wanted[claim.code]) wrongs.push(`${claim.code} is ${claim.verdict}, not ${wanted[claim.code]} (${claim.reason})`);
      if (claim.counts !== row.counts.includes(claim.code)) wrongs.push(`${claim.code} ${claim.counts ? 'counts' : 'does not count'}`);
    }
  }
  if (Object.keys(open).length === 0 && verdict.exit !== exitOf(row, wanted)) wrongs.push(`exit ${verdict.exit}, not ${exitOf(row, wanted)}`);
  if (wrongs.length === 0) passed += 1;
  else failed += 1;
  console.log(`${wrongs.length === 0 ? 'ok  ' : 'BAD '} ${row.file} – ${row.why}${wrongs.length ? `: ${wrongs.join('; ')}` : ''}`);
}

await browser.close();

// The page as a person uses it, with the first row whose claims all pass but ALGORITHMS. TWAKOW_SHOTS: a folder for pictures.
const plain = rows.find((row) => row.claims && row.exit === 0 && !row.expectedBrowser) ?? rows.find((row) => row.exit === 0);
for (const [what, wrong] of await drive(join(folder, plain.file), join(folder, plain.trust), process.env.TWAKOW_SHOTS ?? null)) {
  if (wrong === '') passed += 1;
  else failed += 1;
  console.log(`${wrong === '' ? 'ok  ' : 'BAD '} page: ${what}${wrong ? `: ${wrong}` : ''}`);
}
console.log(`${passed} passed, ${failed} failed`);
process.exitCode = failed === 0 && passed > 0 ? 0 : 1;

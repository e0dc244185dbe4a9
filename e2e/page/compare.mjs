// Where does another verifier differ from the page? FOLDER as `own.mjs --keep` or `mutants.mjs` wrote it.
//   node compare.mjs FOLDER COMMAND…    COMMAND is called with FILE --json [--trust FILE] [--at TIME] [--now TIME]
// ALGORITHMS is left aside (a browser cannot check ML-DSA), and so are claims that differ only by what they rest on.
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const [folder, program, ...options] = process.argv.slice(2);
let [passed, failed] = [0, 0];
for (const name of readdirSync(folder).filter((file) => file.endsWith('.json')).sort()) {
  const { name: what, asked, verdict } = JSON.parse(readFileSync(join(folder, name), 'utf8'));
  const stem = join(folder, name.slice(0, -5));
  const question = ['at', 'now'].flatMap((key) => (asked[key] ? [`--${key}`, asked[key]] : []));
  const trust = existsSync(`${stem}.trust`) ? ['--trust', `${stem}.trust`] : [];
  const { stdout, stderr } = spawnSync(program, [...options, `${stem}.twk`, '--json', ...trust, ...question], { encoding: 'utf8', timeout: 60000, maxBuffer: 1 << 28 });
  let other = {};
  try {
    other = JSON.parse(stdout);
  } catch {
    other.refusal = { sentence: stderr.trim() };
  }
  const differences = [];
  if ((other.claims === undefined) !== (verdict.claims === undefined)) {
    differences.push(`page: ${verdict.refusal?.sentence ?? 'readable'} | other: ${other.refusal?.sentence ?? 'readable'}`);
  }
  for (const claim of (verdict.claims && other.claims) ?? []) {
    const mine = verdict.claims.find(({ code }) => code === claim.code);
    const rests = (mine.because.length > 0 && claim.verdict !== 'FAIL') || (claim.because.length > 0 && mine.verdict !== 'FAIL');
    if (claim.code === 'ALGORITHMS' || mine.verdict === claim.verdict || rests) continue;
    differences.push(`${claim.code}: page ${mine.verdict} (${mine.reason}) | other ${claim.verdict} (${claim.reason})`);
  }
  if (differences.length === 0) passed += 1;
  else {
    failed += 1;
    console.log(`BAD  ${name} ${what}\n       ${differences.join('\n       ')}`);
  }
}
console.log(`${passed} passed, ${failed} failed`);
process.exitCode = failed === 0 && passed > 0 ? 0 : 1;

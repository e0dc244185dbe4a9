// The scenarios, judged from their exported files alone by both verifiers, which must agree claim by claim.
//   node scenarios.mjs FOLDER COMMAND    FOLDER has NAME.twk and NAME.trust; COMMAND is the built twakow
// ALGORITHMS is PASS for the command and INDETERMINATE for the page: a browser cannot check ML-DSA.
import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { open } from './browser.mjs';

const [folder, command] = process.argv.slice(2);
const browser = await open();
let [passed, failed] = [0, 0];
for (const file of readdirSync(folder).filter((name) => name.endsWith('.twk')).sort()) {
  const bundle = join(folder, file);
  const trust = bundle.replace(/\.twk$/, '.trust');
  const said = spawnSync(command, ['verify', bundle, '--trust', trust, '--json'], { encoding: 'utf8', maxBuffer: 1 << 28 });
  const ours = JSON.parse(said.stdout);
  const page = await browser.verify(readFileSync(bundle), readFileSync(trust, 'utf8'), {});
  const wrongs = [];
  if (said.status !== 0) wrongs.push(`the command exits with ${said.status}`);
  if (page.exit !== 3) wrongs.push(`the page exits with ${page.exit}`);
  for (const claim of ours.claims) {
    const there = page.claims.find(({ code }) => code === claim.code);
    const wanted = claim.code === 'ALGORITHMS' ? 'INDETERMINATE' : claim.verdict;
    if (there?.verdict !== wanted) wrongs.push(`${claim.code}: page ${there?.verdict} (${there?.reason}), command ${claim.verdict} (${claim.reason})`);
  }
  if (wrongs.length === 0) {
    passed += 1;
    console.log(`ok   ${file}: ${ours.acts.length} acts, ${ours.claims.length} claims`);
  } else {
    failed += 1;
    console.log(`BAD  ${file}\n       ${wrongs.join('\n       ')}`);
  }
}
await browser.close();
console.log(`${passed} passed, ${failed} failed`);
process.exitCode = failed === 0 && passed > 0 ? 0 : 1;

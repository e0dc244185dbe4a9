// Writes the hashes of verify.html's style and script into its content security policy; with --check only compares.
import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';

export const PAGE = new URL('../../verify/verify.html', import.meta.url);

/** The page with the hashes that its style and script have. */
export function sealed(html) {
  let result = html;
  for (const name of ['script', 'style']) {
    const text = html.split(`<${name}>`)[1].split(`</${name}>`)[0];
    const hash = createHash('sha256').update(text).digest('base64');
    result = result.replace(new RegExp(`${name}-src 'sha256-[^']*'`), `${name}-src 'sha256-${hash}'`);
  }
  return result;
}

if (process.argv[1] === new URL(import.meta.url).pathname) {
  const html = readFileSync(PAGE, 'utf8');
  if (html !== sealed(html)) {
    if (process.argv.includes('--check')) {
      console.error('verify.html: the policy does not name the hashes of its style and script; run node e2e/page/seal.mjs');
      process.exit(1);
    }
    writeFileSync(PAGE, sealed(html));
  }
}

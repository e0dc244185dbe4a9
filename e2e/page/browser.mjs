// Debian's chromium with the page open from the file system, as from a memory stick, in a new and empty profile.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium } from 'playwright-core';
import { PAGE } from './seal.mjs';

const ARGS = ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking',
  '--disable-component-update', '--disable-sync'];

export async function open(options = {}) {
  const profile = mkdtempSync(join(tmpdir(), 'twakow-page-'));
  const context = await chromium.launchPersistentContext(profile, { executablePath: '/usr/bin/chromium', headless: true, args: ARGS,
    viewport: { width: 1100, height: 900 }, ...options });
  const page = context.pages()[0] ?? await context.newPage();
  const requests = [];
  const complaints = [];
  page.on('request', (request) => requests.push(request.url()));
  page.on('console', (message) => ['error', 'warning'].includes(message.type()) && complaints.push(message.text()));
  page.on('pageerror', (error) => complaints.push(String(error)));
  await page.goto(PAGE.href);
  const session = await context.newCDPSession(page);
  /** Runs an expression in the page, under the page's own content security policy. */
  const evaluate = async (expression) => {
    const { result, exceptionDetails } = await session.send('Runtime.evaluate', { expression, awaitPromise: true, returnByValue: true });
    if (exceptionDetails) throw new Error(exceptionDetails.exception?.description ?? exceptionDetails.text);
    return result.value;
  };
  /** The page's verdict on a bundle (bytes), a trust file (text or null) and a question. */
  const verify = (bundle, trust, asked) => evaluate(`window.twakowVerify(
    Uint8Array.from(atob(${JSON.stringify(Buffer.from(bundle).toString('base64'))}), (c) => c.charCodeAt(0)),
    ${JSON.stringify(trust)}, ${JSON.stringify(asked ?? {})})`);
  const close = async () => {
    await context.close();
    rmSync(profile, { recursive: true, force: true });
  };
  return { page, context, requests, complaints, evaluate, verify, close };
}

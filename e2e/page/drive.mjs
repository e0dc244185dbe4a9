// The page as a person uses it: files chosen and dropped, the keyboard alone, narrow, dark and printed.
//   drive(bundlePath, trustPath, shots) returns a list of [what, wrong or ''] ; `shots` is a folder for pictures, or null
import { join } from 'node:path';
import { writeFileSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { open } from './browser.mjs';

const luminance = (color) => {
  const [r, g, b] = color.match(/\w\w/g).map((pair) => parseInt(pair, 16) / 255).map((v) => (v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4));
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
};
const contrast = (a, b) => {
  const [light, dark] = [luminance(a), luminance(b)].sort((x, y) => y - x);
  return (light + 0.05) / (dark + 0.05);
};
/** Text on its ground must reach 4.5 to 1, edges of controls 3 to 1 (WCAG 2.2 AA). */
const PAIRS = [['ink', 'paper', 4.5], ['ink', 'sheet', 4.5], ['quiet', 'paper', 4.5], ['quiet', 'sheet', 4.5], ['accent', 'paper', 4.5], ['accent', 'sheet', 4.5],
  ['on-accent', 'accent', 4.5], ['pass', 'pass-wash', 4.5], ['fail', 'fail-wash', 4.5], ['open', 'open-wash', 4.5], ['fail', 'sheet', 4.5], ['edge', 'paper', 3], ['edge', 'sheet', 3]];

export async function drive(bundlePath, trustPath, shots = null) {
  const told = [];
  const tell = (what, good, why = '') => told.push([what, good ? '' : why || 'no']);
  const { page, context, requests, complaints, evaluate, close } = await open();
  const shot = (name) => (shots ? page.screenshot({ path: join(shots, `${name}.png`), fullPage: true }) : null);
  const status = async () => {
    await page.waitForFunction(() => /^(Checked|The file|This browser|$)/.test(document.getElementById('status').textContent) && !document.getElementById('result').hidden);
    return page.locator('#status').textContent();
  };
  const widthFits = () => evaluate('document.documentElement.scrollWidth <= document.documentElement.clientWidth');

  tell('the page has one main heading and a language', await evaluate('document.querySelectorAll("h1").length === 1 && document.documentElement.lang === "en"'));
  tell('every field has a label', await evaluate('[...document.querySelectorAll("input, select")].every((field) => field.labels.length === 1)'));
  await shot('start');

  // Nothing chosen.
  await page.getByRole('button', { name: 'Check the file' }).click();
  tell('without a file it says so', (await page.locator('#bundle-error').textContent()).startsWith('Choose an evidence file'));
  tell('and goes to the field', await evaluate('document.activeElement.id === "bundle"'));

  // Chosen by the file fields.
  await page.setInputFiles('#bundle', bundlePath);
  await page.setInputFiles('#trust', trustPath);
  await page.getByRole('button', { name: 'Check the file' }).click();
  const said = await status();
  tell('it says that it has checked', /nothing is wrong/.test(said), said);
  tell('the result has the focus', await evaluate('document.activeElement.matches("#result h2")'));
  tell('28 claims', await page.locator('table', { hasText: 'Every claim' }).locator('tbody tr').count() === 28);
  tell('20 clauses', await page.locator('table', { hasText: 'What the claims say' }).locator('tbody tr').count() === 20);
  tell('a timeline', await page.locator('table', { hasText: 'Each act, and who' }).locator('tbody tr').count() > 1);
  tell('tables have headings', await evaluate('[...document.querySelectorAll("table")].every((t) => t.caption && t.querySelector("thead th[scope=col]") && t.querySelector("tbody th[scope=row]"))'));
  tell('it says what it cannot check', /cannot check ML-DSA-44/.test(await page.locator('#result').textContent()));
  await shot('result');

  // The keyboard alone.
  await page.reload();
  await page.setInputFiles('#bundle', bundlePath);
  await page.setInputFiles('#trust', trustPath);
  await page.evaluate(() => document.activeElement.blur());
  const order = [];
  for (let i = 0; i < 5; i += 1) {
    await page.keyboard.press('Tab');
    order.push(await evaluate('document.activeElement.id || document.activeElement.tagName'));
  }
  tell('the keyboard reaches everything in order', order.join() === 'A,bundle,trust,SUMMARY,BUTTON', order.join());
  await page.keyboard.press('Shift+Tab');
  await page.keyboard.press('Enter');
  await page.keyboard.press('Tab');
  await page.keyboard.type('yesterday');
  await page.keyboard.press('Enter');
  await page.waitForFunction(() => document.getElementById('at-error').textContent !== '');
  tell('a time that is none is refused at its field', await evaluate('document.activeElement.id === "at" && document.activeElement.getAttribute("aria-invalid") === "true"'));
  await page.keyboard.press('ControlOrMeta+A');
  await page.keyboard.type('2030-01-01 00:00');
  for (let i = 0; i < 3; i += 1) await page.keyboard.press('Tab');
  await page.keyboard.press('Space');
  await page.keyboard.press('Enter');
  await status();
  tell('asked by keyboard, it answers', /At 2030-01-01T00:00:00.000Z/.test(await page.locator('#result').textContent()));

  // Narrow, dark, printed.
  await page.setViewportSize({ width: 320, height: 700 });
  tell('320 px wide without scrolling sideways', await widthFits());
  await shot('narrow');
  await page.setViewportSize({ width: 1100, height: 900 });
  for (const scheme of ['light', 'dark']) {
    await page.emulateMedia({ colorScheme: scheme });
    const colors = JSON.parse(await evaluate(`JSON.stringify(Object.fromEntries(${JSON.stringify(PAIRS)}.flat().filter((n) => typeof n === "string")
      .map((n) => [n, getComputedStyle(document.documentElement).getPropertyValue("--" + n).trim()])))`));
    const poor = PAIRS.filter(([front, ground, least]) => contrast(colors[front].slice(0, 7), colors[ground].slice(0, 7)) < least);
    tell(`contrast, ${scheme}`, poor.length === 0, poor.map((pair) => pair.join('/')).join());
    if (scheme === 'dark') await shot('dark');
  }
  await page.emulateMedia({ colorScheme: 'light', media: 'print' });
  tell('printed, the form is left out', !(await page.locator('#form').isVisible()));
  await shot('print');
  await page.emulateMedia({ media: 'screen' });

  // A file that is no evidence, dropped.
  const junk = join(mkdtempSync(join(tmpdir(), 'twakow-junk-')), 'letter.twk');
  writeFileSync(junk, 'Dear Sir or Madam, this is a letter.');
  await evaluate(`(() => {
    const transfer = new DataTransfer();
    transfer.items.add(new File(['Dear Sir or Madam'], 'letter.twk'));
    document.body.dispatchEvent(new DragEvent('drop', { dataTransfer: transfer, bubbles: true, cancelable: true }));
  })()`);
  await page.waitForFunction(() => document.getElementById('status').textContent.includes('letter.twk: it cannot be read'));
  tell('a dropped file that is no evidence is called so', /cannot be read as evidence/.test(await page.locator('#result').textContent()));
  await shot('refusal');

  // No way out.
  const complained = complaints.length;
  tell('the browser had nothing to complain about', complained === 0, complaints.join(' | '));
  tell('only the page itself was asked for', requests.every((url) => url.startsWith('file:')), requests.join());
  const sent = requests.length;
  const answers = await evaluate(`Promise.all([
    fetch('https://example.com/').then(() => 'sent', () => 'refused'),
    new Promise((done) => { const image = new Image(); image.onerror = () => done('refused'); image.onload = () => done('sent'); image.src = 'https://example.com/x.png'; }),
    new Promise((done) => { try { const socket = new WebSocket('wss://example.com/'); socket.onerror = () => done('refused'); } catch { done('refused'); } }),
    new Promise((done) => { try { document.body.append(Object.assign(document.createElement('script'), { text: 'window.injected = true' })); } catch {} done(window.injected ? 'run' : 'refused'); }),
  ])`);
  tell('the policy refuses connections, pictures, sockets and other scripts', answers.every((answer) => answer === 'refused'), answers.join());
  tell('and none was attempted', requests.slice(sent).every((url) => !/^(https?|wss?):/.test(url)) || complaints.length > complained, requests.slice(sent).join());
  await context.setOffline(true);
  await close();
  return told;
}

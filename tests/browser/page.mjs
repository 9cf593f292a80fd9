// Opens reports and reads what the tests compare: pages in a browser, tables from CSV.
import { chromium } from 'playwright-core';
import { readFileSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import { join } from 'node:path';

export const results = process.env.RESULTS;

/** Starts the browser; nothing of its own may go to the network. */
export const launch = () => chromium.launch({
  executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
  args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run',
    '--disable-background-networking', '--disable-component-update', '--disable-sync'],
});

/** Opens a study's report; `trouble` collects errors and requests that leave the file. */
export async function open(browser, study, options = {}) {
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, ...options });
  const page = await context.newPage();
  const trouble = [];
  const file = join(results, study, 'report.html');
  const address = pathToFileURL(file).href;
  page.on('console', (message) => trouble.push(`console: ${message.text()}`));
  page.on('pageerror', (error) => trouble.push(`error: ${error.message}`));
  page.on('request', (request) => {
    if (request.url().split('#')[0] !== address) trouble.push(`request: ${request.url()}`);
  });
  await page.goto(address);
  return { page, trouble, file, close: () => context.close() };
}

/** The rows of one of a study's tables, each an object by column. */
export function table(study, name) {
  const text = readFileSync(join(results, study, name), 'utf8');
  const lines = text.trimEnd().split('\r\n').map(cells);
  const header = lines.shift();
  return lines.map((line) => Object.fromEntries(header.map((column, k) => [column, line[k]])));
}

/** The cells of a CSV line (RFC 4180). */
export function cells(line) {
  return [...line.matchAll(/(?:^|,)(?:"((?:[^"]|"")*)"|([^,]*))/g)]
    .map(([, quoted, plain]) => (quoted !== undefined ? quoted.replaceAll('""', '"') : plain));
}

/** Opens every <details>, so that hidden tables are tested too. */
export const unfold = (page) => page.evaluate(() => {
  for (const details of document.querySelectorAll('details')) details.open = true;
});

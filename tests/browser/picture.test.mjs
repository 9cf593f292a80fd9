// Pictures of the report, for the README and for whoever wants to look.
import { mkdirSync, statSync } from 'node:fs';
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { test } from 'node:test';
import { launch, results } from './page.mjs';

const pictures = process.env.PICTURES;

test('pictures of the report', async () => {
  mkdirSync(pictures, { recursive: true });
  const browser = await launch();
  for (const colorScheme of ['light', 'dark']) {
    for (const width of [360, 1280]) {
      const page = await browser.newPage({ colorScheme, viewport: { width, height: 900 } });
      await page.goto(pathToFileURL(join(results, 'widths', 'report.html')).href);
      const path = join(pictures, `${colorScheme}-${width}.png`);
      await page.screenshot({ path, fullPage: true });
      assert.ok(statSync(path).size > 50_000, path);
      await page.close();
    }
  }
  await browser.close();
});

test('the picture in the README', { skip: !process.env.PICTURE }, async () => {
  const browser = await launch();
  const page = await browser.newPage({ viewport: { width: 880, height: 1180 } });
  await page.goto(pathToFileURL(join(process.env.PICTURE_OF, 'report.html')).href);
  // The answer, its chart, and a network at work: the middle of the page is left out.
  await page.evaluate(() => {
    for (const id of ['epochs', 'predictions', 'loss', 'failures']) {
      document.getElementById(id)?.parentElement.remove();
    }
    document.querySelector('nav').remove();
    document.querySelector('footer').remove();
    document.querySelector('.player').remove();
    document.querySelectorAll('.run details, .run .replay').forEach((part) => part.remove());
  });
  await page.screenshot({ path: process.env.PICTURE, fullPage: true });
  assert.ok(statSync(process.env.PICTURE).size > 50_000);
  await browser.close();
});

// The report is a file alone: nothing fails in it, nothing leaves it, no text in it is code.
import assert from 'node:assert/strict';
import { statSync } from 'node:fs';
import { after, before, test } from 'node:test';
import { launch, open, unfold } from './page.mjs';

let browser;
before(async () => { browser = await launch(); });
after(() => browser.close());

for (const study of ['widths', 'grid', 'several']) {
  test(`${study}: no error, no request, under 2 MB`, async () => {
    const { page, trouble, file, close } = await open(browser, study);
    assert.ok(statSync(file).size < 2e6, `${statSync(file).size} bytes`);
    await unfold(page);
    await page.mouse.wheel(0, 20000);
    for (const play of await page.$$('button.play')) await play.click();
    await page.waitForTimeout(400);
    assert.deepEqual(trouble, []);
    const outside = await page.$$eval('[src], link, [href]:not([href^="#"])', (found) =>
      found.map((element) => element.outerHTML));
    assert.deepEqual(outside, []);
    await close();
  });

  test(`${study}: whole without a script`, async () => {
    const { page, close } = await open(browser, study, { javaScriptEnabled: false });
    assert.ok(await page.locator('svg.chart.wide').count() >= 4);
    assert.equal(await page.locator('.controls:visible').count(), 0);
    assert.equal(await page.locator('button:visible').count(), 0);
    const drawn = await page.locator('.run svg').count();
    assert.ok(drawn > 0, 'networks are drawn by the program, not by the script');
    await close();
  });
}

test('a description stays text', async () => {
  const { page, close } = await open(browser, 'grid');
  assert.equal(await page.evaluate(() => globalThis.pwned), undefined);
  assert.match(await page.locator('h1').textContent(), /<script>window\.pwned = 1<\/script>/);
  assert.equal(await page.locator('img').count(), 0);
  await close();
});

test('a script that got in would not run', async () => {
  const { page, trouble, close } = await open(browser, 'widths');
  await page.evaluate(() => {
    const script = document.createElement('script');
    script.textContent = 'globalThis.pwned = 3';
    document.body.append(script);
  });
  assert.equal(await page.evaluate(() => globalThis.pwned), undefined);
  assert.ok(trouble.some((line) => /Content Security Policy/.test(line)), trouble.join('\n'));
  await close();
});

// The page can be read: on a phone and a desk, in the dark, on paper, by keyboard and by ear.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { after, before, test } from 'node:test';
import { launch, open, unfold } from './page.mjs';

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const studies = ['widths', 'grid', 'several'];

let browser;
before(async () => { browser = await launch(); });
after(() => browser.close());

for (const width of [360, 768, 1280]) {
  test(`${width} px: nothing overflows, no label covers another`, async () => {
    for (const study of studies) {
      const options = { viewport: { width, height: 900 } };
      const { page, close } = await open(browser, study, options);
      await unfold(page);
      const wide = await page.evaluate(() => document.documentElement.scrollWidth);
      assert.ok(wide <= width, `${study}: ${wide} px wide`);
      const cut = await page.evaluate(() => [...document.querySelectorAll('main svg text, h1, p, li, dd')]
        .map((element) => [element, element.getBoundingClientRect()])
        .filter(([, box]) => box.width > 0 && (box.left < -0.5 || box.right > innerWidth + 0.5))
        .map(([element]) => element.textContent));
      assert.deepEqual(cut, [], study);
      assert.deepEqual(await page.evaluate(covered), [], study);
      await close();
    }
  });
}

/** Pairs of texts of one chart that cover each other by more than a hair; runs in the page. */
function covered() {
  const pairs = [];
  for (const chart of document.querySelectorAll('svg.chart')) {
    const texts = [...chart.querySelectorAll('text')]
      .map((text) => [text.textContent, text.getBoundingClientRect()])
      .filter(([, box]) => box.width > 0);
    texts.forEach(([one, a], k) => texts.slice(k + 1).forEach(([other, b]) => {
      const across = Math.min(a.right, b.right) - Math.max(a.left, b.left);
      const down = Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top);
      if (across > 1 && down > 4) pairs.push(`${chart.dataset.chart}: ${one} / ${other}`);
    }));
  }
  return pairs;
}

for (const colorScheme of ['light', 'dark']) {
  for (const width of [360, 1280]) {
    test(`${colorScheme}, ${width} px: axe finds nothing serious`, async () => {
      for (const study of studies) {
        const options = { colorScheme, viewport: { width, height: 900 }, bypassCSP: true };
        const { page, close } = await open(browser, study, options);
        await unfold(page);
        await page.evaluate(axe);
        const { violations, passes } = await page.evaluate(() => globalThis.axe.run());
        assert.ok(passes.some((rule) => rule.id === 'color-contrast'));
        const found = violations
          .filter((rule) => ['serious', 'critical'].includes(rule.impact))
          .map((rule) => `${rule.id}: ${rule.nodes.map((node) => node.html.slice(0, 200)).join('\n')}`);
        assert.deepEqual(found, [], study);
        await close();
      }
    });
  }

  test(`${colorScheme}: marks and their text stand out from the paper`, async () => {
    for (const study of studies) {
      const { page, close } = await open(browser, study, { colorScheme });
      const { faint, seen, paper } = await page.evaluate(contrasts);
      assert.deepEqual(faint, [], study);
      assert.ok(seen > 100, `${seen} marks`);
      assert.equal(paper > 0.5, colorScheme === 'light');
      await close();
    }
  });
}

/** Marks below 3 : 1 and text below 4.5 : 1 against the page (WCAG 2.2); runs in the page. */
function contrasts() {
  const luminance = (colour) => {
    const [r, g, b] = colour.match(/[\d.]+/g).slice(0, 3).map(Number).map((c) => c / 255)
      .map((c) => (c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4));
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const paper = luminance(getComputedStyle(document.body).backgroundColor);
  const against = (colour) => {
    const other = luminance(colour);
    return (Math.max(paper, other) + 0.05) / (Math.min(paper, other) + 0.05);
  };
  const kinds = [['.mark, .solid', 'fill', 3], ['.line, .whisker, .synapse', 'stroke', 3],
    ['text:not(.onlow):not(.onhigh):not(.value)', 'fill', 4.5]];
  const faint = [];
  let seen = 0;
  for (const [selector, property, least] of kinds) {
    for (const mark of document.querySelectorAll(`svg.chart :is(${selector})`)) {
      const bold = mark.classList.contains('own');
      const contrast = against(getComputedStyle(mark)[property]);
      seen += 1;
      if (contrast < (bold ? 3 : least)) faint.push(`${mark.outerHTML.slice(0, 90)}: ${contrast}`);
    }
  }
  return { faint, seen, paper };
}

test('on paper: light, wide charts, no controls, every table open', async () => {
  const { page, close } = await open(browser, 'widths', { colorScheme: 'dark' });
  await page.emulateMedia({ media: 'print', colorScheme: 'dark' });
  await page.evaluate(() => dispatchEvent(new Event('beforeprint')));
  const paper = await page.evaluate(() => getComputedStyle(document.body).backgroundColor);
  assert.equal(paper, 'rgb(255, 254, 251)');
  assert.ok(await page.locator('svg.chart.wide:visible').count() >= 5);
  assert.equal(await page.locator('svg.chart.narrow:visible').count(), 0);
  assert.equal(await page.locator('button:visible, input:visible, nav:visible').count(), 0);
  assert.equal(await page.locator('details:not([open])').count(), 0);
  const pdf = await page.pdf({ format: 'A4' });
  assert.equal(pdf.subarray(0, 5).toString(), '%PDF-');
  await page.evaluate(() => dispatchEvent(new Event('afterprint')));
  assert.equal(await page.locator('details[open]').count(), 0);
  await close();
});

test('by keyboard: every control is reached and shows that it is', async () => {
  const { page, close } = await open(browser, 'widths');
  const wanted = await page.locator('a, summary, button, select, input').evaluateAll((found) =>
    found.filter((element) => element.checkVisibility()).length);
  const reached = new Set();
  for (let k = 0; k < 200; k += 1) {
    await page.keyboard.press('Tab');
    const [id, tag, outline] = await page.evaluate(() => {
      const element = document.activeElement;
      globalThis.ids ??= new Map();
      if (!globalThis.ids.has(element)) globalThis.ids.set(element, globalThis.ids.size);
      return [globalThis.ids.get(element), element.tagName, getComputedStyle(element).outlineStyle];
    });
    if (tag === 'BODY') break;
    assert.notEqual(outline, 'none', tag);
    if (/^(A|SUMMARY|BUTTON|SELECT|INPUT)$/.test(tag)) reached.add(id);
  }
  assert.ok(reached.size >= wanted, `${reached.size} of ${wanted}`);
  await page.locator('summary').first().focus();
  await page.keyboard.press('Enter');
  assert.equal(await page.locator('details[open]').count(), 1);
  await close();
});

test('by ear: charts have names and descriptions, tables captions', async () => {
  for (const study of studies) {
    const { page, close } = await open(browser, study);
    const nameless = await page.$$eval('svg[role=img]', (charts) => charts
      .filter((chart) => !chart.getAttribute('aria-label') || !chart.querySelector('desc')?.textContent)
      .length);
    assert.equal(nameless, 0);
    assert.equal(await page.locator('table:not(:has(caption))').count(), 0);
    const levels = await page.$$eval('h1, h2, h3, h4', (heads) => heads.map((head) => Number(head.tagName[1])));
    assert.equal(levels.filter((level) => level === 1).length, 1);
    levels.reduce((before, level) => {
      assert.ok(level <= before + 1, `h${level} after h${before}`);
      return level;
    });
    await close();
  }
});

test('who asks for less motion gets none', async () => {
  const { page, close } = await open(browser, 'widths', { reducedMotion: 'reduce' });
  const still = await page.locator('.synapse').first().evaluate((path) =>
    getComputedStyle(path).transitionDuration);
  assert.equal(still, '0s');
  await close();
});

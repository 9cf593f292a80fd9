// Every chart has its marks where its data are: pixels against the CSV files.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { launch, open, table } from './page.mjs';

let browser;
before(async () => { browser = await launch(); });
after(() => browser.close());

const near = (found, wanted, what, within = 0.6) =>
  assert.ok(Math.abs(found - wanted) <= within, `${what}: at ${found}, expected ${wanted}`);

/** Groups of a chart with their data-* and the box of one of their shapes, in its own pixels. */
const groups = (page, chart, size, shape) => page.$$eval(
  `svg.${size}[data-chart="${chart}"] g[data-model]`,
  (found, selector) => found.map((group) => {
    const { x, y, width, height } = group.querySelector(selector)?.getBBox() ?? {};
    return { ...group.dataset, x, y, width, height, centre: [x + width / 2, y + height / 2] };
  }), shape);

for (const size of ['wide', 'narrow']) {
  const width = size === 'wide' ? 1280 : 360;
  const options = { viewport: { width, height: 900 } };

  test(`${size}: a rate is where summary.csv says`, async () => {
    for (const study of ['widths', 'grid', 'several']) {
      const { page, close } = await open(browser, study, options);
      const marks = await groups(page, 'rate', size, '.mark');
      const whiskers = await groups(page, 'rate', size, '.whisker');
      const rows = table(study, 'summary.csv');
      assert.deepEqual(marks.map((mark) => mark.model).sort(), rows.map((row) => row.model).sort());
      for (const [k, mark] of marks.entries()) {
        const row = rows.find((candidate) => candidate.model === mark.model);
        const at = (share) => Number(mark.bottom) + (mark.top - mark.bottom) * share;
        near(mark.centre[1], at(Number(row.rate)), `${study} ${mark.model} rate`, 1);
        near(whiskers[k].y, at(Number(row.rate_high)), `${mark.model} upper end`);
        near(whiskers[k].y + whiskers[k].height, at(Number(row.rate_low)), `${mark.model} lower end`);
      }
      await close();
    }
  });

  test(`${size}: a survival curve ends where survival.csv ends`, async () => {
    for (const study of ['widths', 'grid']) {
      const { page, close } = await open(browser, study, options);
      const lines = await groups(page, 'survival', size, '.line');
      const last = Object.fromEntries(table(study, 'survival.csv').map((row) => [row.model, row]));
      assert.ok(lines.length >= 8);
      for (const line of lines) {
        const share = Number(last[line.model].share_converged);
        near(line.y, Number(line.bottom) + (line.top - line.bottom) * share, line.model);
        assert.ok(line.width > 50, `${line.model} is ${line.width} wide`);
      }
      await close();
    }
  });

  test(`${size}: predictions are dots with their median`, async () => {
    const { page, close } = await open(browser, 'widths', options);
    const marks = await groups(page, 'prediction_1_1_0', size, '.mark');
    const rows = table('widths', 'summary.csv');
    assert.equal(marks.length, rows.length);
    for (const [k, mark] of marks.entries()) {
      const median = Number(rows[k].prediction_1_1_0_median);
      const wanted = Number(mark.left) + (mark.right - mark.left) * median;
      near(mark.centre[0], wanted, `${mark.model} median`);
    }
    const dots = await page.$$eval(`svg.${size}[data-chart="prediction_1_1_0"] .dots`,
      (paths) => paths.map((path) => path.getAttribute('d').split('M').length - 1));
    assert.deepEqual(dots, rows.map(() => 100), 'a hundred quantiles of 300 runs');
    const article = await page.locator(`svg.${size} [data-article] text`).textContent();
    assert.match(article, /article/);
    await close();
  });

  test(`${size}: every run is a dot when runs are few`, async () => {
    const { page, close } = await open(browser, 'grid', options);
    const dots = await page.$$eval(`svg.${size}[data-chart^="prediction"] .dots`,
      (paths) => paths.map((path) => path.getAttribute('d').split('M').length - 1));
    assert.equal(dots.length, 24);
    assert.ok(dots.every((count) => count === 40), `${dots}`);
    await close();
  });

  test(`${size}: loss curves have a point at each pixel or epoch`, async () => {
    const { page, close } = await open(browser, 'widths', options);
    const panels = await groups(page, 'loss', size, '.line');
    assert.equal(panels.length, 8);
    for (const panel of panels) {
      assert.ok(Number(panel.points) > 40, `${panel.model}: ${panel.points} points`);
      assert.ok(panel.width > 60, `${panel.model}: ${panel.width} wide`);
    }
    await close();
  });

  test(`${size}: bars of failures are as long as their share`, async () => {
    const { page, close } = await open(browser, 'widths', options);
    const rows = table('widths', 'failures.csv').filter((row) => row.status !== 'converged');
    const bars = await page.$$eval(`svg.${size}[data-chart="failures"] g[data-model]`,
      (found) => found.map((group) => ({
        ...group.dataset,
        parts: [...group.querySelectorAll('.solid')].map((part) => part.getBBox().width),
      })));
    const sum = (values) => values.reduce((a, b) => a + b, 0);
    const all = bars.map((bar) => sum(rows.filter((row) => row.model === bar.model)
      .map((row) => Number(row.share))));
    const longest = bars[all.indexOf(Math.max(...all))];
    const scale = (longest.right - longest.left) / Math.max(...all);
    for (const [k, bar] of bars.entries()) {
      near(sum(bar.parts), all[k] * scale, bar.model, 0.5);
      assert.equal(bar.parts.length, rows.filter((row) => row.model === bar.model).length);
    }
    await close();
  });

  test(`${size}: a heat map's cells are as dark as their rate`, async () => {
    for (const study of ['grid', 'several']) {
      const { page, close } = await open(browser, study, options);
      const cells = await page.$$eval(`svg.${size}[data-chart="heatmap"] g[data-model]`,
        (found) => found.map((cell) => [cell.dataset.model,
          Number(cell.querySelector('.heat').getAttribute('fill-opacity'))]));
      const rates = table(study, 'summary.csv').map((row) => [row.model, Number(row.rate)]);
      assert.equal(cells.length, rates.length);
      const wanted = Object.fromEntries(rates);
      for (const [model, darkness] of cells) near(darkness, wanted[model], model, 0.006);
      await close();
    }
  });
}

test('the tables behind the charts have a row for each model', async () => {
  const { page, close } = await open(browser, 'widths');
  const counts = await page.$$eval('main details table:not(.answers):not([data-weights])', (tables) =>
    tables.map((found) => [found.caption.textContent, found.tBodies[0].rows.length]));
  const models = counts.filter(([caption]) => !/Layer|wrong/.test(caption));
  assert.ok(models.length >= 4);
  for (const [caption, rows] of models) assert.equal(rows, 8, caption);
  await close();
});

test('a replay command stands beside each example', async () => {
  const { page, close } = await open(browser, 'widths');
  const commands = await page.$$eval('.replay code', (found) => found.map((code) => code.textContent));
  const failures = table('widths', 'failures.csv');
  const replays = commands.filter((command) => command.startsWith('seedbed replay'));
  assert.ok(replays.length >= 6);
  for (const command of replays) {
    const [, model, seed] = command.match(/^seedbed replay results\/widths --model (\S+) --seed (\d+)$/);
    assert.ok(failures.some((row) => row.model === model && row.example_seed === seed), command);
  }
  await close();
});

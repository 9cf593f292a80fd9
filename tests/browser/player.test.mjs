// The slider moves the weights: by mouse, by keyboard, and to the values that replay writes.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { cells, launch, open, results } from './page.mjs';

let browser;
before(async () => { browser = await launch(); });
after(() => browser.close());

/** What the runs of a player show. */
const state = (player) => player.locator('.run').evaluateAll((runs) => runs.map((run) => ({
  weights: [...run.querySelectorAll('.synapse')].map((path) => Number(path.dataset.weight)),
  thickness: [...run.querySelectorAll('.synapse')].map((path) => Number(path.getAttribute('stroke-width'))),
  neurons: [...run.querySelectorAll('.value')].map((text) => text.textContent),
  table: [...run.querySelectorAll('.answers td')].map((cell) => cell.textContent),
  numbers: [...run.querySelectorAll('td[data-w]')].map((cell) => Number(cell.textContent.replace('−', '-'))),
  readout: run.querySelector('.readout').textContent,
  command: run.querySelector('.replay code').textContent,
})));

for (const study of ['widths', 'grid', 'several']) {
  test(`${study}: the slider moves weights, neurons and numbers`, async () => {
    const { page, close } = await open(browser, study);
    const players = await page.locator('.player').all();
    assert.ok(players.length > 0);
    for (const player of players) {
      const slider = player.locator('input[type=range]');
      const trained = await state(player);
      await slider.focus();
      await page.keyboard.press('Home');
      const initial = await state(player);
      for (const [k, run] of initial.entries()) {
        assert.match(run.readout, /after 0 updates/);
        assert.ok(run.weights.length > 0 && run.weights.every(Number.isFinite));
        assert.notDeepEqual(run.weights, trained[k].weights);
        assert.notDeepEqual(run.thickness, trained[k].thickness);
        assert.notDeepEqual(run.table, trained[k].table);
        assert.deepEqual(run.numbers, run.weights);
        const thickest = run.weights.map(Math.abs).indexOf(Math.max(...run.weights.map(Math.abs)));
        assert.equal(run.thickness[thickest], Math.max(...run.thickness));
      }
      await page.keyboard.press('ArrowRight');
      assert.match((await state(player))[0].readout, /after 1 update/);
      await page.keyboard.press('End');
      assert.deepEqual(await state(player), trained);
    }
    await close();
  });
}

test('the weights shown are those that replay writes', async () => {
  for (const study of ['widths', 'grid', 'several']) {
    const { page, close } = await open(browser, study);
    for (const player of await page.locator('.player').all()) {
      const trained = await state(player);
      await player.locator('input[type=range]').focus();
      await page.keyboard.press('Home');
      const initial = await state(player);
      for (const [k, run] of trained.entries()) {
        const [, model, seed] = run.command.match(/--model (\S+) --seed (\d+)/);
        const file = join(results, 'weights.csv');
        execFileSync(process.env.SEEDBED, ['replay', join(results, study), '--model', model,
          '--seed', seed, '--weights', file]);
        const [header, ...lines] = readFileSync(file, 'utf8').trimEnd().split('\r\n').map(cells);
        assert.deepEqual(header, ['updates', 'layer', 'from', 'to', 'weight']);
        const updates = (text) => Number(text.match(/after ([\d,]+)/)[1].replaceAll(',', ''));
        for (const shown of [run, initial[k]]) {
          const wanted = lines.filter((line) => Number(line[0]) === updates(shown.readout));
          const weights = wanted.map((line) => Number(line[4]));
          assert.equal(weights.length, shown.weights.length, `${model}, ${shown.readout}`);
          for (const [w, weight] of weights.entries()) {
            assert.ok(Math.abs(weight - shown.weights[w]) <= Math.abs(weight) * 6e-4, `${model} ${w}`);
          }
        }
      }
    }
    await close();
  }
});

test('another row, another answer', async () => {
  const { page, close } = await open(browser, 'widths');
  const player = page.locator('.player').last();
  const before = await state(player);
  await player.locator('select').selectOption({ index: 5 });
  const after = await state(player);
  for (const [k, run] of after.entries()) {
    assert.notDeepEqual(run.neurons, before[k].neurons);
    assert.deepEqual(run.neurons.slice(0, 3), ['1', '1', '1']);
    assert.deepEqual(run.weights, before[k].weights);
  }
  assert.equal(await player.locator('tr.now').count(), after.length);
  await close();
});

test('play goes from the start to the end and can be paused', async () => {
  const { page, close } = await open(browser, 'widths');
  const player = page.locator('.player').last();
  const slider = player.locator('input[type=range]');
  await player.locator('button.play').click();
  assert.equal(await player.locator('button.play').textContent(), 'Pause');
  await page.waitForFunction((range) => Number(range.value) >= 2, await slider.elementHandle());
  await player.locator('button.play').click();
  const paused = await slider.inputValue();
  await page.waitForTimeout(400);
  assert.equal(await slider.inputValue(), paused);
  assert.equal(await player.locator('button.play').textContent(), 'Play');
  await close();
});

test('a command can be copied', async () => {
  const { page, close } = await open(browser, 'widths');
  const replay = page.locator('.examples .replay').first();
  await replay.locator('button').click();
  await page.waitForFunction((button) => button.textContent !== 'Copy',
    await replay.locator('button').elementHandle());
  const selected = await page.evaluate(() => getSelection().toString());
  assert.equal(selected.replace(/\s+/g, ' '), await replay.locator('code').textContent());
  await close();
});

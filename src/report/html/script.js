'use strict';
// Moves the networks through their training and copies commands. The page is complete without
// it: every drawing shows the end of training, every table its numbers.
(() => {
  const $ = (root, selector) => root.querySelector(selector);
  const all = (root, selector) => [...root.querySelectorAll(selector)];
  const whole = (value) => String(value).replace(/\B(?=(\d{3})+$)/g, ',');
  const loss = (value) => value === null ? 'not finite'
    : value >= 0.001 ? String(Number(value.toPrecision(3))) : value.toExponential(1).replace('-', '−');
  const decimals = (value) => value === null ? 'not finite'
    : (Number.isInteger(value) ? String(value) : value.toFixed(2)).replace('-', '−');
  const thickness = (weight, largest) =>
    weight === null ? 9 : 9 * Math.min(1, Math.sqrt(Math.abs(weight) / largest));

  const fill = (cell, value) => {
    cell.textContent = value === null ? 'not finite' : value.toFixed(2).replace('-', '−');
    cell.style.setProperty('--v', `${Math.min(100, 100 * Math.abs(value ?? 0)).toFixed(0)}%`);
    cell.classList.toggle('below', value < 0);
  };

  const showWeights = (run, frame, largest) => {
    all(run, '.synapse').forEach((synapse, k) => {
      const weight = frame.w[k];
      synapse.dataset.weight = weight;
      synapse.setAttribute('stroke-width', thickness(weight, largest).toFixed(2));
      synapse.classList.toggle('minus', weight < 0);
      synapse.classList.toggle('plus', !(weight < 0));
    });
    all(run, 'td[data-w]').forEach((cell) => {
      const weight = frame.w[cell.dataset.w];
      cell.textContent = weight === null ? 'not finite' : String(weight).replace('-', '−');
    });
  };

  const showNeurons = (run, frame, row, position) => {
    const values = [...row.x, ...frame.a[position]];
    all(run, '[data-neuron]').filter((neuron) => $(neuron, '.value').textContent !== 'bias')
      .forEach((neuron, k) => {
        const [value, active] = [values[k], $(neuron, '.active')];
        active.setAttribute('fill-opacity', Math.min(1, Math.abs(value ?? 0)).toFixed(2));
        active.classList.toggle('below', value < 0);
        $(neuron, '.value').textContent = decimals(value);
      });
    all(run, '.target').forEach((text, k) => {
      text.textContent = row.t ? `target ${row.t[k]}` : '';
    });
  };

  const showAnswers = (run, frame, rows, position) => {
    all(run, '.answers tbody tr').forEach((line, r) => {
      all(line, 'td.v').forEach((cell, k) => fill(cell, frame.a[r][k]));
      line.classList.toggle('now', r === position);
      const { t } = rows[r];
      const outputs = t ? frame.a[r].slice(-t.length) : [];
      const right = t && outputs.every((o, k) => o !== null && Math.abs(o - t[k]) < 0.5);
      $(line, '.verdict').textContent = !t ? '' : right ? '✓ right' : '✗ wrong';
    });
  };

  const start = (player, data) => {
    const [slider, choice] = [$(player, 'input'), $(player, 'select')];
    const [when, play] = [$(player, '.when'), $(player, 'button.play')];
    const runs = all(player, '.run');
    const draw = () => {
      const epoch = data.epochs[slider.value];
      const position = Number(choice.value);
      data.runs.forEach((run, k) => {
        const frame = run.frames.findLast((frame) => frame.e <= epoch);
        showWeights(runs[k], frame, data.largest);
        showNeurons(runs[k], frame, data.rows[position], position);
        showAnswers(runs[k], frame, data.rows, position);
        const ended = frame.e < epoch ? ' (stopped)' : '';
        $(runs[k], '.readout').textContent =
          `after ${whole(frame.e)} updates${ended}, loss ${loss(frame.m)}`;
      });
      when.textContent = `${whole(epoch)} updates`;
      slider.setAttribute('aria-valuetext', `after ${whole(epoch)} updates`);
    };
    let timer = 0;
    const stop = () => {
      clearInterval(timer);
      timer = 0;
      play.textContent = 'Play';
    };
    const step = () => {
      if (Number(slider.value) >= Number(slider.max)) return stop();
      slider.value = Number(slider.value) + 1;
      draw();
    };
    play.addEventListener('click', () => {
      if (timer) return stop();
      if (slider.value === slider.max) slider.value = 0;
      draw();
      play.textContent = 'Pause';
      timer = setInterval(step, 150);
    });
    slider.addEventListener('input', () => { stop(); draw(); });
    choice.addEventListener('change', draw);
    $(player, '.controls').hidden = false;
    draw();
  };

  const store = document.getElementById('episodes');
  const players = store ? JSON.parse(store.textContent) : [];
  all(document, '.player').forEach((player, k) => start(player, players[k]));

  // A closed <details> is not printed: open them all for paper, and close them again.
  const closed = [];
  addEventListener('beforeprint', () => {
    closed.push(...all(document, 'details:not([open])'));
    closed.forEach((details) => { details.open = true; });
  });
  addEventListener('afterprint', () => {
    closed.splice(0).forEach((details) => { details.open = false; });
  });

  const copy = async (button) => {
    const code = $(button.parentElement, 'code');
    const selection = getSelection();
    selection.selectAllChildren(code);
    try {
      await navigator.clipboard.writeText(code.textContent);
      button.textContent = 'Copied';
    } catch {
      // Without the right to the clipboard the command stays selected, ready for Ctrl-C.
      button.textContent = 'Selected';
    }
    setTimeout(() => { button.textContent = 'Copy'; }, 2000);
  };
  all(document, 'button.copy').forEach((button) => {
    button.hidden = false;
    button.addEventListener('click', () => copy(button));
  });
})();

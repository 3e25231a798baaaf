// Draws the curves of training runs, and updates them while a run is in progress.

import {get} from './api.js';
import {h, note, ago, follow} from './dom.js';
import {curves, legend} from './chart.js';

const EVERY = 2000;
const LIVE = 60_000;
// The fields that may give a run's x axis, in order of preference.
const AXIS = ['epoch', 'updates', 'step'];

export async function show(place, leaving) {
  const list = h('ul', {class: 'runs'});
  const charts = h('div', {class: 'grid wide'});
  place.append(
    h('h1', {}, 'Training'),
    h('p', {class: 'lead'}, 'Curves of the runs in the folder that this service was started with; a run that goes on is followed.'),
    h('section', {class: 'card'}, h('h2', {}, 'Runs'), list), charts);
  const chosen = new Map();
  let first = true;

  async function refresh() {
    const runs = await get('v1/runs');
    if (leaving.aborted) return;
    if (runs.length === 0) {
      list.replaceChildren(note('There is no run yet. Start the service with --runs and the folder that resnext train writes to.'));
      return;
    }
    if (first) runs.slice(0, 1).forEach((run) => chosen.set(run.name, {lines: [], next: 0}));
    first = false;
    drawList(runs);
    await read(runs);
  }

  function drawList(runs) {
    const focused = document.activeElement?.dataset?.run;
    list.replaceChildren(...runs.map((run) => {
      const live = Date.now() - new Date(run.changed) < LIVE;
      const box = h('input', {type: 'checkbox', checked: chosen.has(run.name), 'data-run': run.name, onchange: async () => {
        if (box.checked) chosen.set(run.name, {lines: [], next: 0});
        else chosen.delete(run.name);
        await read(runs);
      }});
      return h('li', {}, h('label', {}, box, run.name, live ? h('span', {class: 'pill live'}, 'live') : undefined, h('span', {class: 'quiet'}, ago(run.changed))));
    }));
    if (focused) list.querySelector(`[data-run="${CSS.escape(focused)}"]`)?.focus();
  }

  async function read(runs) {
    for (const [name, state] of chosen) {
      const bytes = runs.find((run) => run.name === name)?.bytes ?? 0;
      if (bytes < state.next) Object.assign(state, {lines: [], next: 0}); // The run has started again.
      while (state.next < bytes) {
        const {lines, next} = await get(`v1/runs/${encodeURIComponent(name)}?from=${state.next}`);
        state.lines.push(...lines);
        if (next === state.next) break; // The last line is still incomplete.
        state.next = next;
      }
    }
    if (!leaving.aborted) drawCharts();
  }

  function drawCharts() {
    const charted = [
      ['loss', 'Loss', (line) => line.loss, (line) => line.validation?.loss],
      ['accuracy', 'Accuracy', (line) => line.accuracy, (line) => validationAccuracy(line)],
      ['learning rate', 'Learning rate', (line) => line.learningRate ?? line.learning_rate],
      ['images per second', 'Speed', (line) => line.imagesPerSecond ?? line.images_per_second],
    ];
    charts.replaceChildren(...charted.map(([name, title, training, validation]) => {
      let colour = 0;
      const series = [...chosen].flatMap(([run, {lines}]) => {
        const own = colour++;
        const trained = lines.filter((line) => line.split === undefined || line.split === 'train');
        const held = lines.filter((line) => line.split !== undefined && line.split !== 'train');
        return [
          {name: run, colour: own, points: points(trained, training)},
          validation && {name: `${run}, validation`, colour: own, dashed: true, points: [...points(lines, validation), ...points(held, training)]},
        ];
      }).filter((one) => one && one.points.length > 0);
      if (series.length === 0) return undefined;
      const latest = series.map((one) => `${one.name} ${+one.points.at(-1)[1].toPrecision(4)}`).join(', ');
      return h('section', {class: 'card'}, h('h2', {}, title),
        curves({series, x: 'epoch', y: name, label: `${title}; latest: ${latest}`}), legend(series));
    }).filter(Boolean));
  }

  await follow(EVERY, leaving, refresh, (error) => list.replaceChildren(note(error.message, 'error')));
}

const points = (lines, value) => lines
  .map((line) => [line[AXIS.find((axis) => typeof line[axis] === 'number')], value(line)])
  .filter(([x, y]) => Number.isFinite(x) && Number.isFinite(y));

const validationAccuracy = (line) => line.validation?.accuracy ?? line.validation?.top1;

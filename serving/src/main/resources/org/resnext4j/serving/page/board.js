// The results board: published values and values measured by this project.

import {get} from './api.js';
import {h, note, short} from './dom.js';
import {points} from './chart.js';

const value = (number, text) => (number === null ? null : text ?? String(number));

const COLUMNS = [
  {name: 'Task', key: (row) => row.task},
  {name: 'Data set', key: (row) => row.dataset + (row.setting ? `, ${row.setting}` : '')},
  {name: 'Metric', key: (row) => row.metric + (row.unit ? ` [${row.unit}]` : '')},
  {name: 'Model', key: (row) => row.model},
  {name: 'Published', key: (row) => row.published, text: (row) => value(row.published) ?? '–', number: true},
  {name: 'Measured', key: (row) => row.measured, text: (row) => value(row.measured, row.measuredText) ?? '–', number: true},
  {name: 'Multiply-adds', key: (row) => row.multiplyAdds, text: (row) => (row.multiplyAdds === null ? '–' : short(row.multiplyAdds)), number: true},
];

export async function show(place) {
  const rows = await get('v1/board');
  place.append(h('h1', {}, 'Results'), h('p', {class: 'lead'}, 'Every result reported for the family, beside what was measured here.'));
  if (rows.length === 0) {
    place.append(note('This service was started without a results board.'));
    return;
  }
  const kind = (row) => [row.task, row.dataset, row.metric].join(' · ');
  const kinds = [...new Set(rows.map(kind))];
  // The chart with the most points comes first.
  const weight = (name) => rows.filter((row) => kind(row) === name && row.multiplyAdds !== null).length;
  kinds.sort((a, b) => weight(b) - weight(a));

  const which = h('select', {id: 'board-kind'}, kinds.map((name) => h('option', {}, name)));
  const chartPlace = h('div');
  const filter = h('input', {type: 'search', id: 'board-filter', placeholder: 'resnext101, CIFAR …'});
  const body = h('tbody');
  const count = h('p', {class: 'quiet', role: 'status'});
  let sorted = {column: -1, down: false};

  function draw() {
    const words = filter.value.toLowerCase().split(/\s+/);
    const shown = rows.filter((row) => {
      const text = COLUMNS.map((column) => column.key(row)).join(' ').toLowerCase();
      return words.every((word) => text.includes(word));
    });
    if (sorted.column >= 0) {
      const {key} = COLUMNS[sorted.column];
      shown.sort((a, b) => compare(key(a), key(b), sorted.down));
    }
    body.replaceChildren(...shown.map((row) => h('tr', {title: [row.note, row.source].filter(Boolean).join(' · ') || undefined},
      COLUMNS.map((column) => h('td', {class: column.number ? 'number' : undefined}, (column.text ?? column.key)(row))))));
    count.textContent = `${shown.length} of ${rows.length} results`;
  }

  const heads = COLUMNS.map((column, i) => h('th', {scope: 'col', class: column.number ? 'number' : undefined},
    h('button', {type: 'button', onclick: () => {
      sorted = {column: i, down: sorted.column === i ? !sorted.down : Boolean(column.number)};
      heads.forEach((head, j) => (j === i ? head.setAttribute('aria-sort', sorted.down ? 'descending' : 'ascending') : head.removeAttribute('aria-sort')));
      draw();
    }}, column.name)));

  function chart() {
    const own = rows.filter((row) => kind(row) === which.value && row.multiplyAdds !== null);
    const unit = own[0]?.unit;
    const data = own.flatMap((row) => [
      row.published !== null && {name: row.model, x: row.multiplyAdds, y: row.published, hollow: true, named: true},
      row.measured !== null && {name: `${row.model}, measured`, x: row.multiplyAdds, y: row.measured, named: row.published === null},
    ]).filter(Boolean);
    const metric = own[0]?.metric ?? 'value';
    chartPlace.replaceChildren(data.length
      ? points({data, x: 'multiply-adds of one picture', y: unit ? `${metric} [${unit}]` : metric, xFormat: (tick) => short(tick, 2), label: `${which.value} against multiply-adds, ${data.length} points; the table below has the numbers`})
      : note('Nothing here has both a value and a count of multiply-adds.'));
  }

  which.addEventListener('change', chart);
  filter.addEventListener('input', draw);
  place.append(
    h('section', {class: 'card', 'aria-label': 'Accuracy against complexity'},
      h('div', {class: 'row'}, h('label', {}, 'Chart', which),
        h('ul', {class: 'legend'}, h('li', {}, '○ published'), h('li', {}, '● measured here'))),
      chartPlace),
    h('section', {class: 'card', 'aria-label': 'All results'},
      h('div', {class: 'row'}, h('label', {}, 'Search', filter), count),
      h('div', {class: 'scroll'}, h('table', {id: 'board'}, h('thead', {}, h('tr', {}, heads)), body))));
  chart();
  draw();
}

/** Missing values come last in both sort orders. */
function compare(a, b, down) {
  if (a === null || b === null) return (a === null) - (b === null);
  const order = typeof a === 'number' ? a - b : a.localeCompare(b, 'en', {numeric: true});
  return down ? -order : order;
}

// The cardinality explorer: the user chooses C, and the page shows the width of equal complexity (Table 2).

import {get} from './api.js';
import {h, s, short, grouped} from './dom.js';

const CHOICES = [1, 2, 4, 8, 16, 32, 64];

export async function show(place) {
  let overview = await get('v1/explorer');
  const like = h('select', {id: 'like'}, overview.models.map((name) => h('option', {selected: name === overview.like}, name)));
  const slider = h('input', {type: 'range', id: 'cardinality', min: 1, max: 64, value: 32});
  const shown = h('output', {for: 'cardinality'});
  const presets = CHOICES.map((c) => h('button', {type: 'button', onclick: () => choose(c)}, String(c)));
  const figures = h('div', {class: 'figures', id: 'answer', role: 'status'});
  const forms = h('div', {class: 'grid forms'});
  const stages = h('tbody');
  const table = h('tbody', {id: 'table2'});
  place.append(
    h('h1', {}, 'Cardinality'),
    h('p', {class: 'lead'}, 'A block of the network adds up C paths of one shape. More paths must be narrower if the block is to cost the same: choose C, and see the width d that keeps the complexity.'),
    h('section', {class: 'card', 'aria-label': 'Choose'},
      h('div', {class: 'pick'},
        h('label', {for: 'cardinality'}, 'Cardinality C = ', shown, slider),
        h('label', {}, 'at the complexity of', like)),
      h('div', {class: 'buttons presets', role: 'group', 'aria-label': 'Usual cardinalities'}, presets),
      figures),
    h('section', {class: 'card'}, h('h2', {}, 'The block of the first stage, in its three equivalent forms'), forms),
    h('section', {class: 'card'}, h('h2', {}, 'Stage by stage'),
      h('div', {class: 'scroll'}, h('table', {}, head('Stage', 'Blocks', 'Output', 'C × d', '#Parameters', '#Multiply-adds'), stages))),
    h('section', {class: 'card'}, h('h2', {}, 'Table 2: the choices at this complexity'),
      h('div', {class: 'scroll'}, h('table', {}, head('#Cardinality C', '#Width d', '#Width of the group convolution', '#Parameters of the block', '#Multiply-adds of the block'), table))));

  let asked = 0;
  async function choose(cardinality) {
    const turn = ++asked;
    slider.value = cardinality;
    shown.textContent = cardinality;
    presets.forEach((button, i) => button.setAttribute('aria-pressed', CHOICES[i] === cardinality));
    let answer;
    try {
      answer = await get(`v1/explorer?like=${encodeURIComponent(like.value)}&cardinality=${cardinality}`);
    } catch (error) {
      if (turn === asked) figures.replaceChildren(h('p', {class: 'error'}, error.message));
      return;
    }
    if (turn !== asked) return; // The user has made a later choice.
    figures.replaceChildren(
      figure(`${answer.width}`, `width d (exactly ${answer.exactWidth.toFixed(2)})`),
      figure(`${answer.groupWidth}`, 'width of the group convolution'),
      figure(short(answer.blockParameters), 'parameters of the block'),
      figure(short(answer.blockMultiplyAdds), 'multiply-adds of the block'),
      figure(short(answer.parameters), 'parameters in all'),
      figure(short(answer.multiplyAdds), 'multiply-adds in all'));
    forms.replaceChildren(...draw(answer));
    const most = Math.max(...answer.stages.map((stage) => stage.multiplyAdds));
    const mostParameters = Math.max(...answer.stages.map((stage) => stage.parameters));
    stages.replaceChildren(...answer.stages.map((stage) => h('tr', {},
      h('td', {}, stage.name.replace('layer', 'stage ')),
      h('td', {}, stage.blocks ? `× ${stage.blocks}` : ''),
      h('td', {}, stage.output.join(' × ')),
      h('td', {}, stage.cardinality ? `${stage.cardinality} × ${stage.width}` : ''),
      h('td', {class: 'number'}, short(stage.parameters), share(stage.parameters / mostParameters)),
      h('td', {class: 'number'}, short(stage.multiplyAdds), share(stage.multiplyAdds / most)))));
    drawTable(answer.cardinality);
  }

  function drawTable(cardinality) {
    table.replaceChildren(...overview.table.map((row) => h('tr', {class: row.cardinality === cardinality ? 'chosen' : undefined},
      [row.cardinality, row.width, row.groupWidth, row.blockParameters, row.blockMultiplyAdds].map((value) => h('td', {class: 'number'}, grouped(value))))));
  }

  slider.addEventListener('input', () => choose(+slider.value));
  like.addEventListener('change', async () => {
    overview = await get(`v1/explorer?like=${encodeURIComponent(like.value)}`);
    choose(+slider.value);
  });
  await choose(32);
}

const figure = (value, name) => h('div', {}, h('b', {}, value), h('span', {}, name));
const head = (...names) => h('thead', {}, h('tr', {}, names.map((name) => h('th', {scope: 'col', class: name.startsWith('#') ? 'number' : undefined}, name.replace('#', '')))));

function share(part) {
  const bar = h('i', {class: 'stagebar', 'aria-hidden': 'true'});
  bar.style.width = `${100 * part}%`;
  return bar;
}

/** Draws the paper's figure 3: the forms (a), (b) and (c). */
function draw(answer) {
  const {channels: map, width: d, cardinality: c, groupWidth: g} = answer;
  const figureOf = (title, drawing) => h('figure', {class: 'form'}, h('h3', {}, title), drawing);
  return [
    figureOf('(a) paths, added', paths(c, [[map, 1, d], [d, 3, d], [d, 1, map]], '+', map)),
    figureOf('(b) paths, joined', paths(c, [[map, 1, d], [d, 3, d]], 'join', map, [g, 1, map])),
    figureOf('(c) one group convolution', grouping(c, map, g)),
  ];
}

const text3 = ([from, size, to]) => `${from}, ${size}×${size}, ${to}`;

function frame(map, shortcutX, children, description) {
  return s('svg', {viewBox: '0 0 340 250', role: 'img', 'aria-label': description},
    s('text', {x: 170, y: 12, class: 'note'}, `${map}-d in`),
    s('path', {class: 'shortcut', d: `M170 26 H${shortcutX} V228 H178`}),
    children,
    s('text', {x: 170, y: 228}, '+'), s('path', {d: 'M178 228a8 8 0 1 1-16 0a8 8 0 1 1 16 0M170 236v4'}),
    s('text', {x: 170, y: 246, class: 'note'}, `${map}-d out`));
}

function box(x, y, width, label) {
  return [s('rect', {x: x - width / 2, y: y - 11, width, height: 22}), s('text', {x, y}, label)];
}

function paths(c, layers, merge, map, last) {
  const drawn = c <= 3 ? Array.from({length: c}, (_, i) => i) : [0, 1, 2];
  const more = c > 3;
  const places = more ? [52, 136, 286] : {1: [170], 2: [100, 240], 3: [60, 160, 260]}[c];
  const width = 80;
  const bottom = last ? 150 : 190;
  const rows = layers.map((_, i) => 52 + i * ((bottom - 30 - 52) / Math.max(1, layers.length - 1)));
  const parts = drawn.flatMap((i) => {
    const x = places[i];
    return [
      s('path', {d: `M170 18V26Q170 32 ${x} 36V${bottom - 14}Q170 ${bottom - 8} 170 ${bottom}`}),
      ...layers.flatMap((layer, row) => box(x, rows[row], width, text3(layer))),
    ];
  });
  if (more) parts.push(s('text', {x: 211, y: rows[1] - 9, class: 'note'}, '…'), s('text', {x: 211, y: rows[1] + 7, class: 'note'}, `${c} paths`));
  const end = last
    ? [s('path', {d: 'M170 166V176M170 198V220'}), s('rect', {class: 'merge', x: 95, y: 146, width: 150, height: 20}), s('text', {x: 170, y: 156}, c > 1 ? `${c} × ${last[0] / c} = ${last[0]} channels` : `${last[0]} channels`), ...box(170, 187, 120, text3(last))]
    : [s('path', {d: 'M170 208V220'}), s('rect', {class: 'merge', x: 120, y: 188, width: 100, height: 20}), s('text', {x: 170, y: 198}, c > 1 ? `sum of ${c}` : 'one path')];
  return frame(map, 334, [parts, end], `${c} paths of ${layers.map(text3).join(', then ')}; ${merge === '+' ? 'their outputs are added' : `their outputs are joined, then ${text3(last)}`}; the input is added`);
}

function grouping(c, map, g) {
  const layers = [`${map}, 1×1, ${g}`, `${g}, 3×3, ${g}${c > 1 ? `, groups = ${c}` : ''}`, `${g}, 1×1, ${map}`];
  const rows = [62, 118, 174];
  return frame(map, 300, [
    s('path', {d: 'M170 18V220'}),
    rows.flatMap((y, i) => box(170, y, 190, layers[i])),
  ], `${layers.join(', then ')}; the input is added`);
}

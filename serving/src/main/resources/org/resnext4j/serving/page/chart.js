// Charts in SVG: curves over steps, and points over a logarithmic scale.

import {h, s} from './dom.js';

const LEFT = 56;
const RIGHT = 14;
const TOP = 14;
const BOTTOM = 44;

/** Returns round numbers that span a range. */
export function ticks(low, high, about = 5) {
  const span = high - low || Math.abs(high) || 1;
  const rough = span / about;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 2.5, 5, 10].map((factor) => factor * power).find((size) => size >= rough);
  const found = [];
  for (let i = Math.ceil(low / step - 1e-9); i * step <= high + step * 1e-9; i++) found.push(i * step);
  return found;
}

/** Returns 1, 2 and 5 times every power of ten in a range. */
function logarithmicTicks(low, high) {
  const found = [];
  for (let power = Math.floor(Math.log10(low)); power <= Math.log10(high); power++) {
    for (const factor of [1, 2, 5]) {
      const tick = factor * 10 ** power;
      if (tick >= low * 0.999 && tick <= high * 1.001) found.push(tick);
    }
  }
  return found;
}

const plain = (value) => (value !== 0 && (Math.abs(value) < 1e-3 || Math.abs(value) >= 1e5) ? value.toExponential(1) : String(+value.toPrecision(4)));

function axes(chart, [width, height], x, y, labels) {
  for (const tick of y.ticks) {
    chart.append(s('path', {class: 'line', d: `M${LEFT} ${y(tick)}H${width - RIGHT}`}),
      s('text', {x: LEFT - 8, y: y(tick) + 4, 'text-anchor': 'end'}, labels.yFormat(tick)));
  }
  for (const tick of x.ticks) {
    chart.append(s('text', {x: x(tick), y: height - BOTTOM + 18, 'text-anchor': 'middle'}, labels.xFormat(tick)));
  }
  chart.append(
    s('text', {x: (LEFT + width - RIGHT) / 2, y: height - 6, 'text-anchor': 'middle'}, labels.x),
    s('text', {x: -(TOP + height - BOTTOM) / 2, y: 13, 'text-anchor': 'middle', transform: 'rotate(-90)'}, labels.y));
}

function scale(low, high, from, to, logarithmic) {
  const t = logarithmic ? Math.log : (value) => value;
  const span = t(high) - t(low) || 1;
  const map = (value) => +(from + ((t(value) - t(low)) / span) * (to - from)).toFixed(2);
  map.ticks = logarithmic ? logarithmicTicks(low, high) : ticks(low, high);
  return map;
}

function range(values, padding) {
  const low = Math.min(...values);
  const high = Math.max(...values);
  const extra = (high - low || Math.abs(high) || 1) * padding;
  return [low - extra, high + extra];
}

const empty = (label, size) => s('svg', {class: 'chart', viewBox: `0 0 ${size.join(' ')}`, role: 'img', 'aria-label': label});

// On a phone the chart takes the width of the screen, so the letters keep their size.
const within = (width) => Math.min(width, Math.max(280, document.querySelector('main').clientWidth - 75));

/** Draws curves. A series is {name, colour, dashed, points: [[x, y], …]}. */
export function curves({series, x, y, label}) {
  const size = [within(520), 270];
  const [width, height] = size;
  const chart = empty(label, size);
  const points = series.flatMap((one) => one.points);
  if (points.length === 0) return chart;
  const xs = scale(...range(points.map((p) => p[0]), 0), LEFT, width - RIGHT);
  const ys = scale(...range(points.map((p) => p[1]), 0.05), height - BOTTOM, TOP);
  axes(chart, size, xs, ys, {x, y, xFormat: plain, yFormat: plain});
  for (const {name, colour, dashed, points: own} of series) {
    if (own.length === 1) {
      chart.append(s('circle', {class: `f${colour % 6}`, cx: xs(own[0][0]), cy: ys(own[0][1]), r: 4}, s('title', {}, name)));
    } else if (own.length > 1) {
      const d = own.map(([px, py], i) => `${i ? 'L' : 'M'}${xs(px)} ${ys(py)}`).join('');
      chart.append(s('path', {class: `curve c${colour % 6}${dashed ? ' dashed' : ''}`, d}, s('title', {}, `${name}: ${plain(own.at(-1)[1])}`)));
    }
  }
  return chart;
}

/** Draws points {name, x, y, hollow}. The x axis is logarithmic. */
export function points({data, x, y, xFormat, label}) {
  const size = [within(1080), 400];
  const [width, height] = size;
  const chart = empty(label, size);
  if (data.length === 0) return chart;
  const lows = data.map((p) => p.x);
  const xs = scale(Math.min(...lows) / 1.35, Math.max(...lows) * 1.35, LEFT, width - RIGHT, true);
  const ys = scale(...range(data.map((p) => p.y), 0.12), height - BOTTOM, TOP);
  axes(chart, size, xs, ys, {x, y, xFormat, yFormat: plain});
  // A name stands to the right or left of its point if it covers nothing there. Otherwise only the point's title holds it.
  const taken = data.map((point) => [xs(point.x) - 7, ys(point.y) - 6, 14, 12]);
  const free = ([l, t, w, tall]) => l >= LEFT && l + w <= width
    && !taken.some(([l2, t2, w2, tall2]) => l < l2 + w2 && l2 < l + w && t < t2 + tall2 && t2 < t + tall);
  for (const point of data) {
    const [cx, cy] = [xs(point.x), ys(point.y)];
    chart.append(s('circle', {class: point.hollow ? 'hollow c0' : 'f1', cx, cy, r: 5}, s('title', {}, `${point.name}: ${plain(point.y)}`)));
    if (!point.named) continue;
    const length = point.name.length * 6.4;
    const place = [cx + 9, cx - 9 - length].map((left) => [left, cy - 7, length, 14]).find(free);
    if (!place) continue;
    taken.push(place);
    const right = place[0] > cx;
    chart.append(s('text', {x: right ? cx + 9 : cx - 9, y: cy + 4, 'text-anchor': right ? 'start' : 'end'}, point.name));
  }
  return chart;
}

/** The legend: the name of each curve with its colour. */
export function legend(series) {
  return h('ul', {class: 'legend'}, series.map(({name, colour, dashed}) => h('li', {},
    s('svg', {class: 'chart', viewBox: '0 0 26 10', 'aria-hidden': 'true'}, s('path', {class: `curve c${colour % 6}${dashed ? ' dashed' : ''}`, d: 'M1 5H25'})), name)));
}

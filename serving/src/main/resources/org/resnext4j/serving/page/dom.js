// Creates elements, and formats numbers for people.

function fill(element, properties, children) {
  for (const [name, value] of Object.entries(properties ?? {})) {
    if (value === undefined || value === false) continue;
    if (name.startsWith('on')) element.addEventListener(name.slice(2), value);
    else if (value === true) element.setAttribute(name, '');
    else element.setAttribute(name, value);
  }
  element.append(...children.flat(Infinity).filter((child) => child !== undefined && child !== null));
  return element;
}

/** Creates an HTML element: h('p', {class: 'x', onclick: f}, 'text', other). */
export const h = (tag, properties, ...children) => fill(document.createElement(tag), properties, children);

/** Creates an SVG element. */
export const s = (tag, properties, ...children) =>
  fill(document.createElementNS('http://www.w3.org/2000/svg', tag), properties, children);

const UNITS = [[1e12, 'T'], [1e9, 'G'], [1e6, 'M'], [1e3, 'k']];

/** Formats 25028904 as 25.0 M. */
export function short(value, digits = 3) {
  const [size, unit] = UNITS.find(([least]) => Math.abs(value) >= least) ?? [1, ''];
  const scaled = value / size;
  const whole = Math.floor(Math.abs(scaled)).toString().length;
  return `${scaled.toFixed(size === 1 ? 0 : Math.max(0, digits - whole))}${unit ? ' ' + unit : ''}`;
}

export const percent = (share) => `${(100 * share).toFixed(share >= 0.0995 ? 1 : 2)} %`;
export const grouped = (value) => value.toLocaleString('en');

/** A note that replaces missing content. */
export const note = (text, kind = 'quiet') => h('p', {class: kind, role: kind === 'error' ? 'alert' : undefined}, text);

/** Runs an action now, at intervals while the page is visible, and when the page becomes visible again, until the user leaves the view. */
export async function follow(milliseconds, leaving, action, failed = () => {}) {
  await action();
  const again = () => document.hidden || action().catch(failed);
  const timer = setInterval(again, milliseconds);
  document.addEventListener('visibilitychange', again, {signal: leaving});
  leaving.addEventListener('abort', () => clearInterval(timer));
}

/** Formats a time as its distance from now. */
export function ago(date) {
  const seconds = Math.max(0, (Date.now() - new Date(date)) / 1000);
  if (seconds < 90) return `${Math.round(seconds)} s ago`;
  if (seconds < 5400) return `${Math.round(seconds / 60)} min ago`;
  if (seconds < 129600) return `${Math.round(seconds / 3600)} h ago`;
  return `${Math.round(seconds / 86400)} days ago`;
}

// Chooses the view and the light or dark theme, and shows whether the service is ready.

import {readiness} from './api.js';
import {note} from './dom.js';
import * as classify from './classify.js';
import * as models from './models.js';
import * as board from './board.js';
import * as explorer from './explorer.js';
import * as runs from './runs.js';

const views = {classify, models, board, explorer, runs};
const main = document.getElementById('main');
let leave = () => {};

async function show(moveFocus) {
  const name = location.hash.slice(1) in views ? location.hash.slice(1) : 'classify';
  leave();
  const leaving = new AbortController();
  leave = () => leaving.abort();
  for (const link of document.querySelectorAll('nav a')) {
    if (link.hash === `#${name}`) link.setAttribute('aria-current', 'page');
    else link.removeAttribute('aria-current');
  }
  document.title = `${document.querySelector('nav [aria-current]').textContent} · resnext4j`;
  const place = document.createElement('div');
  main.replaceChildren(place);
  if (moveFocus) main.focus();
  try {
    await views[name].show(place, leaving.signal);
  } catch (error) {
    place.append(note(`This view cannot be shown: ${error.message}.`, 'error'));
  }
}

addEventListener('hashchange', () => show(true));

const root = document.documentElement;
root.dataset.theme = localStorage.getItem('resnext4j.theme') ?? '';
document.getElementById('theme').addEventListener('click', () => {
  const dark = root.dataset.theme ? root.dataset.theme === 'dark' : matchMedia('(prefers-color-scheme: dark)').matches;
  root.dataset.theme = dark ? 'light' : 'dark';
  localStorage.setItem('resnext4j.theme', root.dataset.theme);
});

const health = document.getElementById('health');
async function look() {
  const {ready, why} = await readiness();
  const text = ready ? 'ready' : why;
  if (health.textContent !== text) health.textContent = text;
  health.className = ready ? 'ready' : 'waiting';
}
look();
setInterval(() => document.hidden || look(), 5000);
document.addEventListener('visibilitychange', () => document.hidden || look());
show(false);

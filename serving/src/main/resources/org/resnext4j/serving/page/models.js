// Shows the loaded models with their complexity and provenance.

import {get, post} from './api.js';
import {h, note, short, grouped, follow} from './dom.js';

export async function show(place, leaving) {
  const list = h('div', {class: 'grid cards'});
  const said = h('div', {role: 'status'});
  place.append(
    h('h1', {}, 'Models'),
    h('p', {class: 'lead'}, 'Models can be loaded, replaced and unloaded while requests run; whoever is being answered still is.'),
    said, list);

  async function change(name, what, button) {
    button.disabled = true;
    said.replaceChildren(note(`${name}: ${what}ing …`));
    try {
      await post(`v2/repository/models/${encodeURIComponent(name)}/${what}`);
      said.replaceChildren(note(`${name}: ${what}ed.`));
    } catch (error) {
      said.replaceChildren(note(error.message, 'error'));
    }
    drawn = undefined;
    await draw();
  }

  const button = (name, what) => h('button', {type: 'button', onclick: (event) => change(name, what, event.target)}, what === 'load' ? 'Load' : 'Unload');

  let drawn;
  async function draw() {
    const known = await get('v1/models');
    if (JSON.stringify(known) === drawn) return; // An unchanged view stays, so a user can still press its buttons.
    drawn = JSON.stringify(known);
    const {models, index} = known;
    const reloadable = new Set(index.filter((m) => m.state === 'UNAVAILABLE').map((m) => m.name));
    list.replaceChildren(
      ...models.map((model) => h('article', {class: 'card'},
        h('h2', {}, `${model.name} `, h('span', {class: 'pill'}, `version ${model.version}`)),
        h('div', {class: 'figures'},
          figure(short(model.parameters), 'parameters'),
          figure(short(model.multiplyAdds), 'multiply-adds a picture')),
        h('dl', {},
          pair('Architecture', model.architecture),
          pair('Input', `${model.input[0]} × ${model.input[1]} pixels`),
          pair('Classes', grouped(model.classes)),
          ...Object.entries(model.provenance).map(([key, value]) => pair(key, value))),
        h('div', {class: 'buttons'}, h('p', {}, button(model.name, 'unload'))))),
      ...index.filter((m) => m.state !== 'READY').map((model) => h('article', {class: 'card'},
        h('h2', {}, `${model.name} `, h('span', {class: 'pill'}, model.state.toLowerCase())),
        note(`Not ready: ${model.reason}.`),
        reloadable.has(model.name) ? button(model.name, 'load') : undefined)));
    if (models.length + index.length === 0) list.append(note('No model is loaded.'));
  }
  await follow(3000, leaving, draw);
}

const figure = (value, name) => h('div', {}, h('b', {}, value), h('span', {}, name));
const pair = (name, value) => [h('dt', {}, name), h('dd', {}, value)];

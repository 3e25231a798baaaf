// Classifies pictures and shows the evidence for each class.

import {get, post} from './api.js';
import {h, s, note, percent, follow} from './dom.js';

// Colours from no evidence to the strongest evidence.
const COLOURS = [[38, 18, 76], [120, 28, 109], [202, 62, 80], [248, 137, 35], [252, 232, 120]];

export async function show(place, leaving) {
  const model = h('select', {id: 'model'});
  const chooser = h('input', {type: 'file', id: 'files', accept: 'image/*', multiple: true, 'aria-label': 'Choose pictures'});
  const results = h('div', {id: 'results'});
  const said = h('p', {class: 'unseen', role: 'status', 'aria-live': 'polite'});
  const problem = h('p', {class: 'error', role: 'alert'});
  const drop = h('div', {class: 'drop'},
    s('svg', {viewBox: '0 0 24 24', fill: 'none', 'stroke-width': 1.5, 'aria-hidden': 'true'},
      s('rect', {x: 3, y: 4, width: 18, height: 16, rx: 3}), s('circle', {cx: 9, cy: 10, r: 1.8}), s('path', {d: 'M3.5 17l5-4 3.5 3 3.5-4 5 5'})),
    h('p', {}, 'Drop pictures here, or paste one'),
    h('div', {class: 'buttons'},
      h('button', {type: 'button', class: 'primary', onclick: () => chooser.click()}, 'Choose pictures'),
      navigator.mediaDevices && h('button', {type: 'button', onclick: () => camera(classify, problem)}, 'Use the camera')),
    chooser);
  place.append(
    h('div', {class: 'title'},
      h('div', {},
        h('h1', {}, 'What is in a picture?'),
        h('p', {class: 'lead'}, 'The model names what it sees, says how sure it is, and shows which parts of the picture spoke for it.')),
      h('label', {}, 'Model', model)),
    drop, problem, said, results);

  async function classify(files) {
    for (const file of files) {
      drop.classList.add('small');
      const card = h('article', {class: 'card', 'aria-busy': 'true'}, note(`Looking at ${file.name} …`));
      results.prepend(card);
      try {
        const form = new FormData();
        form.append('file', file, file.name);
        const answer = await post(`v1/classify?explain=true&model=${encodeURIComponent(model.value)}`, form);
        card.replaceChildren(await resultOf(answer, file));
        const best = answer.results[0].predictions[0];
        said.textContent = `${file.name}: ${best.label}, ${percent(best.probability)}`;
      } catch (error) {
        card.replaceChildren(note(`${file.name}: ${error.message}`, 'error'));
      }
      card.setAttribute('aria-busy', 'false');
    }
  }

  chooser.addEventListener('change', () => {
    classify([...chooser.files]);
    chooser.value = '';
  });
  const pictures = (transfer) => [...transfer.files].filter((file) => file.type.startsWith('image/'));
  const options = {signal: leaving};
  addEventListener('paste', (event) => classify(pictures(event.clipboardData)), options);
  addEventListener('dragover', (event) => { event.preventDefault(); drop.classList.add('over'); }, options);
  addEventListener('dragleave', (event) => event.relatedTarget ?? drop.classList.remove('over'), options);
  addEventListener('drop', (event) => {
    event.preventDefault();
    drop.classList.remove('over');
    classify(pictures(event.dataTransfer));
  }, options);

  let known;
  await follow(3000, leaving, async () => {
    const names = [...new Set((await get('v1/models')).models.map((m) => m.name))];
    if (names.join() === known) return;
    known = names.join();
    const chosen = model.value;
    model.replaceChildren(...names.map((name) => h('option', {selected: name === chosen}, name)));
    problem.textContent = names.length === 0 ? 'No model is loaded yet.' : '';
  });
}

async function resultOf(answer, file) {
  const result = answer.results[0];
  const best = result.predictions[0];
  const image = h('img', {src: URL.createObjectURL(file), alt: `The picture ${file.name}`});
  const picture = h('div', {class: result.width < 100 ? 'picture tiny' : 'picture'}, image);
  const left = h('div', {}, picture);
  if (result.heatmap) {
    const canvas = overlay(result);
    const slider = h('input', {type: 'range', min: 0, max: 100, value: 60, 'aria-label': `How strongly the evidence for ${result.heatmap.label} covers the picture`});
    const set = () => { canvas.style.opacity = slider.value / 100; };
    slider.addEventListener('input', set);
    set();
    picture.append(canvas);
    left.append(h('label', {class: 'heat'}, 'picture', slider, 'evidence'));
  }
  const {timing} = answer;
  const time = (name, value) => h('span', {}, `${name} `, h('b', {}, `${value.toFixed(1)} ms`));
  return h('div', {class: 'result'}, left, h('div', {},
    h('p', {class: 'name'}, `${file.name} · ${result.width} × ${result.height}`),
    h('h2', {class: 'answer'}, best.label),
    h('ol', {class: 'bars', 'aria-label': 'The most probable classes'}, result.predictions.map(bar)),
    h('p', {class: 'timing'},
      time('reading', timing.decode_ms), time('waiting', timing.queue_ms), time('network', timing.inference_ms),
      time('in all', timing.total_ms), h('span', {}, 'batch ', h('b', {}, String(timing.batch))))));
}

function bar({label, probability}) {
  const length = h('i');
  length.style.width = `${100 * probability}%`;
  return h('li', {}, h('span', {}, label), h('span', {}, percent(probability)), h('div', {class: 'track', 'aria-hidden': 'true'}, length));
}

/** Draws the evidence over the picture and darkens the region that the network did not see. */
function overlay({width, height, heatmap: {rows, columns, values, region, label}}) {
  const map = new OffscreenCanvas(columns, rows);
  const pixels = new ImageData(columns, rows);
  const strongest = Math.max(...values, 1e-9);
  values.forEach((value, i) => {
    const heat = Math.max(0, value) / strongest;
    const at = heat * (COLOURS.length - 1);
    const below = Math.min(Math.floor(at), COLOURS.length - 2);
    for (let c = 0; c < 3; c++) {
      pixels.data[4 * i + c] = COLOURS[below][c] + (at - below) * (COLOURS[below + 1][c] - COLOURS[below][c]);
    }
    pixels.data[4 * i + 3] = 255;
  });
  map.getContext('2d').putImageData(pixels, 0, 0);
  const scale = Math.min(1, 640 / Math.max(width, height)) * (Math.max(width, height) < 100 ? 8 : 1);
  const canvas = h('canvas', {width: Math.round(width * scale), height: Math.round(height * scale), role: 'img', 'aria-label': `Where the evidence for ${label} lies`});
  const context = canvas.getContext('2d');
  context.fillStyle = '#000a';
  context.fillRect(0, 0, canvas.width, canvas.height);
  context.imageSmoothingQuality = 'high';
  const [x, y, w, tall] = [region.x, region.y, region.width, region.height].map((length) => length * scale);
  context.clearRect(x, y, w, tall);
  context.drawImage(map, x, y, w, tall);
  return canvas;
}

async function camera(classify, problem) {
  let stream;
  problem.textContent = '';
  try {
    stream = await navigator.mediaDevices.getUserMedia({video: {facingMode: 'environment'}});
  } catch (error) {
    problem.textContent = `The camera cannot be used: ${error.message}.`;
    return;
  }
  const video = h('video', {autoplay: true, playsinline: true, muted: true});
  video.srcObject = stream;
  const dialog = h('dialog', {'aria-label': 'Camera'}, video, h('div', {class: 'buttons'},
    h('button', {type: 'button', onclick: () => dialog.close()}, 'Close'),
    h('button', {type: 'button', class: 'primary', onclick: async () => {
      const canvas = new OffscreenCanvas(video.videoWidth, video.videoHeight);
      canvas.getContext('2d').drawImage(video, 0, 0);
      const blob = await canvas.convertToBlob({type: 'image/jpeg', quality: 0.92});
      dialog.close();
      classify([new File([blob], 'camera.jpg', {type: 'image/jpeg'})]);
    }}, 'Take the picture')));
  dialog.addEventListener('close', () => {
    stream.getTracks().forEach((track) => track.stop());
    dialog.remove();
  });
  document.body.append(dialog);
  dialog.showModal();
}

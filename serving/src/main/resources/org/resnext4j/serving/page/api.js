// Requests to the service, and the token that it may require.

const KEY = 'resnext4j.token';

async function askForToken() {
  const dialog = document.getElementById('token');
  if (!dialog.open) dialog.showModal();
  await new Promise((done) => dialog.addEventListener('close', done, {once: true}));
  sessionStorage.setItem(KEY, dialog.querySelector('input').value);
}

async function call(path, options = {}) {
  for (;;) {
    const token = sessionStorage.getItem(KEY);
    const headers = {...options.headers, ...(token ? {Authorization: `Bearer ${token}`} : {})};
    const response = await fetch(path, {...options, headers});
    if (response.status === 401) {
      await askForToken();
      continue;
    }
    if (response.ok) return response.json();
    const body = await response.json().catch(() => ({}));
    throw new Error(body.error ?? `the service answered ${response.status}`);
  }
}

export const get = (path) => call(path);
export const post = (path, body) => call(path, {method: 'POST', body});

/** Says whether the service is ready, or the reason why it is not. */
export async function readiness() {
  try {
    const response = await fetch('v2/health/ready');
    const body = await response.json();
    return body.ready ? {ready: true} : {ready: false, why: body.error};
  } catch {
    return {ready: false, why: 'the service does not answer'};
  }
}

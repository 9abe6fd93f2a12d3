/* The start page of the demonstration: how far it has come, asked for every second. */
import { h, person } from './parts.js';

const steps = document.querySelector('.steps');
const counts = document.querySelector('.counts');
const lines = document.querySelector('.lines');
const clock = document.querySelector('.clock time');
const number = new Intl.NumberFormat('en-GB');
const day = new Intl.DateTimeFormat('en-GB', { weekday: 'short', day: 'numeric', month: 'short', year: 'numeric', hour: '2-digit', minute: '2-digit', timeZone: 'UTC' });

const bar = (done, total) => h('progress', { max: total || 1, value: total ? done : 0 });
const step = ({ title, done, total, state }) => h('li', { class: state }, h('span', {}, title),
  h('span', { class: 'soft' }, state === 'done' ? 'done' : total ? `${number.format(done)} of ${number.format(total)}` : state === 'now' ? 'working' : 'to come'),
  state === 'now' && !total ? h('progress', {}) : bar(state === 'done' ? 1 : done, state === 'done' ? 1 : total));

// whoever signed in to the shop in this browser is found at once
const visitor = person.get();
if (visitor) document.getElementById('known').href += '?identity=email:' + encodeURIComponent(visitor.email);

const refresh = async () => {
  try {
    const now = await (await fetch('/shop/progress')).json();
    document.getElementById('progress-title').textContent = now.living ? 'Everything runs' : 'Getting ready';
    steps.replaceChildren(...now.steps.map(step));
    counts.replaceChildren(...Object.entries(now.counts).map(([name, value]) =>
      h('div', {}, h('dt', {}, name), h('dd', {}, number.format(value)))));
    lines.textContent = now.lines.join('\n');
    lines.parentElement.hidden = !now.lines.length;
    clock.textContent = day.format(new Date(now.time));
    clock.dateTime = now.time;
  } catch { /* the program is starting or stopping: the next try shows it */ }
  setTimeout(refresh, 1000);
};
refresh();

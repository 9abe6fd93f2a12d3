/* The demonstration's mailbox: a list that keeps itself fresh, and the chosen mail in a frame that can run nothing. */
import { h, art } from './parts.js';

const list = document.querySelector('.list');
const reading = document.querySelector('.reading');
const buttons = [...document.querySelectorAll('[data-box]')];
const time = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'short', hour: '2-digit', minute: '2-digit', timeZone: 'UTC' });
let box = location.hash === '#received' ? 'received' : 'sent', chosen = null, mails = [], shown = '', as = 'html';

const read = (mail) => {
  chosen = mail.id;
  const view = (name, label) => h('button', {
    type: 'button', 'aria-pressed': String(as === name), onclick: () => { as = name; read(mail); },
  }, label);
  const asHtml = mail.html && as === 'html';
  reading.replaceChildren(
    h('header', {}, h('h2', {}, mail.subject || '(no subject)'),
      h('p', { class: 'soft' }, `${mail.from} → ${mail.to}`), h('p', { class: 'soft' }, time.format(new Date(mail.at)) + ' UTC, product time'),
      mail.html ? h('div', { class: 'chips', role: 'group', 'aria-label': 'Show as' }, view('html', 'As sent'), view('text', 'Text part')) : null),
    asHtml ? h('iframe', { sandbox: 'allow-popups allow-popups-to-escape-sandbox', src: `/shop/mail/${mail.id}`, title: 'The mail' })
      : h('pre', {}, mail.text || '(no text)'));
  mark();
};

const mark = () => list.querySelectorAll('button').forEach((button) =>
  button.setAttribute('aria-current', String(button.dataset.id === String(chosen))));

const draw = () => {
  const now = box + mails.map((mail) => mail.id).join();
  if (now === shown) return;
  shown = now;
  const held = document.activeElement?.dataset?.id;
  list.replaceChildren(...mails.map((mail) => h('li', {}, h('button', {
    type: 'button', 'data-id': mail.id, onclick: () => { read(mail); if (innerWidth < 860) reading.scrollIntoView(); },
  }, h('span', { class: 'who' }, box === 'sent' ? mail.to : mail.from), h('time', { datetime: mail.at }, time.format(new Date(mail.at))),
  h('strong', {}, mail.subject || '(no subject)')))));
  if (held) list.querySelector(`[data-id="${held}"]`)?.focus();
  if (!mails.length) {
    list.replaceChildren();
    reading.replaceChildren(h('div', { class: 'empty' }, art('lantern'), h('h2', {}, 'No mail yet'), h('p', { class: 'soft' },
      box === 'sent' ? 'A mail appears here when a customer’s journey sends one: a few product days after the start.'
        : 'A mail appears here when a customer writes to the shop.')));
  } else if (!mails.some((mail) => mail.id === chosen)) read(mails[0]);
  mark();
};

const refresh = async () => {
  try {
    mails = await (await fetch('/shop/mail/list?box=' + box)).json();
    draw();
  } catch { /* the program is restarting: the next try shows it */ }
};
const choose = (name) => {
  box = name;
  chosen = null;
  buttons.forEach((button) => button.setAttribute('aria-pressed', String(button.dataset.box === box)));
  refresh();
};
buttons.forEach((button) => button.addEventListener('click', () => choose(button.dataset.box)));
choose(box);
setInterval(() => document.hidden || refresh(), 2000);

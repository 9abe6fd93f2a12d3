/* What every page of the shop is made of: elements, words, prices, and what is remembered on this device. */
import { WORDS, BRAND } from './words.js';

const SVG = 'http://www.w3.org/2000/svg';

/** An element with attributes, listeners (onclick, ...) and children; text is set as text, never as HTML. */
export const h = (tag, attributes = {}, ...children) => {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith('on')) element.addEventListener(name.slice(2), value);
    else if (value !== undefined && value !== false) element.setAttribute(name, value === true ? '' : value);
  }
  element.append(...children.flat().filter((child) => child !== null && child !== undefined && child !== false));
  return element;
};

export const art = (id) => {
  const svg = document.createElementNS(SVG, 'svg');
  const use = document.createElementNS(SVG, 'use');
  use.setAttribute('href', '/shop/art.svg#' + id);
  svg.setAttribute('aria-hidden', 'true');
  svg.append(use);
  return svg;
};

const remembered = (key, otherwise) => {
  try { return JSON.parse(localStorage.getItem('shop.' + key)) ?? otherwise; } catch { return otherwise; }
};
const remember = (key, value) => {
  try {
    if (value === null) localStorage.removeItem('shop.' + key);
    else localStorage.setItem('shop.' + key, JSON.stringify(value));
  } catch { /* storage is off: it lasts as long as the page */ }
};

// an address with ?lang= wins, so that a link in a mail opens in the language of the mail
const asked = new URLSearchParams(location.search).get('lang');
export const lang = (asked in WORDS ? asked : null) || remembered('lang', null)
  || (navigator.language.startsWith('zh') ? 'zh' : 'en');
export const words = WORDS[lang];
export const brand = BRAND[lang];
export const chooseLanguage = (other) => {
  remember('lang', other);
  location.href = location.pathname;
};

const money = new Intl.NumberFormat(lang === 'zh' ? 'zh-CN' : 'en-IE', { style: 'currency', currency: 'EUR', maximumFractionDigits: 0 });
export const price = (amount) => money.format(amount);

/** Reports to the collector, which is asked to wait if it has not loaded yet. */
export const report = (...call) => (window.wayfarer = window.wayfarer || []).push(call);

let quantities = remembered('cart', {});
let account = remembered('account', null);

export const cart = {
  /** Lines of the cart, in the order in which they were put in. */
  lines: (products) => Object.entries(quantities)
    .map(([id, quantity]) => ({ product: products.find((one) => one.id === id), quantity }))
    .filter((line) => line.product),
  count: () => Object.values(quantities).reduce((a, b) => a + b, 0),
  set: (id, quantity) => {
    if (quantity > 0) quantities[id] = Math.min(quantity, 20);
    else delete quantities[id];
    remember('cart', quantities);
    dispatchEvent(new Event('cart'));
  },
  quantity: (id) => quantities[id] || 0,
  clear: () => {
    quantities = {};
    remember('cart', null);
    dispatchEvent(new Event('cart'));
  },
};

/** What tells Wayfarer whose page asks; null without consent, when there is nobody to tell of. */
export const visit = async () => {
  if (!window.wayfarer?.state) await new Promise((loaded) => addEventListener('load', loaded));
  if (window.wayfarer?.state?.() !== 'given') return null;
  const { writeKey } = document.querySelector('script[data-write-key]').dataset;
  return { writeKey, ...(account && { userToken: await token() }), anonymousId: localStorage['wayfarer.anonymous'] };
};

/** What the shop's server signs for who is signed in; asked for once a page. */
let proof;
const token = () => proof ||= fetch('/shop/session', {
  method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify({ user: account.id }),
}).then((answer) => answer.json()).then((answer) => answer.token);

/** The visitor's messages, { items, unread }; null for nobody's. */
export const inbox = async () => {
  const who = await visit();
  if (!who?.anonymousId) return null;
  try {
    const answer = await fetch('/v1/inbox?' + new URLSearchParams({ ...who, limit: 20 }));
    return answer.ok ? answer.json() : null;
  } catch { return null; }
};

/** Marks messages as read or dismissed; gives how many are unread. */
export const mark = async (how, ids) => {
  const answer = await fetch('/v1/inbox/' + how, { method: 'POST', body: JSON.stringify({ ...await visit(), ids }) });
  return (await answer.json()).unread;
};

/** What a place on the page is to show this visitor; null for nothing. */
export const placed = async (slot, limit) => {
  const who = await visit();
  if (!who?.anonymousId) return null;
  try {
    const answer = await fetch('/v1/personalise?' + new URLSearchParams({ ...who, slots: slot, limit }));
    if (!answer.ok) return null;
    const { release, slots: [place] } = await answer.json();
    return place.show === 'nothing' ? null : { ...place, release };
  } catch { return null; }
};

/** The 53-bit hash of an address, so that the same person gets the same id on every device of this demonstration. */
const idOf = (text) => {
  let a = 0xdeadbeef, b = 0x41c6ce57;
  for (const c of text) {
    a = Math.imul(a ^ c.codePointAt(0), 2654435761);
    b = Math.imul(b ^ c.codePointAt(0), 1597334677);
  }
  a = Math.imul(a ^ (a >>> 16), 2246822507) ^ Math.imul(b ^ (b >>> 13), 3266489909);
  b = Math.imul(b ^ (b >>> 16), 2246822507) ^ Math.imul(a ^ (a >>> 13), 3266489909);
  return 'shop-' + (4294967296 * (2097151 & b) + (a >>> 0)).toString(36);
};

export const person = {
  get: () => account,
  signIn: (name, email, marketing) => {
    account = { id: idOf(email.toLowerCase()), name, email, marketing };
    remember('account', account);
    person.introduce();
  },
  /** Says who is signed in, once there is consent to it. */
  introduce: () => account && report('identify', account.id, {
    name: account.name, email: account.email, language: lang,
    timezone: Intl.DateTimeFormat().resolvedOptions().timeZone, consent: { marketing: account.marketing },
  }),
  signOut: () => {
    account = null;
    remember('account', null);
    report('reset');
  },
};

/** A product as Segment's e-commerce specification names its properties. */
export const asReported = (product, quantity) => ({
  product_id: product.id, name: product.name[lang], category: product.category, price: product.price, currency: 'EUR',
  quantity, url: location.origin + '/shop/product/' + product.id,
});

let saying;
export const say = (text) => {
  const place = document.querySelector('.said');
  place.textContent = text;
  place.classList.add('on');
  clearTimeout(saying);
  saying = setTimeout(() => place.classList.remove('on'), 3500);
};

/** A form whose fields are checked when it is sent; done gets their values, and the collector its name alone. */
export const form = (name, fields, button, done) => {
  const element = h('form', { novalidate: true, 'data-wayfarer-form': name }, ...fields, h('button', { class: 'button', type: 'submit' }, button));
  element.addEventListener('submit', async (event) => {
    event.preventDefault();
    const inputs = [...element.querySelectorAll('input, textarea')];
    inputs.forEach((input) => {
      input.parentElement.querySelector('em')?.remove();
      input.removeAttribute('aria-invalid');
    });
    const wrong = inputs.filter((input) => !input.checkValidity());
    for (const input of wrong) {
      input.setAttribute('aria-invalid', 'true');
      input.parentElement.append(h('em', {}, input.validity.typeMismatch ? words.badEmail : words.required));
    }
    if (wrong.length) {
      event.stopPropagation();
      return wrong[0].focus();
    }
    const submit = element.querySelector('button');
    submit.disabled = true;
    await done(Object.fromEntries(inputs.map((i) => [i.name, i.type === 'checkbox' ? i.checked : i.value.trim()])));
    submit.disabled = false;
  });
  return element;
};
export const field = (label, name, attributes = {}) => h('label', { class: 'field' }, h('span', {}, label),
  h(attributes.rows ? 'textarea' : 'input', { name, required: true, maxlength: 200, ...attributes }));
export const empty = (picture, title, text, link) => h('div', { class: 'empty wrap' }, art(picture), h('h1', {}, title),
  h('p', { class: 'soft' }, text), link);

/* The pages of the shop. What happens in them is reported through the collector in Segment's e-commerce names. */
import {
  art, asReported, brand, cart, chooseLanguage, empty, field, form, h, inbox, lang, mark, person, placed, price, report, say, words,
} from './parts.js';

const products = await (await fetch('/shop/products.json')).json();
const main = document.getElementById('main');
const [page, argument] = document.body.dataset.page.split(':');

const show = (title, ...content) => {
  document.title = title ? `${title} · ${brand}` : `${brand} · ${words.tagline}`;
  main.replaceChildren(...content);
};

const tile = (product, why, chosen) => h('li', {}, h('a', { href: '/shop/product/' + product.id, ...(chosen && { onclick: chosen }) },
  h('div', { class: 'pic tint-' + product.tint }, art(product.id)),
  h('div', { class: 'text' }, h('h3', {}, product.name[lang]), h('p', {}, product.line[lang]),
    h('span', { class: 'price' }, price(product.price)), why && h('span', { class: 'why' }, why))));

/** Fills a section with what Wayfarer says this visitor is to see there, and reports what is seen and chosen. */
const fill = async (section, slot) => {
  const place = await placed(slot, 4);
  const found = (place?.items || []).map((item) => ({ ...item, of: products.find((one) => one.id === item.product) })).filter((item) => item.of);
  if (!found.length) return;
  const from = { list_id: slot, category: place.show, rule: place.rule, release: place.release };
  section.replaceChildren(h('h2', {}, place.title[lang]), h('ul', { class: 'grid' }, found.map((item, n) => tile(item.of, item.reason?.[lang],
    () => report('track', 'Product Clicked', { ...from, product_id: item.product, name: item.of.name[lang], position: n + 1 })))));
  section.hidden = false;
  report('track', 'Product List Viewed', { ...from, products: found.map((item, n) => ({ product_id: item.product, position: n + 1 })) });
};

const pages = {
  home() {
    const query = new URLSearchParams(location.search);
    let sought = query.get('q') || '', category = query.get('c') || '';
    const grid = h('ul', { class: 'grid' });
    const count = h('p', { class: 'count', 'aria-live': 'polite' });
    const none = h('div', { hidden: true }, empty('compass', words.nothingFound, words.nothingFoundText,
      h('button', { class: 'button plain', type: 'button', onclick: () => { input.value = sought = category = ''; list(); } }, words.showAll)));
    const chips = h('div', { class: 'chips', role: 'group', 'aria-label': words.search });
    const input = h('input', { type: 'search', name: 'q', value: sought, 'aria-label': words.search, placeholder: words.search, maxlength: 80 });
    const list = () => {
      const text = sought.trim().toLowerCase();
      const found = products.filter((product) => (!category || product.category === category)
        && (!text || [product.id, words[product.category], ...Object.values(product.name), ...Object.values(product.line), ...Object.values(product.text)]
          .some((words) => words.toLowerCase().includes(text))));
      grid.replaceChildren(...found.map((one) => tile(one)));
      count.textContent = words.found(found.length);
      count.hidden = !found.length;
      none.hidden = found.length > 0;
      chips.replaceChildren(...['', 'sleep', 'walk', 'cook', 'see', 'light'].map((name) => h('button', {
        type: 'button', 'aria-pressed': String(name === category), onclick: (event) => {
          category = name;
          list();
          chips.querySelector('[aria-pressed=true]').focus();
          report('track', 'Product List Viewed', { category: name || 'all', list_id: name || 'all' });
        },
      }, name ? words[name] : words.all)));
      return found;
    };
    const search = (event) => {
      event.preventDefault();
      sought = input.value;
      const found = list();
      if (sought.trim()) report('track', 'Products Searched', { query: sought.trim(), results: found.length });
    };
    const forYou = h('section', { class: 'for-you', hidden: true, 'aria-live': 'polite' });
    list();
    fill(forYou, 'for-you');
    show('',
      h('section', { class: 'hero' }, h('div', { class: 'wrap' }, h('p', { class: 'eyebrow' }, words.tagline),
        h('h1', {}, words.heroTitle), h('p', {}, words.heroText),
        h('a', { class: 'button', href: '#things', 'data-wayfarer-element': 'all things' }, words.heroLink)), art('range')),
      h('div', { class: 'wrap' }, forYou, h('div', { class: 'finder', id: 'things' },
        h('form', { class: 'search', role: 'search', onsubmit: search }, input,
          h('button', { class: 'button', type: 'submit' }, words.find)), chips), count, grid, none));
  },

  product() {
    const product = products.find((one) => one.id === argument);
    if (!product) {
      return show(words.noProduct, empty('fieldbook', words.noProduct, words.noProductText,
        h('a', { class: 'button', href: '/shop' }, words.goShopping)));
    }
    const others = products.filter((one) => one !== product);
    const alike = (one) => Number(one.category === product.category);
    const related = others.sort((a, b) => alike(b) - alike(a)).slice(0, 4);
    const quantity = h('input', { name: 'quantity', type: 'number', min: 1, max: 20, value: 1, inputmode: 'numeric' });
    const add = (event) => {
      event.preventDefault();
      const more = Math.max(1, Math.min(20, Math.round(Number(quantity.value)) || 1));
      cart.set(product.id, cart.quantity(product.id) + more);
      report('product', 'Added', asReported(product, cart.quantity(product.id)));
      say(words.added(product.name[lang]));
    };
    show(product.name[lang], h('div', { class: 'wrap' },
      h('a', { class: 'back', href: '/shop' }, '← ' + words.all),
      h('article', { class: 'product' }, h('div', { class: 'pic tint-' + product.tint }, art(product.id)),
        h('div', {}, h('h1', {}, product.name[lang]), h('p', { class: 'lead' }, product.line[lang]),
          h('p', {}, product.text[lang]), h('p', { class: 'price' }, price(product.price)),
          h('form', { class: 'buy', onsubmit: add, novalidate: true },
            h('label', { class: 'field' }, h('span', {}, words.quantity), quantity),
            h('button', { class: 'button lamp', type: 'submit' }, words.add)),
          h('ul', { class: 'promises' }, words.promise.map((one) => h('li', {}, one))))),
      h('h2', {}, words.related), h('ul', { class: 'grid' }, related.map((one) => tile(one)))));
    report('product', 'Viewed', asReported(product, 1));
  },

  cart(first = true) {
    const lines = cart.lines(products);
    if (!lines.length) {
      return show(words.cart, empty('backpack', words.cartEmpty, words.cartEmptyText,
        h('a', { class: 'button', href: '/shop' }, words.goShopping)));
    }
    const line = ({ product, quantity }) => {
      const take = () => {
        cart.set(product.id, 0);
        report('product', 'Removed', asReported(product, quantity));
        say(words.removed(product.name[lang]));
        pages.cart(false);
        main.focus();
      };
      const change = (event) => {
        const wanted = Math.round(Number(event.target.value)) || 0;
        if (wanted < 1) return take();
        cart.set(product.id, wanted);
        report('product', 'Added', asReported(product, cart.quantity(product.id)));
        pages.cart(false);
        main.querySelector(`[data-of="${product.id}"]`).focus();
      };
      return h('li', {}, h('div', { class: 'pic tint-' + product.tint }, art(product.id)),
        h('div', {}, h('a', { href: '/shop/product/' + product.id }, product.name[lang]),
          h('div', { class: 'soft' }, `${price(product.price)} ${words.each}`),
          h('div', { class: 'tools' }, h('label', { class: 'field' }, h('input', {
            type: 'number', min: 0, max: 20, value: quantity, inputmode: 'numeric', 'data-of': product.id,
            'aria-label': `${words.quantity}: ${product.name[lang]}`, onchange: change,
          })), h('button', { class: 'link', type: 'button', onclick: take, 'aria-label': `${words.remove}: ${product.name[lang]}` }, words.remove))),
        h('strong', { class: 'price' }, price(product.price * quantity)));
    };
    show(words.cart, h('div', { class: 'wrap page' }, h('h1', {}, words.cart), h('div', { class: 'two' },
      h('ul', { class: 'lines' }, lines.map(line)),
      h('aside', { class: 'card' }, ...sums(lines), h('a', { class: 'button lamp', href: '/shop/checkout' }, words.checkout)))));
    if (first) report('cart', lines.map((l) => asReported(l.product, l.quantity)));
  },

  checkout() {
    const lines = cart.lines(products);
    if (!lines.length) return pages.cart();
    const known = person.get() || {};
    const order = 'L' + Date.now().toString(36).toUpperCase();
    const total = lines.reduce((sum, l) => sum + l.product.price * l.quantity, 0);
    const facts = { order_id: order, total, value: total, currency: 'EUR', products: lines.map((l) => asReported(l.product, l.quantity)) };
    const place = ({ name, email }) => {
      person.signIn(name, email, known.marketing === true);
      report('track', 'Order Completed', facts);
      cart.clear();
      location.href = '/shop/thanks?order=' + order;
    };
    show(words.checkoutTitle, h('div', { class: 'wrap page' }, h('h1', {}, words.checkoutTitle), h('div', { class: 'two' },
      h('div', {}, h('p', { class: 'hint' }, words.pretend), form('checkout', [
        field(words.name, 'name', { value: known.name, autocomplete: 'name' }),
        field(words.email, 'email', { type: 'email', value: known.email, autocomplete: 'email', maxlength: 254 }),
        field(words.street, 'street', { autocomplete: 'street-address' }),
        field(words.city, 'city', { autocomplete: 'address-level2' }),
      ], words.place, place)),
      h('aside', { class: 'card' }, h('h2', {}, words.summary), lines.map((l) => h('p', { class: 'sum' },
        h('span', {}, `${l.quantity} × ${l.product.name[lang]}`), h('span', {}, price(l.product.price * l.quantity)))), ...sums(lines)))));
    report('track', 'Checkout Started', facts);
  },

  thanks() {
    const order = (new URLSearchParams(location.search).get('order') || '').replace(/[^A-Z0-9]/g, '').slice(0, 20);
    show(words.thanks, empty('lantern', words.thanks, words.thanksText(order),
      h('a', { class: 'button', href: '/shop' }, words.goShopping)));
  },

  account() {
    const known = person.get();
    if (known) {
      const out = () => { person.signOut(); header(); pages.account(); main.focus(); };
      return show(words.account, h('div', { class: 'wrap page narrow' }, h('h1', {}, words.signedIn(known.name)),
        h('p', { class: 'soft' }, known.email), h('p', {}, words.signedText),
        window.wayfarer?.state?.() === 'given' ? null : h('p', { class: 'hint' }, words.unmeasured),
        h('button', { class: 'button plain', type: 'button', onclick: out }, words.signOut)));
    }
    show(words.signIn, h('div', { class: 'wrap page narrow' }, h('h1', {}, words.signTitle), h('p', { class: 'soft' }, words.signText),
      form('sign in', [
        field(words.name, 'name', { autocomplete: 'name' }),
        field(words.email, 'email', { type: 'email', autocomplete: 'email', maxlength: 254 }),
        h('label', { class: 'tick' }, h('input', { type: 'checkbox', name: 'marketing' }), h('span', {}, words.marketing)),
      ], words.sign, ({ name, email, marketing }) => {
        person.signIn(name, email, marketing);
        report('track', 'Signed In', {});
        header();
        pages.account();
        main.focus();
      })));
  },

  contact() {
    const known = person.get() || {};
    const send = async (letter) => {
      const answer = await fetch('/shop/contact', {
        method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify({ ...letter, language: lang }),
      }).catch(() => ({ ok: false }));
      if (!answer.ok) return say(words.notSent);
      show(words.contact, empty('fieldbook', words.sent, words.sentText,
        h('button', { class: 'button plain', type: 'button', onclick: () => pages.contact() }, words.another)));
      main.focus();
    };
    show(words.contactTitle, h('div', { class: 'wrap page narrow' }, h('h1', {}, words.contactTitle), h('p', { class: 'soft' }, words.contactText),
      form('letter', [
        field(words.name, 'name', { value: known.name, autocomplete: 'name', maxlength: 100 }),
        field(words.email, 'email', { type: 'email', value: known.email, autocomplete: 'email', maxlength: 254 }),
        field(words.subject, 'subject', { maxlength: 150 }),
        field(words.message, 'text', { rows: 6, maxlength: 5000 }),
      ], words.send, send)));
  },
};

const sums = (lines) => {
  const total = lines.reduce((sum, l) => sum + l.product.price * l.quantity, 0);
  return [h('p', { class: 'sum' }, h('span', {}, words.delivery), h('span', {}, words.free)),
    h('p', { class: 'sum all' }, h('span', {}, words.total), h('span', {}, price(total)))];
};

const header = () => {
  const other = lang === 'en' ? 'zh' : 'en';
  const link = (name, text, ...more) => h('a', { href: '/shop/' + name, 'aria-current': page === name ? 'page' : undefined }, text, ...more);
  const count = cart.count();
  document.querySelector('.top').replaceChildren(h('div', { class: 'wrap' },
    h('a', { class: 'brand', href: '/shop' }, art('mark'), brand),
    h('nav', { 'aria-label': brand }, link('contact', words.contact), link('account', person.get() ? words.account : words.signIn),
      ...(bell.shown || []), link('cart', words.cart, count ? h('span', { class: 'badge' }, count) : null),
      h('button', { type: 'button', lang: other, 'data-wayfarer-element': 'language', onclick: () => chooseLanguage(other) }, other === 'zh' ? '中文' : 'English'))));
};

/** The bell: how many messages are unread, and, when it is opened, what they say. */
const bell = async () => {
  const box = await inbox();
  if (!box?.items.length) return;
  const { items } = box;
  const badge = h('span', { class: 'badge', hidden: !box.unread }, box.unread);
  const list = h('ul', { class: 'messages', hidden: true, 'aria-label': words.messages });
  const count = (unread) => {
    badge.textContent = unread;
    badge.hidden = !unread;
  };
  const line = (item) => {
    const row = h('li', {}, h('a', { href: item.link || '/shop' }, h('strong', {}, item.title), h('span', {}, item.text)),
      h('button', { type: 'button', 'aria-label': words.dismiss, onclick: async () => {
        count(await mark('dismissed', [item.id]));
        row.remove();
        if (list.children.length) return;
        bell.shown = null;
        header();
      } }, '×'));
    return row;
  };
  const button = h('button', { type: 'button', class: 'bell', 'aria-expanded': 'false', 'aria-label': words.messages, onclick: async () => {
    list.hidden = !list.hidden;
    button.setAttribute('aria-expanded', String(!list.hidden));
    const unread = items.filter((item) => !item.read);
    if (list.hidden || !unread.length) return;
    unread.forEach((item) => { item.read = true; });
    count(await mark('read', unread.map((item) => item.id)));
  } }, words.messages, badge);
  list.replaceChildren(...items.map(line));
  bell.shown = [button, list];
  header();
};

const footer = () => document.querySelector('.foot').replaceChildren(h('div', { class: 'wrap' }, h('p', {}, words.foot),
  h('nav', { 'aria-label': words.start }, h('a', { href: '/' }, words.start), h('a', { href: '/shop/mail' }, words.mailbox),
    h('button', { class: 'link', type: 'button', onclick: ask }, words.consentAgain))));

const ask = () => {
  document.querySelector('.ask')?.remove();
  const answer = (given) => () => {
    report('consent', given);
    if (given) person.introduce();
    document.querySelector('.ask').remove();
    main.focus();
  };
  document.body.append(h('section', { class: 'ask', 'aria-label': words.consentTitle },
    h('div', {}, h('h2', {}, words.consentTitle), h('p', {}, words.consentText)),
    h('div', { class: 'answers' }, h('button', { class: 'button', type: 'button', onclick: answer(false) }, words.no),
      h('button', { class: 'button', type: 'button', onclick: answer(true) }, words.yes))));
};

document.documentElement.lang = lang === 'zh' ? 'zh-CN' : 'en';
addEventListener('cart', header);
header();
footer();
bell();
(pages[page] || pages.home)();
const asking = () => { if (window.wayfarer?.state?.() === 'unasked') ask(); };
if (window.wayfarer?.state) asking();
else addEventListener('load', asking);

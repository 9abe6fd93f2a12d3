/* See docs/integrators.md and docs/decisions. */
(() => {
  const script = document.currentScript, { writeKey, endpoint, consent, pages } = script.dataset;
  if (typeof window.wayfarer === 'function') return;
  const silent = navigator.globalPrivacyControl || navigator.doNotTrack === '1';
  const to = endpoint || new URL('/v1/batch', script.src).href;
  const QUEUE = 'wayfarer.queue.', MESSAGES = 100, DAYS = 7;
  const SIZE = 20000; // characters: 64 KB may leave a closing page
  const { stringify } = JSON;
  const begun = new WeakSet(), memory = {}; // while disk is full
  let disk = {}, timer, busy, pause = 0, failures = 0, last = 0, address, path, since, depth = 0;
  try { disk = localStorage || disk; } catch { }

  const warn = (error) => console.warn('wayfarer', error);
  const safely = (work) => (...values) => {
    try { return work(...values); } catch (error) { warn(error); }
  };
  const on = (type, work) => addEventListener(type, safely(work), type !== 'submit');
  const random = () => crypto.getRandomValues(new Uint32Array(4)).join('-');
  // old libraries give arrays a toJSON
  const json = (value) => stringify(value, function (key, value) { return Array.isArray(this[key]) ? this[key] : value; });
  const here = () => location.pathname + location.search;

  const read = (key) => disk[key] ?? memory[key];
  const write = (key, value) => {
    delete memory[key];
    delete disk[key];
    if (value) try { disk[key] = value; } catch { memory[key] = value; }
  };
  const heard = () => !silent && read('wayfarer.consent') === 'given';
  const queued = () => [...Object.keys(memory), ...Object.keys(disk)].filter((key) => key.startsWith(QUEUE)).sort()
    .filter((key, i, all) => i >= all.length - MESSAGES && key.split('.')[2] > Date.now() - DAYS * 864e5 || write(key));

  const put = (type, rest) => {
    if (!heard()) return;
    if (!read('wayfarer.anonymous')) write('wayfarer.anonymous', random());
    last = Math.max(Date.now(), last + 1);
    const messageId = last + '.' + random(), key = QUEUE + messageId;
    const text = json({
      type, messageId, timestamp: new Date(last), channel: 'web', ...rest,
      anonymousId: read('wayfarer.anonymous'), userId: read('wayfarer.user'),
      context: {
        locale: document.documentElement.lang || navigator.language,
        timezone: Intl.DateTimeFormat().resolvedOptions().timeZone,
        // queries may be private
        page: {
          path: location.pathname, url: location.origin + location.pathname, title: document.title,
          referrer: document.referrer.split('?')[0],
        },
      },
    });
    if (text.length >= SIZE) throw text;
    write(key, text);
    later();
    return key;
  };
  const report = (event, properties) => put('track', { event, properties: { path: location.pathname, ...properties } });

  const paused = () => Math.max(0, pause - performance.now());
  const later = () => { timer ||= setTimeout(send, Math.max(1000, paused())); };
  const batch = () => {
    let size = 0;
    return queued().filter((key) => (size += read(key).length) < SIZE);
  };
  const body = (keys) => `{"writeKey":${json(writeKey)},"sentAt":${json(new Date())},"batch":[${keys.map(read)}]}`;

  const post = async () => {
    let seconds;
    try {
      const keys = batch();
      const answer = await fetch(to, {
        method: 'POST', body: body(keys), keepalive: true, credentials: 'omit', signal: AbortSignal.timeout?.(3e4),
      });
      await answer.text(); // or it counts in the 64 KB
      const { status } = answer;
      if (status !== 429 && status < 500) {
        failures = 0;
        if (status > 299) warn(status);
        return keys.forEach((key) => write(key));
      }
      seconds = +answer.headers.get('Retry-After');
    } catch { }
    pause = performance.now() + 1000 * Math.min(seconds || 2 ** failures++, 600);
  };
  const attempt = async () => {
    clearTimeout(timer);
    timer = 0;
    if (busy || !queued().length) return;
    if (!paused()) {
      busy = true;
      await (navigator.locks?.request('wayfarer', { ifAvailable: true }, (lock) => lock && post()).catch(post) || post());
      busy = false;
    }
    if (queued().length) later();
  };
  const send = () => attempt().catch(warn);

  const settle = () => {
    const dwell = Math.round((performance.now() - since) / 100) / 10;
    if (path && dwell) report('Page Left', { path, dwell });
    if (path && depth) report('Page Scrolled', { path, depth });
    since = NaN;
    depth = 0;
  };
  const begin = () => {
    address = here();
    if (pages !== 'manual') api.page();
    later();
  };
  const forget = () => {
    ['wayfarer.anonymous', 'wayfarer.user', ...queued()].forEach((key) => write(key));
    path = '';
  };

  const api = {
    page: (name, properties) => {
      settle();
      if (!heard()) return;
      path = location.pathname;
      since = document.hidden ? NaN : performance.now();
      put('page', { name, properties: { path, ...properties } });
    },
    track: (event, properties) => put('track', { event, properties }),
    product: (step, product) => api.track('Product ' + step, product),
    cart: (products) => api.track('Cart Viewed', { products }),
    identify: (id, traits) => {
      if (id && heard()) write('wayfarer.user', id);
      put('identify', { traits });
    },
    reset: () => {
      report('Signed Out');
      write('wayfarer.user');
      write('wayfarer.anonymous');
    },
    consent: (given) => {
      const granted = given === true, answer = granted ? 'given' : 'refused';
      if (silent || read('wayfarer.consent') === answer) return;
      if (granted) write('wayfarer.consent', answer);
      const key = report('Consent Changed', { topic: 'analytics', granted }), text = read(key);
      if (granted) return begin();
      forget();
      write('wayfarer.consent', answer);
      if (key) memory[key] = text; // not on disk
      send();
    },
    state: () => silent ? 'silent' : read('wayfarer.consent') || 'unasked',
    flush: send,
  };
  const wayfarer = safely((name, ...values) => api[name](...values));
  for (const name of Object.keys(api)) wayfarer[name] = safely(api[name]);
  wayfarer.push = safely((call) => wayfarer(...call));

  const watch = (type, what, event) => on(type, ({ target }) => {
    const name = 'data-wayfarer-' + what, element = target.closest?.(`[${name}]`);
    if (!element || type === 'input' && begun.has(element)) return;
    begun.add(element);
    report(event, { [what]: element.getAttribute(name) });
  });
  watch('click', 'element', 'Element Clicked');
  watch('input', 'form', 'Form Begun');
  watch('submit', 'form', 'Form Submitted');
  on('scroll', () => {
    const seen = Math.round(100 * (scrollY + innerHeight) / document.documentElement.scrollHeight);
    if (scrollY > 0 && seen > depth) depth = seen;
  });
  on('visibilitychange', () => {
    if (!document.hidden) return since = performance.now();
    settle();
    send();
  });
  on('pagehide', () => {
    settle();
    // kept: it may not arrive
    const keys = batch();
    if (keys.length && !paused()) navigator.sendBeacon(to, body(keys));
    busy = true;
  });
  on('pageshow', ({ persisted }) => {
    if (!persisted) return;
    busy = false;
    begin();
  });
  on('storage', ({ newValue }) => { if (newValue === 'refused') forget(); });
  on('online', () => {
    pause = 0;
    send();
  });
  const moved = () => setTimeout(safely(() => { if (address !== here()) begin(); }));
  on('popstate', moved);
  for (const name of ['pushState', 'replaceState']) {
    const change = history[name];
    history[name] = (...values) => {
      change.apply(history, values);
      moved();
    };
  }

  const start = () => {
    const early = window.wayfarer;
    window.wayfarer = wayfarer;
    if (silent) forget();
    if (heard()) begin();
    if (consent === 'given') api.consent(true);
    early?.forEach(wayfarer.push);
  };
  if (document.prerendering) on('prerenderingchange', start);
  else safely(start)();
})();

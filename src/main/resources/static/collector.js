/*
 * Wayfarer's collector. On a page:
 *
 *   <script src="https://wayfarer.example/collector.js" data-write-key="..." defer></script>
 *
 * Until wayfarer.consent(true) it sends nothing and stores nothing; what is called before is dropped. The answer is
 * remembered; wayfarer.consent(false) deletes all that was stored but the answer. Where the browser says Do Not Track or
 * Global Privacy Control, it stays silent whatever the answer. It sets no cookies.
 *
 *   data-endpoint="https://..."  where batches go; otherwise /v1/batch beside this script
 *   data-consent="given"         the page loads this script only after it was given consent
 *   data-pages="manual"          no page views of its own: the page calls wayfarer.page()
 *
 * Calls made before it has loaded: (window.wayfarer = window.wayfarer || []).push(['track', 'Name', {}])
 */
(() => {
  const script = document.currentScript;
  const settings = script.dataset;
  const endpoint = settings.endpoint || new URL('/v1/batch', script.src).href;
  const silent = navigator.globalPrivacyControl === true || navigator.doNotTrack === '1';
  const LIMIT = 100; // messages kept while offline
  const BEACON = 60000; // browsers refuse longer beacons

  const store = {
    get: (key) => {
      try { return JSON.parse(localStorage.getItem('wayfarer.' + key)); } catch { return null; }
    },
    set: (key, value) => {
      try {
        if (value == null) localStorage.removeItem('wayfarer.' + key);
        else localStorage.setItem('wayfarer.' + key, JSON.stringify(value));
      } catch { /* storage is off: what is known lives as long as the page */ }
    },
  };

  let consent = settings.consent === 'given' ? true : store.get('consent');
  let anonymousId, userId, queue = [], timer, failures = 0, sending = false;
  let path, visibleSince, reported;

  const heard = () => !silent && consent === true;

  const uuid = () => crypto.randomUUID ? crypto.randomUUID()
    : ([1e7] + -1e3 + -4e3 + -8e3 + -1e11).replace(/[018]/g, (c) =>
      (c ^ crypto.getRandomValues(new Uint8Array(1))[0] & 15 >> c / 4).toString(16));

  const begin = () => {
    anonymousId = store.get('anonymous') || uuid();
    userId = store.get('user') || undefined;
    store.set('anonymous', anonymousId);
    queue = store.get('queue') || [];
    store.set('queue');
    if (queue.length) later();
    if (settings.pages !== 'manual') api.page();
  };

  const put = (type, rest) => {
    if (!heard()) return;
    queue.push({
      type, messageId: uuid(), timestamp: new Date().toISOString(), anonymousId, userId, channel: 'web', ...rest,
      context: {
        library: { name: 'collector.js', version: '1' },
        locale: document.documentElement.lang || navigator.language,
        timezone: Intl.DateTimeFormat().resolvedOptions().timeZone,
        // query strings may hold what is nobody's business
        page: {
          path: location.pathname, url: location.origin + location.pathname, title: document.title,
          referrer: document.referrer.split('?')[0],
        },
      },
    });
    queue.splice(0, queue.length - LIMIT);
    later();
  };

  const later = () => {
    timer = timer || setTimeout(send, failures ? Math.min(60000, 1000 * 2 ** failures) : 1000);
  };

  // the server sets the clock of the sender right by sentAt; as text, because JSON would cost a preflight
  const body = (batch) => JSON.stringify({ writeKey: settings.writeKey, sentAt: new Date().toISOString(), batch });

  const send = async () => {
    timer = 0;
    if (sending || !queue.length || !heard()) return;
    sending = true;
    const batch = queue.slice(0, 50);
    let answer = 0;
    try {
      const options = { method: 'POST', body: body(batch), headers: { 'Content-Type': 'text/plain' } };
      answer = (await fetch(endpoint, { ...options, keepalive: true, credentials: 'omit' })).status;
    } catch { /* offline */ }
    sending = false;
    if (!answer || answer === 429 || answer >= 500) failures++;
    else {
      failures = 0;
      queue = queue.filter((message) => !batch.includes(message));
    }
    if (queue.length) later();
  };

  const countDwell = () => {
    const now = performance.now();
    const seconds = visibleSince === undefined ? 0 : Math.round((now - visibleSince) / 100) / 10;
    visibleSince = undefined;
    if (path && (seconds > 0 || !reported)) {
      reported = true;
      put('track', { event: 'Page Left', properties: { path, dwell: seconds } });
    }
  };

  // what is on its way is sent again: the server counts a message id once
  const leave = () => {
    countDwell();
    if (!queue.length || !heard()) return;
    let batch = queue;
    while (batch.length > 1 && body(batch).length > BEACON) batch = batch.slice(batch.length / 2);
    if (navigator.sendBeacon(endpoint, body(batch))) queue = queue.filter((message) => !batch.includes(message));
    store.set('queue', queue.length ? queue : null);
  };

  const api = {
    /** A page view; reports first how long the one before it was in sight. */
    page: (name, properties) => {
      countDwell();
      path = location.pathname;
      reported = false;
      visibleSince = document.hidden ? undefined : performance.now();
      put('page', { name, properties: { path, title: document.title, ...properties } });
    },
    track: (event, properties) => put('track', { event, properties }),
    identify: (id, traits) => {
      if (!heard()) return;
      store.set('user', userId = id);
      put('identify', { traits });
    },
    /** After signing out: whoever comes next is somebody else. */
    reset: () => {
      store.set('user', userId = undefined);
      if (heard()) store.set('anonymous', anonymousId = uuid());
    },
    consent: (given) => {
      if (silent) return;
      const before = heard();
      store.set('consent', consent = given === true);
      if (heard() && !before) begin();
      if (!consent) {
        queue = [];
        ['anonymous', 'user', 'queue'].forEach((key) => store.set(key));
      }
    },
    /** silent (the browser asked not to be followed), given, refused or unasked. */
    state: () => silent ? 'silent' : consent === true ? 'given' : consent === false ? 'refused' : 'unasked',
    flush: send,
  };

  const early = Array.isArray(window.wayfarer) ? window.wayfarer : [];
  window.wayfarer = { ...api, push: ([name, ...values]) => api[name](...values) };

  document.addEventListener('visibilitychange', () => {
    if (document.hidden) leave();
    else visibleSince = performance.now();
  });
  addEventListener('pagehide', leave);
  addEventListener('pageshow', (event) => { if (event.persisted && settings.pages !== 'manual') api.page(); });
  addEventListener('online', () => { failures = 0; send(); });

  if (heard()) begin();
  early.forEach(window.wayfarer.push);
})();

/*
 * Settings of the process engine's web apps. Their own sign-in is shut, and ours is in front of every page: where an app
 * would show its form, because the session has ended or somebody signed out, this leads to ours.
 */
const product = document.querySelector('base').getAttribute('app-root').replace(/\/camunda$/, '');

let leaving = false;

/* Only where the page itself would be sent to the sign-in: whoever may not use an app is told so by the app. */
const askForThePageAgain = async () => {
  const page = await fetch(location.pathname, { headers: { Accept: 'text/html' }, redirect: 'manual' });
  if (page.type === 'opaqueredirect' && !leaving) {
    leaving = true;
    location.reload();
  }
};

const { send } = XMLHttpRequest.prototype;
XMLHttpRequest.prototype.send = function (body) {
  this.addEventListener('load', () => {
    if (this.status < 300 && this.responseURL.endsWith('/logout')) {
      leaving = true;
      location.assign(`${product}/login?out`);
    } else if (this.status === 401) {
      askForThePageAgain();
    }
  });
  send.call(this, body);
};

export default {
  shortcuts: {
    claimTask: { key: 'ctrl+alt+c', description: 'claims the task that is shown' },
    focusFilter: { key: 'ctrl+shift+f', description: 'goes to the first filter' },
    focusList: { key: 'ctrl+alt+l', description: 'goes to the first task of the list' },
    focusForm: { key: 'ctrl+alt+f', description: 'goes to the first field of the form' },
    startProcess: { key: 'ctrl+alt+p', description: 'opens the list of processes to start' }
  }
};

// The page of browser.e2e.test.ts, bundled as any page is: a button that is there while the user may refund.
import { createFetch, createPermissions } from '@claimgen/client';
import { useHasPermission } from '@claimgen/client/react';
import { createElement } from 'react';
import { createRoot } from 'react-dom/client';

// Tabs share the token, as auth0-spa-js does with cacheLocation: 'localstorage'.
async function refreshToken() {
  const token = await (await fetch('/token')).text();
  localStorage.setItem('token', token);
  return token;
}

const callApi = createFetch({
  getToken: async () => localStorage.getItem('token') ?? refreshToken(),
  refreshToken,
});
const permissions = createPermissions({ url: '/me', fetch: callApi });

function Refund() {
  return useHasPermission(permissions, 'orders:refund')
    ? createElement('button', { id: 'refund', type: 'button' }, 'Refund')
    : null;
}

globalThis.call = async (times) => {
  const responses = await Promise.all(Array.from({ length: times }, () => callApi('/refunds')));
  return responses.map(({ status }) => status);
};
globalThis.show = () => createRoot(document.body).render(createElement(Refund));

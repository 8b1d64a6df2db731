// Where keys may come from.
import { describe, expect, test } from 'vitest';
import { checkTransport } from '../../src/keys/transport.ts';

describe('a URL of keys', () => {
  test.each([
    'https://acme.eu.auth0.com/.well-known/jwks.json',
    'https://10.0.0.1:8443/jwks',
    'https://localhost/jwks',
    'http://localhost/jwks',
    'http://localhost:3000/jwks',
    'http://LOCALHOST/jwks',
    'http://127.0.0.1/jwks',
    'http://127.0.0.1:80/jwks',
    'http://127.255.12.3/jwks',
    'http://127.1/jwks',
    'http://2130706433/jwks',
    'http://[::1]/jwks',
    'http://[0:0:0:0:0:0:0:1]:3000/jwks',
  ])('may be %s', (text) => {
    const url = new URL(text);
    expect(checkTransport(url, 'jwks')).toBe(url);
  });

  test.each([
    'http://acme.eu.auth0.com/jwks',
    'http://localhost.evil.example/jwks',
    'http://localhost.localdomain/jwks',
    'http://evil.localhost/jwks',
    'http://notlocalhost/jwks',
    'http://127.0.0.1.evil.example/jwks',
    'http://127.evil.example/jwks',
    'http://evil127.0.0.1.example/jwks',
    'http://127.0.0.1.2.example/jwks',
    'http://a127.0.0.x/jwks',
    'http://128.0.0.1/jwks',
    'http://12.7.0.1/jwks',
    'http://0.0.0.0/jwks',
    'http://10.0.0.1/jwks',
    'http://169.254.169.254/latest',
    'http://[::]/jwks',
    'http://[::2]/jwks',
    'http://[::1:1]/jwks',
    'http://[1::1]/jwks',
    'http://[::ffff:127.0.0.1]/jwks',
    'http://evil.example/localhost',
    'http://evil.example/?127.0.0.1',
    'http://evil.example/#localhost',
    'file:///etc/jwks.json',
    'file://localhost/etc/jwks.json',
    'ftp://localhost/jwks',
    'ws://localhost/jwks',
    'wss://acme.eu.auth0.com/jwks',
    'httpsx://localhost/jwks',
    'data:application/json,{"keys":[]}',
    'blob:https://acme.eu.auth0.com/a',
    'javascript:1',
  ])('may not be %s', (text) => {
    const check = (): URL => checkTransport(new URL(text), 'jwks');
    expect(check).toThrow(TypeError);
    expect(check).toThrow(/^jwks must be an https: URL \(http: on loopback only\)$/);
  });

  test.each([
    'https://user:secret@acme.eu.auth0.com/jwks',
    'https://user@acme.eu.auth0.com/jwks',
    'https://:secret@acme.eu.auth0.com/jwks',
    'http://user:secret@localhost/jwks',
    'https://acme.eu.auth0.com:443@evil.example/jwks',
  ])('may have neither user nor password, and the error holds none: %s', (text) => {
    const check = (): URL => checkTransport(new URL(text), '"jwks_uri" of the metadata');
    expect(check).toThrow(TypeError);
    expect(check).toThrow(/^"jwks_uri" of the metadata must be a URL without user and password$/);
  });
});

// A certificate for loopback, for processes that reach the stand-in over HTTPS.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';

export interface Certificate {
  readonly key: Buffer;
  readonly cert: Buffer;
  /** A PEM file, for NODE_EXTRA_CA_CERTS. */
  readonly file: string;
}

/** Makes one that lives as long as the test, or until `whenDone` calls back. */
export function makeCertificate(whenDone: (remove: () => void) => void = onTestFinished): Certificate {
  const folder = mkdtempSync(join(tmpdir(), 'claimgen-certificate-'));
  whenDone(() => rmSync(folder, { recursive: true }));
  const [keyFile, file] = [join(folder, 'key.pem'), join(folder, 'certificate.pem')];
  const subject = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost'];
  const kind = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-days', '2'];
  execFileSync('openssl', ['req', '-x509', ...kind, ...subject, '-keyout', keyFile, '-out', file], {
    stdio: 'ignore',
  });
  return { key: readFileSync(keyFile), cert: readFileSync(file), file };
}

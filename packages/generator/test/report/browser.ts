import { existsSync } from 'node:fs';
import { type Browser, chromium } from 'playwright-core';

const candidates = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];

/** Chromium as the system's packages have it (.ci/apt-packages); CLAIMGEN_CHROMIUM names another. */
export function launchChromium(): Promise<Browser> {
  const executablePath = [process.env['CLAIMGEN_CHROMIUM'], ...candidates].find(
    (path) => path !== undefined && existsSync(path),
  );
  if (executablePath === undefined) throw new Error('install chromium, or name one in CLAIMGEN_CHROMIUM');
  return chromium.launch({
    executablePath,
    args: [
      '--no-sandbox',
      '--headless',
      '--disable-gpu',
      '--disable-background-networking',
      '--disable-component-update',
      '--no-first-run',
    ],
  });
}

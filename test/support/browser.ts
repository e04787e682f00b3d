import { chromium, type Browser } from 'playwright-core';
import { requireProgram } from './program.js';

/** Chromium without a window and without calls home; the test closes it. Fails with the command that installs it where it is missing. */
export function launchBrowser(): Promise<Browser> {
  return chromium.launch({
    executablePath: requireProgram('chromium'),
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  });
}

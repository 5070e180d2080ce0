import type { Response } from 'express';
import { html, type Html } from './html.js';
import { STYLE_PATH } from './style.js';

export interface Page {
  readonly title: string;
  readonly body: Html;
  readonly status?: number;
  /** Where else its forms may lead: browsers hold a form's redirects to it, too. */
  readonly formTargets?: readonly string[];
}

/** Sends a page that runs no script, stands in no frame and is kept nowhere. */
export function sendPage(response: Response, { title, body, status = 200, formTargets = [] }: Page): void {
  response
    .status(status)
    .type('html')
    .set({
      'cache-control': 'no-store',
      'content-security-policy': [
        "default-src 'none'",
        "style-src 'self'",
        'img-src data:',
        `form-action ${["'self'", ...formTargets].join(' ')}`,
        "frame-ancestors 'none'",
        "base-uri 'none'",
      ].join('; '),
      'x-frame-options': 'DENY',
      'x-content-type-options': 'nosniff',
      // With none at all, browsers would send a form's Origin as "null".
      'referrer-policy': 'same-origin',
    })
    .send(
      html`<!doctype html>
        <html lang="en">
          <head>
            <meta charset="utf-8" />
            <meta name="viewport" content="width=device-width, initial-scale=1" />
            <title>${title} · Berth</title>
            <link rel="stylesheet" href="${STYLE_PATH}" />
            <link rel="icon" href="data:," />
          </head>
          <body>
            <header>Berth</header>
            <main>
              <h1>${title}</h1>
              ${body}
            </main>
          </body>
        </html> `.text,
    );
}

/** Sends a browser on; what it posted is not posted again. */
export function sendTo(response: Response, address: string): void {
  response.setHeader('cache-control', 'no-store');
  response.redirect(303, address);
}

/** What went wrong, in words; nothing where nothing did. */
export function problemNote(message: string | null): Html | null {
  return message === null ? null : html`<p class="problem" role="alert">${message}</p>`;
}

import type { Response } from 'express';
import { html, type Html } from './html.js';
import { problemNote, sendPage } from './page.js';
import { PASSWORD_HINT } from './password-rules.js';

export interface LinkFacts {
  readonly token: string;
  /** Whose it is; null where whoever opens it becomes the first owner. */
  readonly forEmail: string | null;
  readonly passwords: boolean;
  readonly passwordNeeded: boolean;
  readonly typed?: { readonly email: string; readonly name: string };
  readonly problem?: string;
}

export function sendLink(response: Response, facts: LinkFacts): void {
  const { forEmail, token, problem } = facts;
  sendPage(response, {
    title: forEmail === null ? 'Become the first owner' : 'Sign in by link',
    status: problem === undefined ? 200 : 400,
    body: html`${problemNote(problem ?? null)}
      <p>
        ${
          forEmail === null
            ? 'This installation has no owner yet. Say who you are; owners add everybody else.'
            : html`This link signs you in as <strong>${forEmail}</strong>, once.`
        }
      </p>
      <form method="post" action="/sign-in/link">
        <input type="hidden" name="token" value="${token}" />
        ${forEmail === null ? whoAreYou(facts) : null} ${facts.passwords ? newPassword(facts) : null}
        <button type="submit">Sign in</button>
      </form>`,
  });
}

function whoAreYou({ typed = { email: '', name: '' } }: LinkFacts): Html {
  return html`<label
      >Your name
      <input name="name" autocomplete="name" required maxlength="100" value="${typed.name}" />
    </label>
    <label
      >E-mail address
      <input
        type="email"
        name="email"
        autocomplete="username"
        required
        maxlength="254"
        value="${typed.email}"
      />
    </label>`;
}

function newPassword({ forEmail, passwordNeeded }: LinkFacts): Html {
  const isNeeded = forEmail === null && passwordNeeded;
  return html`<label
    >New password
    <span class="hint">${isNeeded ? '' : 'Only if you want one: '}${PASSWORD_HINT}</span>
    <input
      type="password"
      name="password"
      autocomplete="new-password"
      maxlength="400"
      ${isNeeded ? html`required` : null}
    />
  </label>`;
}

export function sendLinkIsOver(response: Response): void {
  sendPage(response, {
    title: 'This link does not open any more',
    status: 410,
    body: html`<p>
        A one-time link works once, for a day. Ask an owner of your organization for a new one. For the first
        owner of an installation, <code>npm start</code> prints one, and elsewhere
        <code>berth admin sign-in-link</code> does.
      </p>
      <p><a href="/sign-in">Go to the sign-in page</a></p>`,
  });
}

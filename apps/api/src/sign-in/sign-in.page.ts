import type { Response } from 'express';
import { html, type Html } from './html.js';
import { problemNote, sendPage } from './page.js';
import { FRONT_PAGE } from './return-to.js';

export interface SignInFacts {
  /** The identity provider; null where there is none. */
  readonly providerHost: string | null;
  readonly passwords: boolean;
  readonly returnTo: string;
  /** What was typed in before. */
  readonly email?: string;
  readonly problem?: string | null;
  readonly status?: number;
}

/** The ways to sign in that there are. */
export function sendSignIn(response: Response, facts: SignInFacts): void {
  const { providerHost, passwords, returnTo, problem = null } = facts;
  const wayBack = returnTo === FRONT_PAGE ? '' : `?return_to=${encodeURIComponent(returnTo)}`;
  const both = providerHost !== null && passwords;
  sendPage(response, {
    title: 'Sign in',
    status: facts.status ?? 200,
    body: html`${problemNote(problem)}
    ${
      providerHost === null
        ? null
        : html`<a class="button" href="/sign-in/oidc${wayBack}">Sign in with ${providerHost}</a>`
    }
    ${both ? html`<p class="or">or</p>` : null} ${passwords ? passwordForm(facts) : null}
    ${providerHost === null && !passwords ? noWay : null}`,
  });
}

const noWay = html`<p>
  Nobody can sign in here by themselves: single sign-on is not set up and passwords are switched off. Ask
  whoever runs Berth for a one-time link.
</p>`;

function passwordForm({ email = '', returnTo }: SignInFacts): Html {
  return html`<form method="post" action="/sign-in">
    <input type="hidden" name="return_to" value="${returnTo}" />
    <label
      >E-mail address
      <input type="email" name="email" autocomplete="username" required maxlength="254" value="${email}" />
    </label>
    <label
      >Password
      <input type="password" name="password" autocomplete="current-password" required maxlength="400" />
    </label>
    <button type="submit">Sign in</button>
  </form>`;
}

/** Who is signed in, and the way out. */
export function sendSignedIn(response: Response, email: string, signOutOrigin: string | null): void {
  sendPage(response, {
    title: 'You are signed in',
    formTargets: signOutOrigin === null ? [] : [signOutOrigin],
    body: html`<p>as <strong>${email}</strong>.</p>
      <a class="button" href="${FRONT_PAGE}">To the front page</a>
      <form method="post" action="/sign-out">
        <button class="quiet" type="submit">Sign out</button>
      </form>`,
  });
}

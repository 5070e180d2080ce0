import type { Response } from 'express';
import { clientName } from './command-line-clients.js';
import { html, type Html } from './html.js';
import { keyDaysField } from './key-days.js';
import { sendPage } from './page.js';

/** What a command line asks for. */
export interface Asked {
  readonly clientId: string;
  readonly redirectUri: string;
  readonly responseType: string;
  readonly state: string;
  readonly codeChallenge: string;
  readonly codeChallengeMethod: string;
}

export function sendConsent(response: Response, asked: Asked, email: string): void {
  const name = String(clientName(asked.clientId));
  const { origin } = new URL(asked.redirectUri);
  sendPage(response, {
    title: `Let ${name} in?`,
    formTargets: [origin],
    body: html`<p>
        <strong>${name}</strong> on this machine (${new URL(asked.redirectUri).host}) asks for a key. With it,
        it does whatever you (${email}) may do. Go on only if you have just started it.
      </p>
      <form method="post" action="/oauth/authorize">
        ${hidden('client_id', asked.clientId)} ${hidden('redirect_uri', asked.redirectUri)}
        ${hidden('response_type', asked.responseType)} ${hidden('state', asked.state)}
        ${hidden('code_challenge', asked.codeChallenge)}
        ${hidden('code_challenge_method', asked.codeChallengeMethod)} ${keyDaysField()}
        <div class="both">
          <button type="submit" name="answer" value="approve">Let it in</button>
          <button class="quiet" type="submit" name="answer" value="deny">Refuse</button>
        </div>
      </form>`,
  });
}

function hidden(name: string, value: string): Html {
  return html`<input type="hidden" name="${name}" value="${value}" />`;
}

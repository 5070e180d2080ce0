import type { WaitingDevice } from '@berth/persistence';
import type { Response } from 'express';
import { html } from './html.js';
import { keyDaysField } from './key-days.js';
import { problemNote, sendPage } from './page.js';

/** Asks for the code that the command line shows. */
export function sendCodeForm(response: Response, email: string, problem: string | null): void {
  sendPage(response, {
    title: 'Let a command line in',
    status: problem === null ? 200 : 404,
    body: html`${problemNote(problem)}
      <form method="post" action="/device">
        <label
          >Code that it shows
          <input
            class="code"
            name="user_code"
            autocomplete="off"
            autocapitalize="characters"
            spellcheck="false"
            required
            maxlength="20"
          />
        </label>
        <button type="submit">Go on</button>
      </form>
      <p class="hint">You are signed in as ${email}.</p>`,
  });
}

/** A command line that waits, the code that it shows, and who is asked about it. */
export interface FoundDevice extends WaitingDevice {
  readonly userCode: string;
  readonly email: string;
}

/** Asks whether it may come in. */
export function sendDevice(
  response: Response,
  { clientName, address, createdAt, userCode, email }: FoundDevice,
): void {
  sendPage(response, {
    title: 'Let this command line in?',
    body: html`<dl>
        <dt>Code</dt>
        <dd class="code">${userCode}</dd>
        <dt>Name</dt>
        <dd>${clientName}</dd>
        <dt>From</dt>
        <dd>${address}</dd>
        <dt>Since</dt>
        <dd>${createdAt.toISOString().slice(0, 16).replace('T', ' ')} UTC</dd>
      </dl>
      <p>
        It will do whatever you (${email}) may do. Go on only if you have started it yourself and it shows
        this very code.
      </p>
      <form method="post" action="/device">
        <input type="hidden" name="user_code" value="${userCode}" />
        ${keyDaysField()}
        <div class="both">
          <button type="submit" name="answer" value="approve">Let it in</button>
          <button class="quiet" type="submit" name="answer" value="deny">Refuse</button>
        </div>
      </form>`,
  });
}

export function sendAnswered(response: Response, clientName: string, approved: boolean): void {
  sendPage(response, {
    title: approved ? 'It is let in' : 'It is refused',
    body: html`<p>
      ${
        approved
          ? html`<strong>${clientName}</strong> goes on by itself. You may close this page; its key is among
              yours, where you can revoke it.`
          : html`<strong>${clientName}</strong> gets no key.`
      }
    </p>`,
  });
}

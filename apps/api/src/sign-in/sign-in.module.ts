import { Module } from '@nestjs/common';
import { AuthorizeController } from './authorize.controller.js';
import { DeviceController } from './device.controller.js';
import { DeviceSignInsController } from './device-sign-ins.controller.js';
import { IdentityProvider } from './identity-provider.service.js';
import { LinkController } from './link.controller.js';
import { OidcController } from './oidc.controller.js';
import { PasswordController } from './password.controller.js';
import { Passwords } from './passwords.service.js';
import { Sessions } from './sessions.service.js';
import { SignInController } from './sign-in.controller.js';
import { SignInLinksController } from './sign-in-links.controller.js';
import { SingleSignOn } from './single-sign-on.service.js';
import { TokenController } from './token.controller.js';

/** What browsers and command lines use before they have a session or a key; it has no place in the OpenAPI document. */
export const PAGES = [
  SignInController,
  OidcController,
  LinkController,
  DeviceController,
  AuthorizeController,
  TokenController,
];

/** How people come in, and let their command lines in. */
@Module({
  controllers: [...PAGES, DeviceSignInsController, PasswordController, SignInLinksController],
  providers: [IdentityProvider, Passwords, Sessions, SingleSignOn],
})
export class SignInModule {}

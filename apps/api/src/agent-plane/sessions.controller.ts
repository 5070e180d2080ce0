import { AgentSession, AgentSessionRequest } from '@berth/contracts';
import { Body, Controller, Inject, Post } from '@nestjs/common';
import { CallerParam, OpenTo, type PoolCaller } from '../auth/caller.js';
import { Describe } from '../openapi/describe.js';
import { ZodPipe } from '../problems/zod.pipe.js';
import { SessionsService } from './sessions.service.js';

/** An agent's process begins here, with its pool's token. */
@Controller('agent/v1/sessions')
@OpenTo('pool')
export class SessionsController {
  constructor(@Inject(SessionsService) private readonly sessions: SessionsService) {}

  @Post()
  @Describe({
    id: 'openAgentSession',
    summary: 'Begin a session of an agent',
    body: AgentSessionRequest,
    status: 201,
    answer: AgentSession,
  })
  async open(
    @CallerParam() caller: PoolCaller,
    @Body(new ZodPipe(AgentSessionRequest)) body: AgentSessionRequest,
  ): Promise<AgentSession> {
    return this.sessions.open(caller, body);
  }
}

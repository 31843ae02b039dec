import { command } from './command.ts';
import { desktop } from './desktop.ts';
import { discord } from './discord.ts';
import { marker } from './marker.ts';
import { ntfy } from './ntfy.ts';
import { openclaw } from './openclaw.ts';
import { slack } from './slack.ts';
import { telegram } from './telegram.ts';
import { webhook } from './webhook.ts';

/** Every kind of notifier. */
export const notifierKinds = [command, webhook, ntfy, slack, discord, telegram, desktop, marker, openclaw] as const;

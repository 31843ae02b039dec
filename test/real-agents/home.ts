import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';

/** The agents that come from npm. */
export const REAL_AGENTS = ['codex', 'claude', 'opencode', 'pi'] as const;
export type RealAgent = (typeof REAL_AGENTS)[number];

/** Where the pinned CLIs are. */
export const CLIS = join(import.meta.dirname, 'node_modules', '.bin');

/** Fills an empty directory as the home of an agent that takes the fake model for its provider. Not below /tmp: codex refuses that. */
export async function furnish(home: string, agent: RealAgent, port: number): Promise<void> {
  for (const [path, content] of Object.entries(files[agent](port))) {
    await mkdir(dirname(join(home, path)), { recursive: true });
    await writeFile(join(home, path), typeof content === 'string' ? content : JSON.stringify(content, null, 2));
  }
}

/** What the agent must find in its environment: its home, a dummy key, and no way out to the network. */
export function environment(home: string, agent: RealAgent, port: number): Readonly<Record<string, string>> {
  return { HOME: home, TERM: 'xterm-256color', LANG: 'C.UTF-8', ...variables[agent](`http://127.0.0.1:${port}`) };
}

type Files = Readonly<Record<string, unknown>>;

// Each is told to try again less often than it would, where it has a setting for that: opencode has none.

const MODEL = { id: 'fake-1', name: 'Fake 1' };

const files: Readonly<Record<RealAgent, (port: number) => Files>> = {
  // A provider of our own: the built-in one tries WebSocket first and compresses its requests.
  codex: (port) => ({
    '.codex/config.toml': `model = "gpt-5.5"
model_provider = "fake"
check_for_update_on_startup = false

[model_providers.fake]
name = "fake"
base_url = "http://127.0.0.1:${port}/v1"
env_key = "FAKE_API_KEY"
wire_api = "responses"
request_max_retries = 0
stream_max_retries = 1

[analytics]
enabled = false

[feedback]
enabled = false

[features]
plugins = false
`,
  }),
  // The key is approved by its last twenty characters; without that and the onboarding the CLI would ask.
  claude: () => ({
    '.claude.json': {
      hasCompletedOnboarding: true,
      theme: 'dark',
      customApiKeyResponses: { approved: ['y-for-the-fake-model'], rejected: [] },
    },
  }),
  opencode: (port) => ({
    '.config/opencode/opencode.json': {
      autoupdate: false,
      share: 'disabled',
      model: `fake/${MODEL.id}`,
      small_model: `fake/${MODEL.id}`,
      provider: {
        fake: {
          npm: '@ai-sdk/openai-compatible',
          name: 'fake',
          options: { baseURL: `http://127.0.0.1:${port}/v1`, apiKey: 'dummy' },
          models: { [MODEL.id]: { name: MODEL.name, limit: { context: 200_000, output: 8192 } } },
        },
      },
    },
  }),
  pi: (port) => ({
    '.pi/agent/settings.json': {
      defaultProvider: 'fake',
      defaultModel: MODEL.id,
      retry: { enabled: true, maxRetries: 1, baseDelayMs: 10 },
    },
    '.pi/agent/models.json': {
      providers: {
        fake: {
          baseUrl: `http://127.0.0.1:${port}/v1`,
          api: 'openai-completions',
          apiKey: 'dummy',
          models: [{ ...MODEL, contextWindow: 200_000, maxTokens: 8192 }],
        },
      },
    },
  }),
};

const NOWHERE = 'http://127.0.0.1:9';
const HERE = '127.0.0.1,localhost';

/** Whatever an agent tries to reach beyond this machine goes to a closed port and fails at once. */
const cutOff = {
  HTTP_PROXY: NOWHERE,
  HTTPS_PROXY: NOWHERE,
  ALL_PROXY: NOWHERE,
  http_proxy: NOWHERE,
  https_proxy: NOWHERE,
  all_proxy: NOWHERE,
  NO_PROXY: HERE,
  no_proxy: HERE,
};

const variables: Readonly<Record<RealAgent, (base: string) => Readonly<Record<string, string>>>> = {
  codex: () => ({ ...cutOff, FAKE_API_KEY: 'dummy' }),
  claude: (base) => ({
    ...cutOff,
    ANTHROPIC_BASE_URL: base,
    ANTHROPIC_API_KEY: 'dummy-key-for-the-fake-model',
    CLAUDE_CODE_MAX_RETRIES: '0', // else it tries for three minutes
    CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: '1',
    DISABLE_AUTOUPDATER: '1',
    DISABLE_TELEMETRY: '1',
    DISABLE_ERROR_REPORTING: '1',
    IS_SANDBOX: '1', // as root it refuses to skip permissions otherwise
  }),
  // No proxies: with one, 1.18.33 served on a port shows nothing. The registry is where it installs its plugins from.
  opencode: () => ({
    OPENCODE_DISABLE_AUTOUPDATE: '1',
    OPENCODE_DISABLE_MODELS_FETCH: '1',
    OPENCODE_DISABLE_LSP_DOWNLOAD: '1',
    npm_config_registry: `${NOWHERE}/`,
    npm_config_fetch_retries: '0',
  }),
  pi: () => ({ PI_OFFLINE: '1', PI_TELEMETRY: '0' }),
};

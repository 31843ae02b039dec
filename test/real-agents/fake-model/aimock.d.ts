// The few words of the package that we use, so that the types are right in a clone without its node_modules too.
declare module '@copilotkit/aimock' {
  export interface Reply {
    readonly content?: string;
    readonly toolCalls?: readonly { readonly name: string; readonly arguments: string }[];
    readonly usage: Readonly<Record<string, number>>;
  }
  export class LLMock {
    constructor(options: { readonly port: number; readonly logLevel: 'silent' });
    readonly port: number;
    on(match: object, answer: (request: { readonly _context?: string }) => Reply | undefined): this;
    start(): Promise<string>;
    stop(): Promise<void>;
  }
}

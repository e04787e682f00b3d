import { Option, type CommandUnknownOpts } from '@commander-js/extra-typings';
import type { Dispatch } from '../dispatch.js';
import { addressText, durationText } from '../option-text.js';
import { verb } from '../verb.js';

/** The verbs that go on until they are told to stop, and what they need. */
export function addServers(program: CommandUnknownOpts, dispatch: Dispatch): void {
  verb(program, 'worker [targets...]', 'serve the deploys of the files that are here')
    .option('--release <label>', 'what to call the release that is here (default: PAWL_RELEASE, the git commit)')
    .addOption(new Option('--metrics <address>', 'serve /metrics for Prometheus at host:port').argParser(addressText))
    .addOption(new Option('--health <address>', 'serve /healthz and /readyz at host:port').argParser(addressText))
    .option('--traces <url>', 'send each deploy that ends as an OpenTelemetry trace to this collector (OTLP over HTTP)')
    .addOption(
      new Option(
        '--until-idle [duration]',
        'end once no deploy of its release has been open for this long, such as 10m (preset: 5m)',
      )
        .preset('5m')
        .argParser(durationText),
    )
    .addOption(
      new Option(
        '--drain <duration>',
        'when told to stop, first serve the open deploys of its release to their end, at most this long',
      ).argParser(durationText),
    )
    .addOption(new Option('--log-format <format>', 'of the log on stderr (default: text)').choices(['text', 'json']))
    .action((targets, flags) =>
      dispatch(async () => (await import('../commands/worker.js')).worker, { ...flags, targets }, flags),
    );
  const codec = program.command('codec').description('encrypted payloads: make a key, decrypt for the Web UI').exitOverride();
  verb(codec, 'key', 'print a new key for PAWL_CODEC_KEYS')
    .option('--id <id>', 'what it is called in each payload (default: the date)')
    .action((flags) => dispatch(async () => (await import('../commands/codec.js')).codecKey, flags, flags));
  verb(codec, 'serve', "decrypt for Temporal's Web UI and command line, with the keys of PAWL_CODEC_KEYS")
    .addOption(new Option('--listen <address>', 'host:port').default('127.0.0.1:9466').argParser(addressText))
    .addOption(new Option('--origin <origin...>', 'Web UIs that may ask').default(['http://localhost:8233']))
    .action((flags) => dispatch(async () => (await import('../commands/codec.js')).codecServe, flags, flags));
}

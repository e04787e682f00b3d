/** libpq's `sslmode`. */
export const SSL_MODES = ['disable', 'allow', 'prefer', 'require', 'verify-ca', 'verify-full'] as const;

export type SslMode = (typeof SSL_MODES)[number];

/** What an address says about TLS; files are read at each connection, since certificates are renewed. */
export interface TlsSettings {
  /** Folder of libpq's own files, `~/.postgresql`. */
  readonly home: string;
  readonly mode: SslMode;
  /** TLS from the first byte, as PostgreSQL 17 and newer can. */
  readonly direct: boolean;
  /** File with the roots, or `system`; undefined is libpq's own file where that exists. */
  readonly root: string | undefined;
  /** Takes the roots of the system where no file is there. */
  readonly systemRoots: boolean;
  /** Verifies no chain, even where a file with roots is there. */
  readonly unverified: boolean;
  readonly certificate: string | undefined;
  readonly key: string | undefined;
  /** PKCS 12 file with certificate and key (Prisma's `sslidentity`). */
  readonly identity: string | undefined;
  readonly passphrase: string | undefined;
  /** `disable` sends no certificate, `require` needs one. */
  readonly certificateMode: 'disable' | 'allow' | 'require';
  readonly revoked: string | undefined;
  readonly revokedDirectory: string | undefined;
  readonly minimum: string | undefined;
  readonly maximum: string | undefined;
}

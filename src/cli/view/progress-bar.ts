/** `━━━━━━──────` */
export function progressBar(fraction: number, columns: number): string {
  const filled = Math.min(columns, Math.floor(fraction * columns));
  return '━'.repeat(filled) + '─'.repeat(columns - filled);
}

/** Says a text unless it is the one that was said last: what is waited for is told once. */
export function onlyNews(say: (text: string) => void): (text: string) => void {
  let last: string | undefined;
  return (text) => {
    if (text !== last) say(text);
    last = text;
  };
}

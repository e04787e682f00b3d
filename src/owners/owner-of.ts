/** Who owns what: a pattern of a qualified name (`shop.*`, `public.order_*`; without a schema it means `public`) and the owner's name. */
export type OwnerMap = Readonly<Record<string, string>>;

/** The owner of a relation by its qualified name, without quotes; `*` in a pattern stands for any text. */
export function ownerOf(name: string, owners: OwnerMap): string | undefined {
  const entry = Object.entries(owners).find(([pattern]) => {
    const qualified = pattern.includes('.') ? pattern : `public.${pattern}`;
    const expression = qualified
      .split('*')
      .map((part) => part.replace(/[.\\+?^${}()|[\]]/g, '\\$&'))
      .join('.*');
    return new RegExp(`^${expression}$`).test(name);
  });
  return entry?.[1];
}

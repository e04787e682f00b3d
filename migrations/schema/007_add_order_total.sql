ALTER TABLE orders ADD COLUMN total_cents bigint;

CREATE FUNCTION order_total(wanted bigint) RETURNS bigint LANGUAGE sql STABLE AS $$
  SELECT coalesce(sum(quantity * price_cents), 0) FROM order_items WHERE order_id = wanted
$$;

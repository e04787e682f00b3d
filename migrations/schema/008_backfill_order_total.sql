UPDATE orders SET total_cents = order_total(id) WHERE total_cents IS NULL;

ALTER TABLE orders ALTER COLUMN total_cents SET DEFAULT 0;

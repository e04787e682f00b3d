ALTER TABLE orders ADD CONSTRAINT orders_total CHECK (total_cents >= 0);

ALTER TABLE orders ADD CONSTRAINT orders_shop FOREIGN KEY (shop_id) REFERENCES shops (id);
ALTER TABLE orders ADD CONSTRAINT orders_total CHECK (total_cents >= 0);
ALTER TABLE orders ALTER COLUMN number SET NOT NULL;

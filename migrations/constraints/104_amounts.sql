ALTER TABLE products ADD CONSTRAINT products_price_cents_check CHECK (price_cents > 0);
ALTER TABLE order_items ADD CONSTRAINT order_items_quantity_check CHECK (quantity > 0);
ALTER TABLE orders ADD CONSTRAINT orders_total_cents_check CHECK (total_cents IS NOT NULL AND total_cents >= 0);

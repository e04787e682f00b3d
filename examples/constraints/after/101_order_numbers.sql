-- Step 3: what the declarative tool cannot say.
ALTER TABLE orders ADD CONSTRAINT orders_number_key UNIQUE (shop_id, number);
CREATE UNIQUE INDEX shops_name ON shops (normalise(name));

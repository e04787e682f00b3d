-- Cannot run in a transaction: Pawl runs it alone, checks that the index is valid, and rebuilds a broken one.
CREATE INDEX CONCURRENTLY orders_customer_id_placed_at ON orders (customer_id, placed_at DESC);

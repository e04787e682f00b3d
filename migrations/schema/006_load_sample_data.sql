-- Something to back-fill, to index and to constrain.
INSERT INTO products (sku, title, price_cents)
SELECT format('SKU-%s', lpad(n::text, 4, '0')), format('Product %s', n), 100 + 25 * n
FROM generate_series(1, 40) AS n;

INSERT INTO customers (email, name)
SELECT format('customer%s@example.com', n), format('Customer %s', n)
FROM generate_series(1, 100) AS n;

INSERT INTO orders (customer_id, status, placed_at)
SELECT 1 + n % 100, (ARRAY['new', 'paid', 'shipped'])[1 + n % 3]::order_status, timestamptz '2026-01-01' + n * interval '1 hour'
FROM generate_series(1, 2000) AS n;

INSERT INTO order_items (order_id, product_id, quantity, price_cents)
SELECT o.id, p.id, 1 + (o.id + p.id) % 4, p.price_cents
FROM orders AS o
JOIN products AS p ON p.id % 20 = o.id % 20;

-- Step 4: rows that the service needs.
INSERT INTO shops (name) VALUES ('Main street');
INSERT INTO orders (shop_id, number, total_cents) SELECT id, 'A-1', 1200 FROM shops;

-- Customers and orders refer to each other from here on.
ALTER TABLE customers ADD COLUMN favourite_id bigint REFERENCES orders (id);

CREATE TABLE invoices (id bigserial PRIMARY KEY, customer_id bigint NOT NULL REFERENCES customers (id), cents int NOT NULL);
ALTER TABLE customers ADD COLUMN vat_number text;

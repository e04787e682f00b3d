-- From here on billing's tables are the shop's. Where billing's runner made them, they stay as they are.
CREATE TABLE IF NOT EXISTS invoices (id bigserial PRIMARY KEY, customer_id bigint NOT NULL REFERENCES customers (id), cents int NOT NULL);
ALTER TABLE customers ADD COLUMN IF NOT EXISTS vat_number text;

ALTER TABLE customers ADD CONSTRAINT customers_email_key UNIQUE (email);
ALTER TABLE products ADD CONSTRAINT products_sku_key UNIQUE (sku);

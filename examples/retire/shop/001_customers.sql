CREATE TABLE customers (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  email text NOT NULL,
  state text NOT NULL DEFAULT 'active'
);
CREATE UNIQUE INDEX customers_email ON customers (email);

CREATE TABLE products (
  id          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  sku         text NOT NULL,
  title       text NOT NULL,
  price_cents integer NOT NULL
);

CREATE TABLE order_items (
  order_id    bigint NOT NULL,
  product_id  bigint NOT NULL,
  quantity    integer NOT NULL,
  price_cents integer NOT NULL,
  PRIMARY KEY (order_id, product_id)
);

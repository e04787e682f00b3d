CREATE TABLE shipments (
  id         bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  order_id   bigint NOT NULL,
  carrier    text NOT NULL,
  parcels    jsonb NOT NULL DEFAULT '[]',
  shipped_at timestamptz NOT NULL DEFAULT now()
);

INSERT INTO shipments (order_id, carrier, shipped_at)
SELECT id, 'post', placed_at + interval '2 days' FROM orders WHERE status = 'shipped';

CREATE FUNCTION ship_order(wanted bigint, by_carrier text) RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE
  shipment bigint;
BEGIN
  UPDATE orders SET status = 'shipped' WHERE id = wanted AND status = 'paid';
  IF NOT FOUND THEN
    RAISE EXCEPTION 'order % is not paid, or does not exist', wanted;
  END IF;
  INSERT INTO shipments (order_id, carrier) VALUES (wanted, by_carrier) RETURNING id INTO shipment;
  RETURN shipment;
END
$$;

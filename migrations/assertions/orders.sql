-- The back-fill left nothing out.
SELECT count(*) = 0 FROM orders WHERE total_cents IS DISTINCT FROM order_total(id);

-- A cancelled order says when.
SELECT count(*) = 0 FROM orders WHERE (status = 'cancelled') <> (cancelled_at IS NOT NULL);

-- What is shipped has a shipment.
SELECT count(*) = 0 FROM orders AS o WHERE status = 'shipped' AND NOT EXISTS (SELECT FROM shipments WHERE order_id = o.id);

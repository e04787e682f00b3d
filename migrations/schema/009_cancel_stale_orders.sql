-- pawl:allow TX007 two thousand sample orders are updated in a moment, and nobody uses them yet
-- PostgreSQL refuses to use a new label in the transaction that adds it, so Pawl commits after this statement.
ALTER TYPE order_status ADD VALUE IF NOT EXISTS 'cancelled';

ALTER TABLE orders ADD COLUMN cancelled_at timestamptz;

UPDATE orders SET status = 'cancelled', cancelled_at = now()
WHERE status = 'new' AND placed_at < timestamptz '2026-01-08';

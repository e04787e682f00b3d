CREATE VIEW open_orders AS SELECT o.id, c.name, price(o.total_cents) FROM orders o JOIN customers c ON c.id = o.customer_id WHERE o.state = 'open';

ALTER TABLE invoices ADD CONSTRAINT invoices_total CHECK (total >= 0);

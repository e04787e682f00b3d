ALTER TABLE customers ADD COLUMN country text NOT NULL DEFAULT 'de' REFERENCES countries (code);

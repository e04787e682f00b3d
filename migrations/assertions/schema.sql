SELECT indisvalid AND indisready FROM pg_index WHERE indexrelid = 'orders_customer_id_placed_at'::regclass;

SELECT 'cancelled' = ANY (enum_range(NULL::order_status)::text[]);

SELECT to_regclass('reporting.revenue_by_day') IS NOT NULL;
